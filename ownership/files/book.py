"""The CODEOWNERS files of all repositories, parsed, as this process knows them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from common.database import in_list
from common.prepared import fetch_prepared
from integrations.codeowners import CodeOwners, Dialect, Fault, Rule, parse_codeowners
from integrations.codeowners.find import place_of
from ownership.models import CodeOwnersFile
from ownership.places import ANY_FILE

MAX_KNOWN = 20_000
MAX_REMEMBERED = 10_000
# What there is, without what it says.
FILES = """
    SELECT repository, dialect, url, path, "commit", digest, message, read_at IS NOT NULL FROM ownership_codeowners_file
"""


class _Row(NamedTuple):
    repository: str
    dialect: str
    url: str
    path: str
    commit: str
    digest: str
    message: str
    is_read: bool


class _Answers:
    """What a file says, and what it has said of folders already."""

    def __init__(self, owners: CodeOwners) -> None:
        self.owners = owners
        self._found: dict[str, tuple[Rule, ...]] = {}

    def rules_for(self, path: str) -> tuple[Rule, ...]:
        if not path.endswith(ANY_FILE):
            return self.owners.rules_for(path)
        found = self._found.get(path)
        if found is None:
            found = self.owners.rules_for(path)
            if len(self._found) < MAX_REMEMBERED:
                self._found[path] = found
        return found


@dataclass(frozen=True, slots=True)
class KnownFile:
    """
    What is known of one repository. ``answers`` is None if it has no CODEOWNERS, or none was read yet; ``message`` says
    why it could not be read. ``prefix``: see ``inner``.
    """

    repository: str
    dialect: Dialect
    url: str
    commit: str
    message: str
    is_read: bool
    prefix: str
    answers: _Answers | None

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.answers.owners.faults if self.answers else ()

    def inner(self, path: str) -> str:
        """A path out of a URL without the rest of a branch's name, which URLs do not tell from the path."""
        return path.removeprefix(self.prefix)

    def rules_for(self, path: str) -> tuple[Rule, ...]:
        return self.answers.rules_for(path) if self.answers else ()


class Book:
    """Thread-safe. What has not changed is parsed once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[_Row, KnownFile]] = OrderedDict()

    def find(self, repository: str) -> KnownFile | None:
        """One statement, two if it has changed."""
        return self.find_all([repository]).get(repository)

    def find_all(self, repositories: Sequence[str] | None = None) -> dict[str, KnownFile]:
        """Of these repositories, or of all. One statement, two if some have changed."""
        if repositories is None:
            rows = fetch_prepared(FILES, [])
        else:
            condition, parameter = in_list(repositories)
            rows = fetch_prepared(f"{FILES} WHERE repository {condition}", [parameter])
        with self._lock:
            known = {row[0]: self._known.get(row[0]) for row in rows}
        found = {row[0]: pair[1] for row in rows if (pair := known[row[0]]) and pair[0] == row}
        changed = [_Row(*row) for row in rows if row[0] not in found]
        return found | self._read(changed, known) if changed else found

    def _read(self, rows: list[_Row], known: Mapping[str, tuple[_Row, KnownFile] | None]) -> dict[str, KnownFile]:
        parsed = {
            row.repository: pair[1].answers
            for row in rows
            if (pair := known[row.repository]) and (pair[0].digest, pair[0].path) == (row.digest, row.path)
        }
        missing = [row for row in rows if row.digest and row.repository not in parsed]
        texts = _read_texts([row.repository for row in missing])
        for row in missing:
            if row.repository in texts:
                parsed[row.repository] = _parse(row, texts[row.repository])
        found = {row.repository: _build(row, parsed.get(row.repository)) for row in rows}
        with self._lock:
            for row in rows:
                self._known[row.repository] = (row, found[row.repository])
            while len(self._known) > MAX_KNOWN:
                self._known.popitem(last=False)
        return found


def _read_texts(repositories: list[str]) -> dict[str, bytes]:
    rows = CodeOwnersFile.objects.filter(repository__in=repositories, data__isnull=False)
    return {repository: bytes(data) for repository, data in rows.values_list("repository", "data") if data is not None}


def _parse(row: _Row, data: bytes) -> _Answers:
    return _Answers(parse_codeowners(data, place_of(row.path) or row.path, cast(Dialect, row.dialect)))


def _build(row: _Row, answers: _Answers | None) -> KnownFile:
    place = place_of(row.path)
    return KnownFile(
        row.repository,
        cast(Dialect, row.dialect),
        row.url,
        row.commit,
        row.message,
        bool(row.is_read),
        row.path.removesuffix(place) if place else "",
        answers,
    )


_book = Book()


def book() -> Book:
    """That of this process."""
    return _book
