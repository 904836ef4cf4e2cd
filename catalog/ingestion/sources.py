"""
Reading descriptor sources: ``url`` through the reader that knows what is allowed, ``file`` beneath the folder
that the configuration named.
"""

from __future__ import annotations

import copy
import glob
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Self

from django.conf import settings

from catalog.captured import CapturedFile, captured_at
from catalog.entity_ref import LocationRef
from catalog.settings import CatalogSettings, Limits
from common.app_config import AppConfig
from common.errors import InputError, NotAllowedError, NotFoundError
from integrations.reading import ReadResult, RepositoryTree, TreeLimits, UrlReader
from integrations.registry import ScmIntegrations, same_repository

MAX_GLOB_MATCHES = 10_000
MAX_KNOWN_URLS = 4096
COMMIT_HASH = re.compile(r"\b[0-9a-f]{40,}\b")
ANNOTATION_VIEW_URL = "backstage.io/view-url"
ANNOTATION_EDIT_URL = "backstage.io/edit-url"
ANNOTATION_SOURCE_LOCATION = "backstage.io/source-location"


@dataclass(frozen=True, slots=True)
class SourceFile:
    location: LocationRef
    data: bytes


@dataclass(frozen=True, slots=True)
class SourceRead:
    """The files behind one target. ``etag`` is for the next read; None where the source gives none."""

    files: list[SourceFile]
    etag: str | None


class Sources:
    """Everything that processing reads. Safe to share between threads."""

    def __init__(self, reader: UrlReader, integrations: ScmIntegrations, catalog: CatalogSettings) -> None:
        self.reader = reader
        self.integrations = integrations
        self.catalog = catalog
        self._known_urls: dict[LocationRef, dict[str, str]] = {}
        self._not_before = 0.0

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        return cls(_reader(config), ScmIntegrations.from_app_config(config), CatalogSettings.from_app_config(config))

    @property
    def limits(self) -> Limits:
        return self.catalog.limits

    def as_of(self, moment: datetime | None) -> Self:
        """The same sources for someone who knows that what they were before that moment may be wrong. None: anybody."""
        if moment is None:
            return self
        sources = copy.copy(self)
        sources._not_before = moment.timestamp()
        return sources

    def read(self, location: LocationRef, *, origin: LocationRef, etag: str | None = None) -> SourceRead:
        """
        Read a target, which may stand for several files.

        Raises NotModifiedError if ``etag`` is still right, NotFoundError, NotAllowedError, or another
        CallboardError with a message for the descriptor's author.
        """
        if location.type == "file":
            return self._read_files(location.target, origin)
        found = self.reader.search(
            location.target,
            etag=etag,
            max_bytes=self.limits.max_bytes,
            allow_local=self._allows_local(location.target, origin),
            not_before=self._not_before,
        )
        files = [SourceFile(LocationRef("url", file.url), file.data) for file in found.files]
        return SourceRead(files, found.etag)

    def read_repository(self, url: str, limits: TreeLimits) -> RepositoryTree:
        """All of the repository that a URL leads into. Raises as ``UrlReader.read_repository``."""
        return self.reader.read_repository(url, limits=limits, not_before=self._not_before)

    def check(self, location: LocationRef) -> None:
        """Raise what reading a URL would raise before anyone is asked, were it not named by the operator himself."""
        if location.type == "url":
            self.reader.allows(location.target)

    def read_one(self, url: str, *, origin: LocationRef, etag: str | None = None) -> ReadResult:
        """Exactly one file, as placeholders need it. Raises as ``read`` does."""
        captured = captured_at([url]) if self.catalog.has_providers else {}
        if url in captured:
            return ReadResult(captured[url].data or b"", url, None)
        return self.reader.read_url(
            url,
            etag=etag,
            max_bytes=self.limits.max_bytes,
            allow_local=self._allows_local(url, origin),
            not_before=self._not_before,
        )

    def known_urls(self, location: LocationRef) -> dict[str, str]:
        """The view-url, edit-url and source-location annotations of what lies there. Remembered: files hold many."""
        urls = self._known_urls.get(location)
        if urls is None:
            if len(self._known_urls) >= MAX_KNOWN_URLS:
                self._known_urls.clear()
            urls = self._known_urls[location] = self._find_urls(location)
        return urls

    def _find_urls(self, location: LocationRef) -> dict[str, str]:
        if location.type != "url":
            return {}
        urls = {ANNOTATION_VIEW_URL: location.target}
        integration = self.integrations.by_url(location.target)
        if integration is None:
            return urls
        if not COMMIT_HASH.search(location.target):
            urls[ANNOTATION_EDIT_URL] = integration.resolve_edit_url(location.target)
        folder = self.integrations.resolve_url(url="./", base=location.target)
        return {**urls, ANNOTATION_SOURCE_LOCATION: f"url:{folder}"}

    def resolve(self, target: str, base: LocationRef) -> LocationRef:
        """A target as ``base``'s author wrote it, made absolute. What is no URL stays as it is, and fails when read."""
        if base.type == "file":
            path = os.path.join(os.path.dirname(base.target), target) if target.startswith(".") else target
            return LocationRef("file", os.path.normpath(path))
        try:
            return LocationRef(base.type, self.integrations.resolve_url(url=target, base=base.target))
        except InputError:
            return LocationRef(base.type, target)

    def _allows_local(self, target: str, origin: LocationRef) -> bool:
        """A repository on this machine is read only if the operator named that very repository."""
        return origin in self.catalog.locations and same_repository(target, origin.target)

    def _read_files(self, target: str, origin: LocationRef) -> SourceRead:
        paths = sorted(glob.glob(target, recursive=True))[:MAX_GLOB_MATCHES] if glob.has_magic(target) else [target]
        files = [SourceFile(LocationRef("file", path), read_file(path, origin, self.limits)) for path in paths]
        return SourceRead(files, None)


def read_captured_files(captured: Sequence[CapturedFile]) -> SourceRead:
    """What a provider has captured of one target. Raises NotFoundError if that is nothing."""
    files = [SourceFile(LocationRef("url", file.url), file.data) for file in captured if file.data is not None]
    if not files:
        raise NotFoundError(f"no matching files found for {captured[0].url}")
    return SourceRead(files, None)


def read_file(path: str, origin: LocationRef, limits: Limits) -> bytes:
    """
    One regular file beneath the folder of the ``file`` location that led to it. Links that lead out are refused.
    """
    if origin.type != "file":
        raise NotAllowedError(
            f"Reading the file '{path}' is not allowed: it was named by {origin}, and 'file' locations"
            " come from the configuration only"
        )
    real = os.path.realpath(path)
    root = _real_folder(origin.target)
    if not (real == root or real.startswith(root.rstrip(os.sep) + os.sep)):
        raise NotAllowedError(
            f"Reading the file '{path}' is not allowed: it lies outside of '{root}', the folder of {origin}"
        )
    try:
        descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFoundError(f"file {path} does not exist") from None
    except OSError as error:
        raise InputError(f"file {path} could not be read, {error.strerror}") from None
    with open(descriptor, "rb", buffering=0) as file:
        return _read_bounded(file, path, limits)


def _read_bounded(file: object, path: str, limits: Limits) -> bytes:
    descriptor = file.fileno()  # type: ignore[attr-defined]
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"file {path} could not be read, it is not a regular file")
    if status.st_size > limits.max_bytes:
        raise InputError(
            f"file {path} has {status.st_size} bytes, which is more than the limit of {limits.max_bytes};"
            " split it, or raise callboard.catalog.limits.maxBytes"
        )
    return os.read(descriptor, limits.max_bytes + 1)


@lru_cache(maxsize=1024)
def _real_folder(target: str) -> str:
    return os.path.realpath(os.path.dirname(target.split("*")[0]) or Path.cwd())


def _reader(config: AppConfig) -> UrlReader:
    return UrlReader(config, cache_dir=settings.CALLBOARD_DATA_DIR / "git")


@lru_cache(maxsize=2)
def _sources_of(config: AppConfig) -> Sources:
    return Sources.from_app_config(config)


def default_sources() -> Sources:
    """The sources of this process, made once for each configuration."""
    return _sources_of(settings.APP_CONFIG)
