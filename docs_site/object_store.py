"""
Documentation in an S3-compatible store, under the keys that Backstage's S3 publisher uses.

Such a store moves nothing in one go. Files come first, pages after them, the metadata last, and what is stale is removed
at the end: a reader may meet an old page beside a new one while that goes on, never half of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from docs_site.content_types import content_type_of
from docs_site.place import METADATA_FILE, SEARCH_FILE, DocsPlace
from docs_site.store import OnProgress, Published, StoredFile


class ObjectClient(Protocol):
    """What we need of a bucket. Everything raises ServiceUnavailableError if the store does not answer as it should."""

    def get(self, key: str) -> StoredFile | None: ...

    def put(self, key: str, path: Path, content_type: str) -> None: ...

    def list_keys(self, prefix: str) -> Iterator[tuple[str, str]]:
        """All keys that start so, each with its etag."""

    def delete(self, keys: Iterable[str]) -> None: ...


class ObjectStore:
    def __init__(self, client: ObjectClient, *, root_path: str = "") -> None:
        self.client = client
        self.root = f"{root_path}/" if root_path else ""

    def open(self, place: DocsPlace, path: str) -> StoredFile | None:
        return self.client.get(self._prefix(place) + path)

    def publish(self, place: DocsPlace, files: Mapping[str, Path], on_progress: OnProgress) -> Published:
        prefix = self._prefix(place)
        before = {key for key, _ in self.client.list_keys(prefix)}
        for number, path in enumerate(sorted(files, key=_order), start=1):
            self.client.put(prefix + path, files[path], content_type_of(path))
            on_progress(number, len(files))
        stale = sorted(before - {prefix + path for path in files})
        self.client.delete(stale)
        return Published(files=len(files), removed=len(stale))

    def list_searchable(self) -> Iterator[tuple[DocsPlace, str]]:
        for key, etag in self.client.list_keys(self.root):
            parts = key.removeprefix(self.root).split("/")
            if len(parts) > 3 and "/".join(parts[3:]) == SEARCH_FILE:
                yield DocsPlace(*parts[:3]), etag

    def _prefix(self, place: DocsPlace) -> str:
        return f"{self.root}{place}/"


def _order(path: str) -> tuple[int, str]:
    last = 2 if path == METADATA_FILE else 1 if path.endswith(".html") else 0
    return last, path
