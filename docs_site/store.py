"""The port of what keeps built documentation: a folder, or an S3-compatible store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from docs_site.place import DocsPlace

CHUNK = 64 * 1024
# Told the number of files that are done, of how many.
OnProgress = Callable[[int, int], object]


class StoredFile(Protocol):
    """One file, open. ``etag`` changes with its contents."""

    size: int
    etag: str

    def chunks(self) -> Iterator[bytes]:
        """The contents, once; then it is closed."""

    def close(self) -> None:
        """Harmless when it is closed already."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    files: int
    removed: int


class DocsStore(Protocol):
    def open(self, place: DocsPlace, path: str) -> StoredFile | None:
        """A file of a site; None if there is none. ``path`` was checked. Raises ServiceUnavailableError."""

    def publish(self, place: DocsPlace, files: Mapping[str, Path], on_progress: OnProgress) -> Published:
        """Put these files, by their paths in the site, in the place of whatever site was there."""

    def list_searchable(self) -> Iterator[tuple[DocsPlace, str]]:
        """All sites with texts to search, each with an etag of those. Raises ServiceUnavailableError."""


def read_file(store: DocsStore, place: DocsPlace, path: str, *, most: int) -> bytes | None:
    """The contents of a small file; None if there is none, or it has more than ``most`` bytes."""
    stored = store.open(place, path)
    if stored is None:
        return None
    if stored.size > most:
        stored.close()
        return None
    return b"".join(stored.chunks())
