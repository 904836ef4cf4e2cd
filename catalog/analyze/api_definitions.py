"""Definitions of APIs among the files of a repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import orjson

from catalog.analyze.language import is_own
from catalog.analyze.repository import Repository

MOST = 20
LONGEST_TITLE = 100
TYPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:.*[._-])?(?:openapi|swagger)(?:[._-].*)?\.(?:ya?ml|json)", re.I), "openapi"),
    (re.compile(r"(?:.*[._-])?asyncapi(?:[._-].*)?\.(?:ya?ml|json)", re.I), "asyncapi"),
    (re.compile(r".+\.(?:graphql|graphqls|gql)", re.I), "graphql"),
    (re.compile(r".+\.proto", re.I), "grpc"),
)
# What a file must say to define an API, near its top.
WORDS: dict[str, re.Pattern[bytes]] = {
    "openapi": re.compile(rb"""(?:^|[{,])[ \t]*["']?(?:openapi|swagger)["']?[ \t]*:""", re.M),
    "asyncapi": re.compile(rb"""(?:^|[{,])[ \t]*["']?asyncapi["']?[ \t]*:""", re.M),
    "graphql": re.compile(rb"\btype[ \t]+(?:Query|Mutation|Subscription)\b|\bschema[ \t]*\{"),
    "grpc": re.compile(rb"^[ \t]*service[ \t]+\w+", re.M),
}
LOOKED_AT = 64 * 1024
INFO = re.compile(rb"^info:", re.M)
INFO_LINES = 30
TITLE = re.compile(rb"[ \t]+title:[ \t]*(\S.*)")
TESTS = frozenset(("test", "tests", "testdata", "fixtures", "__tests__", "examples", "spec"))


@dataclass(frozen=True, slots=True)
class ApiDefinition:
    """``title`` is empty where the definition has none."""

    path: str
    type: str
    title: str = ""


def find_api_definitions(repository: Repository) -> list[ApiDefinition]:
    """Those nearest to the top first, a bounded number of them. Each is looked into, and none parsed but as JSON."""
    found = (_look_into(path, type_, repository.read(path)) for path, type_ in _candidates(repository))
    return list(islice((definition for definition in found if definition is not None), MOST))


def _candidates(repository: Repository) -> Iterator[tuple[str, str]]:
    named = [(path, _type_of(path)) for path in repository.files if is_own(path) and not _is_test(path)]
    candidates = [(path, type_) for path, type_ in named if type_]
    return islice(sorted(candidates, key=lambda item: (item[0].count("/"), item[0])), 5 * MOST)


def _is_test(path: str) -> bool:
    return not TESTS.isdisjoint(path.lower().split("/")[:-1])


def _type_of(path: str) -> str:
    name = path.rpartition("/")[2]
    return next((type_ for pattern, type_ in TYPES if pattern.fullmatch(name)), "")


def _look_into(path: str, type_: str, data: bytes) -> ApiDefinition | None:
    if not WORDS[type_].search(data[:LOOKED_AT]):
        return None
    title = _title_in_json(data) if path.lower().endswith(".json") else _title_in_yaml(data[:LOOKED_AT])
    return ApiDefinition(path, type_, title[:LONGEST_TITLE])


def _title_in_json(data: bytes) -> str:
    try:
        title = orjson.loads(data)["info"]["title"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""
    return title.strip() if isinstance(title, str) else ""


def _title_in_yaml(data: bytes) -> str:
    info = INFO.search(data)
    for line in data[info.end() :].splitlines()[1:INFO_LINES] if info else ():
        if line and not line[:1].isspace():
            break
        if found := TITLE.fullmatch(line):
            return found[1].decode("utf-8", "replace").strip().strip("'\"")
    return ""
