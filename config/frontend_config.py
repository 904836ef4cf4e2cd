"""
What of the configuration a browser may see, and how it gets into the page of a Backstage frontend. Pure.

A frontend is built together with the schema of its configuration, which says of each key who may see it. Everything that
it does not declare to be for the frontend stays here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import orjson

Schema: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str | int, ...]

FRONTEND, SECRET = "frontend", "secret"
SCRIPT = re.compile(r'<script type="backstage\.io/config">(.*?)</script>', re.DOTALL)
MAX_DEPTH = 100

_SHOWN = {"visibility": FRONTEND}
_ALL_SHOWN = {"deepVisibility": FRONTEND}
# For a frontend that was built without its schema: what each of them needs.
USUAL_SCHEMA: Schema = {
    "properties": {
        "app": {
            "properties": {
                "title": _SHOWN,
                "baseUrl": _SHOWN,
                "packages": {**_SHOWN, **_ALL_SHOWN},
                "extensions": _ALL_SHOWN,
                "routes": {"properties": {"bindings": _ALL_SHOWN}},
                "support": _ALL_SHOWN,
            }
        },
        "backend": {"properties": {"baseUrl": _SHOWN}},
        "auth": {"properties": {"environment": _SHOWN, "providers": {"additionalProperties": _SHOWN}}},
        "organization": {"properties": {"name": _SHOWN}},
        "permission": {"properties": {"enabled": _SHOWN}},
        "techdocs": {"properties": {"builder": _SHOWN, "legacyUseCaseSensitiveTripletPaths": _SHOWN}},
    }
}


def visible_config(data: Mapping[str, Any], schemas: list[Schema]) -> dict[str, Any]:
    """
    The part that a browser may see, as Backstage's own filter gives it.

    Where schemas disagree on a key, it is a secret if one of them says so.
    """
    marks = _Marks()
    for schema in schemas:
        for path, here, below in _walk(schema, schema, data, ()):
            marks.add(path, here, below)
    shown = _filter(data, (), marks, "")
    return shown if isinstance(shown, dict) else {}


class _Marks:
    """Who may see what lies at a path, and who what lies below it."""

    def __init__(self) -> None:
        self._here: dict[Path, set[str]] = defaultdict(set)
        self._below: dict[Path, set[str]] = defaultdict(set)

    def add(self, path: Path, here: str, below: str) -> None:
        self._here[path].add(here)
        self._below[path].add(below)

    def here(self, path: Path) -> str:
        return _strictest(self._here.get(path, set()))

    def below(self, path: Path) -> str:
        return _strictest(self._below.get(path, set()))


def _strictest(said: set[str]) -> str:
    return SECRET if SECRET in said else FRONTEND if FRONTEND in said else ""


def _walk(schema: Any, root: Schema, value: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Path, visibility and deep visibility of each place of the value that the schema knows."""
    if not isinstance(schema, Mapping) or len(path) > MAX_DEPTH:
        return
    here, below = _text(schema, "visibility"), _text(schema, "deepVisibility")
    if here or below:
        yield path, here, below
    for part in _alternatives(schema, root):
        yield from _walk(part, root, value, path)
    if isinstance(value, Mapping):
        properties = schema.get("properties") or {}
        for key, item in value.items():
            yield from _walk(properties.get(key, schema.get("additionalProperties")), root, item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(schema.get("items"), root, item, (*path, index))


def _text(schema: Schema, key: str) -> str:
    value = schema.get(key)
    return value if isinstance(value, str) else ""


def _alternatives(schema: Schema, root: Schema) -> Iterator[Any]:
    for key in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(key)
        yield from parts if isinstance(parts, list) else ()
    name = _text(schema, "$ref").removeprefix("#/definitions/")
    found = (root.get("definitions") or {}).get(name)
    # A definition that leads to another could lead back to itself.
    if isinstance(found, Mapping) and "$ref" not in found:
        yield found


def _filter(value: Any, path: Path, marks: _Marks, inherited: str) -> Any:
    """None if nothing of it may be seen."""
    visibility = marks.here(path) or inherited
    below = SECRET if inherited == SECRET else marks.below(path) or inherited
    is_visible = visibility == FRONTEND
    if isinstance(value, Mapping):
        shown = {key: _filter(item, (*path, key), marks, below) for key, item in value.items()}
        found = {key: item for key, item in shown.items() if item is not None}
        return found if found or is_visible else None
    if isinstance(value, list):
        items = [_filter_item(item, index, path, marks, below) for index, item in enumerate(value)]
        kept = [item for item in items if item is not None]
        return kept if kept or is_visible else None
    return value if is_visible else None


def _filter_item(item: Any, index: int, path: Path, marks: _Marks, below: str) -> Any:
    """Plain values of a list are as visible as the list, unless its schema says more of one."""
    place = (*path, index)
    if isinstance(item, Mapping | list) or marks.here(place):
        return _filter(item, place, marks, below)
    return item if (marks.here(path) or below) == FRONTEND else None


def inject_config(html: str, config: Mapping[str, Any]) -> str:
    """The page with this configuration behind what it was built with; the last one wins. Raises ValueError."""
    found = SCRIPT.search(html)
    configs = orjson.loads(found[1]) if found else []
    if not isinstance(configs, list):
        raise ValueError("the configuration in the page is no list")
    tag = f'<script type="backstage.io/config">{_script_text([*configs, {"context": "callboard", "data": config}])}</script>'
    if found:
        return html[: found.start()] + tag + html[found.end() :]
    head, end, rest = html.partition("</head>")
    if not end:
        raise ValueError("the page has no </head>")
    return head + tag + end + rest


def _script_text(value: Any) -> str:
    """JSON that ends no script and begins no comment, whatever it holds."""
    text = orjson.dumps(value).decode()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
