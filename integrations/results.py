"""What reading gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadResult:
    """
    One file. Pass ``etag`` back to read it again only if it has changed; it is opaque, and None where the server
    says nothing that could be relied on.
    """

    data: bytes
    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    url: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SearchResult:
    """All files behind one target, none if there are none. ``etag`` as in ReadResult, for all of them together."""

    files: list[ReadFile]
    etag: str | None = None
