"""The CODEOWNERS files of all repositories, parsed, as this process knows them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from integrations.codeowners import CodeOwners, Dialect, Fault, Rule, parse_codeowners
from integrations.codeowners.find import place_of
from ownership.models import CodeOwnersFile
from ownership.places import ANY_FILE

MAX_PARSED = 5_000
MAX_REMEMBERED = 10_000


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
    why it could not be read.
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

    def rules_for(self, path: str) -> tuple[Rule, ...]:
        """By a path as URLs give it, which may begin with the rest of a branch's name."""
        return self.answers.rules_for(path.removeprefix(self.prefix)) if self.answers else ()


class Book:
    """Thread-safe. A file is parsed once for what it says."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parsed: OrderedDict[tuple[str, str], _Answers] = OrderedDict()

    def find(self, repository: str) -> KnownFile | None:
        """One statement, two if it has changed."""
        return self.find_all([repository]).get(repository)

    def find_all(self, repositories: Collection[str] | None = None) -> dict[str, KnownFile]:
        """Of these repositories, or of all. One statement, two if some have changed."""
        rows = CodeOwnersFile.objects.defer("data", "base_url")
        if repositories is not None:
            rows = rows.filter(repository__in=repositories)
        stored = list(rows)
        with self._lock:
            parsed = {row.id: self._parsed.get((row.repository, row.digest)) for row in stored if row.digest}
        missing = [id_ for id_, answers in parsed.items() if answers is None]
        texts = dict(CodeOwnersFile.objects.filter(id__in=missing).values_list("id", "data")) if missing else {}
        for row in stored:
            data = texts.get(row.id)
            if data is not None:
                parsed[row.id] = self._parse(row, bytes(data))
        return {row.repository: _known(row, parsed.get(row.id)) for row in stored}

    def _parse(self, row: CodeOwnersFile, data: bytes) -> _Answers:
        path = place_of(row.path) or row.path
        answers = _Answers(parse_codeowners(data, path, cast(Dialect, row.dialect)))
        with self._lock:
            self._parsed[row.repository, row.digest] = answers
            while len(self._parsed) > MAX_PARSED:
                self._parsed.popitem(last=False)
        return answers


def _known(row: CodeOwnersFile, answers: _Answers | None) -> KnownFile:
    place = place_of(row.path)
    return KnownFile(
        row.repository,
        cast(Dialect, row.dialect),
        row.url,
        row.commit,
        row.message,
        row.read_at is not None,
        row.path.removesuffix(place) if place else "",
        answers,
    )


_book = Book()


def book() -> Book:
    """That of this process."""
    return _book
