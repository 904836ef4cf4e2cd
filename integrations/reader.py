"""What each way of reading offers to UrlReader, which takes the first that is for the URL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from integrations.results import ReadResult, SearchResult


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """
    ``allow_local``: whether the operator himself named the target, so that it may lie on this machine. ``not_before``:
    what was found out before that (seconds since 1970) may be wrong by now; 0 for anything.
    """

    etag: str | None = None
    last_modified: str | None = None
    max_bytes: int = 10 * 1024 * 1024
    allow_local: bool = False
    not_before: float = 0.0


class SourceReader(Protocol):
    def is_for(self, url: str) -> bool:
        """Whether URLs of this kind are this reader's. Raises InputError for what is no URL."""

    def check(self, url: str, *, allow_local: bool) -> None:
        """Raise what reading would raise before it asks anyone."""

    def read(self, url: str, options: ReadOptions) -> ReadResult:
        """One file. Raises NotFoundError, NotModifiedError, NotAllowedError or another CallboardError."""

    def search(self, url: str, options: ReadOptions) -> SearchResult:
        """All files of a target; none where ``read`` would raise NotFoundError."""

    def close(self) -> None:
        """Let go of connections and processes. It may be used again afterwards."""
