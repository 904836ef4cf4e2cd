"""Reading descriptors and other files by URL. What can be read, and what not, is told in docs/reading.md."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx

from common.app_config import AppConfig
from common.errors import NotAllowedError
from integrations.git.cache import CacheFolder, default_cache_folder
from integrations.git.reader import GitReader
from integrations.git.repository import GitLimits
from integrations.host_reader import HostReader
from integrations.hosts.github_app import git_authorization
from integrations.http.fetch import Fetcher
from integrations.http.resolver import CheckedResolver, Resolve, resolve_by_system
from integrations.http.transport import CheckedTransport
from integrations.plain_reader import PlainReader
from integrations.policy import ReadingPolicy, check_form, not_allowed_message
from integrations.reader import ReadOptions, SourceReader
from integrations.results import ReadFile, ReadResult, SearchResult
from integrations.tree import RepositoryTree, Tree, TreeFile, TreeLimits
from integrations.trees.reader import TreeReader
from integrations.whatwg import parse_url

__all__ = ["ReadFile", "ReadResult", "RepositoryTree", "SearchResult", "Tree", "TreeFile", "TreeLimits", "UrlReader"]

MAX_BYTES = 10 * 1024 * 1024
TIMEOUT = timedelta(seconds=30)
GIT_TIMEOUT = timedelta(seconds=120)
GIT_MAX_BYTES = 512 * 1024 * 1024
TREE_LIMITS = TreeLimits()


class UrlReader:
    """
    Reads whatever the configuration allows. Thread-safe; make one for each process and share it.

    Each kind of URL has its reader, and the first that is for a URL reads it. Fetched repositories are kept in
    ``callboard.reading.cacheDir``, else in ``cache_dir``. ``transport`` and ``resolve`` are for tests: the transport
    takes the place of the network for plain URLs, ``resolve`` that of DNS.
    """

    def __init__(
        self,
        config: AppConfig,
        *,
        transport: httpx.BaseTransport | None = None,
        resolve: Resolve = resolve_by_system,
        cache_dir: Path | None = None,
    ) -> None:
        """Raises ConfigError."""
        policy = ReadingPolicy.from_app_config(config)
        resolver = CheckedResolver(policy.reach, resolve)
        self._max_bytes = config.integer("callboard.catalog.limits.maxBytes", MAX_BYTES)
        seconds = config.duration("callboard.reading.timeout", TIMEOUT).total_seconds()
        fetcher = Fetcher(transport or CheckedTransport(resolver), policy.check_plain, seconds)
        limits = _git_limits(config, self._max_bytes)
        git = GitReader(policy, resolver, CacheFolder(_cache_folder(config, cache_dir)), limits, git_authorization)
        self._trees = TreeReader(policy, git, fetcher, self._max_bytes)
        self._readers: tuple[SourceReader, ...] = (
            git,
            PlainReader(fetcher, policy),
            HostReader(policy, git),
        )

    def allows(self, url: str, *, allow_local: bool = False) -> None:
        """Raise what reading ``url`` would raise before it asks anyone."""
        self._reader(url).check(url, allow_local=allow_local)

    def read_url(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int | None = None,
        allow_local: bool = False,
        not_before: float = 0.0,
    ) -> ReadResult:
        """
        One file.

        Raises NotModifiedError if it is still what ``etag`` (of an earlier result) or ``last_modified`` (an HTTP
        date) stand for, NotFoundError, NotAllowedError, InputError for what is no URL, or CallboardError.
        ``allow_local``: whether it may be a repository on this machine, because the operator himself named it.
        ``not_before`` (seconds since 1970): the answer must not be older, although branches are looked up only now and
        then.
        """
        options = ReadOptions(etag, last_modified, max_bytes or self._max_bytes, allow_local, not_before)
        return self._reader(url).read(url, options)

    def search(
        self,
        url: str,
        *,
        etag: str | None = None,
        max_bytes: int | None = None,
        allow_local: bool = False,
        not_before: float = 0.0,
    ) -> SearchResult:
        """All files that a target stands for; none if there is no such file. Otherwise raises as ``read_url``."""
        options = ReadOptions(etag, None, max_bytes or self._max_bytes, allow_local, not_before)
        return self._reader(url).search(url, options)

    def read_tree(
        self, url: str, *, token: str | None = None, limits: TreeLimits = TREE_LIMITS, allow_local: bool = False
    ) -> Tree:
        """
        A folder with all that is in it, or one file: from a git target, a URL of a code host, or an archive elsewhere.

        ``token`` takes the place of the integration's credentials, even if it fails. Raises NotFoundError,
        NotAllowedError, InputError for what is no folder or breaks the limits, or CallboardError.
        """
        return self._trees.read_tree(url, token=token, limits=limits, allow_local=allow_local)

    def read_repository(self, url: str, *, limits: TreeLimits = TREE_LIMITS, not_before: float = 0.0) -> RepositoryTree:
        """The whole repository that a git target or a URL of a code host leads into. Raises as ``read_tree``."""
        return self._trees.read_repository(url, limits=limits, not_before=not_before)

    def read_file(self, url: str, *, token: str | None = None, allow_local: bool = False) -> tuple[bytes, bool]:
        """One file by the same URLs, and whether it is executable. Raises as ``read_tree``."""
        return self._trees.read_file(url, token=token, allow_local=allow_local)

    def close(self) -> None:
        for reader in self._readers:
            reader.close()

    def _reader(self, url: str) -> SourceReader:
        for reader in self._readers:
            if reader.is_for(url):
                return reader
        check_form(parse_url(url), url)
        raise NotAllowedError(not_allowed_message(url))


def _git_limits(config: AppConfig, max_file_bytes: int) -> GitLimits:
    seconds = config.duration("callboard.reading.git.timeout", GIT_TIMEOUT).total_seconds()
    return GitLimits(seconds, config.integer("callboard.reading.git.maxBytes", GIT_MAX_BYTES), max_file_bytes)


def _cache_folder(config: AppConfig, default: Path | None) -> Path:
    configured = config.string("callboard.reading.cacheDir")
    if configured is None:
        return default or default_cache_folder()
    return (config.base_dir("callboard.reading.cacheDir") / configured).absolute()
