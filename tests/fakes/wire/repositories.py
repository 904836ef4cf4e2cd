"""The repositories of a wire-level fake, and what may happen to them."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DESCRIPTOR = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
spec:
  type: service
  lifecycle: production
  owner: group:default/{owner}
"""


@dataclass
class WireRepository:
    """``changes`` counts the pushes."""

    id: int
    owner: str
    name: str
    files: dict[str, bytes]
    branch: str = "main"
    links: dict[str, str] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    archived: bool = False
    fork: bool = False
    visibility: str = "private"
    description: str = ""
    language: str = "Python"
    size: int = 120
    pushed_at: datetime = LONG_AGO
    changes: int = 0

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def commit(self) -> str:
        return commit_id(self.id, self.changes)

    def push(self, files: Mapping[str, str | bytes | None], at: datetime | None = None) -> None:
        """A file that is None is removed."""
        for path, content in files.items():
            if content is None:
                self.files.pop(path, None)
            else:
                self.files[path] = content if isinstance(content, bytes) else content.encode()
        self.changes += 1
        self.pushed_at = at or self.pushed_at + timedelta(seconds=1)


class Repositories:
    """By their full names. In the order of their creation."""

    def __init__(self) -> None:
        self._ids = itertools.count(1000)
        self._all: list[WireRepository] = []
        self._by_name: dict[str, WireRepository] = {}
        self._by_id: dict[int, WireRepository] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, full_name: str) -> WireRepository:
        found = self.find(full_name)
        if found is None:
            raise KeyError(full_name)
        return found

    def all(self) -> list[WireRepository]:
        return list(self._all)

    def find(self, full_name: str) -> WireRepository | None:
        return self._by_name.get(full_name.lower())

    def by_id(self, number: int) -> WireRepository | None:
        return self._by_id.get(number)

    def add(
        self, owner: str, name: str, files: Mapping[str, str | bytes] | None = None, **more: object
    ) -> WireRepository:
        """With a descriptor and a README unless ``files`` says otherwise."""
        if files is None:
            team = owner.rpartition("/")[2]
            files = {"catalog-info.yaml": DESCRIPTOR.format(name=name, owner=team), "README.md": f"# {name}\n"}
        contents = {path: data if isinstance(data, bytes) else data.encode() for path, data in files.items()}
        repository = WireRepository(next(self._ids), owner, name, contents, **more)  # type: ignore[arg-type]
        self._all.append(repository)
        self._by_id[repository.id] = self._by_name[repository.full_name.lower()] = repository
        return repository

    def generate(self, owner: str, count: int, prefix: str = "repo-") -> None:
        for number in range(count):
            self.add(owner, f"{prefix}{number:05}")

    def remove(self, full_name: str) -> None:
        repository = self._by_name.pop(full_name.lower())
        self._all.remove(repository)
        del self._by_id[repository.id]

    def rename(self, full_name: str, name: str, owner: str | None = None) -> None:
        repository = self._by_name.pop(full_name.lower())
        repository.name = name
        repository.owner = owner or repository.owner
        self._by_name[repository.full_name.lower()] = repository


def commit_id(*parts: object) -> str:
    return hashlib.sha1(json.dumps([str(part) for part in parts]).encode(), usedforsecurity=False).hexdigest()
