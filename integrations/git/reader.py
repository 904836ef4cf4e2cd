"""Reading files of git repositories by git targets."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from common.errors import CallboardError, InputError, NotAllowedError, NotFoundError, NotModifiedError
from integrations.git.cache import CacheFolder
from integrations.git.command import GitFault
from integrations.git.file_tree import list_git_tree
from integrations.git.objects import OBJECT_ID, ObjectStore, ObjectTooLarge, TreeEntry
from integrations.git.repository import Connection, GitLimits, LocalRepository, RemoteRepository, Repository
from integrations.git.target import GitTarget, is_git_target
from integrations.git.tree import MAGIC, find_entry, find_matches
from integrations.http.faults import AddressRefused, BodyTooLarge, ReadFault
from integrations.http.resolver import CheckedResolver
from integrations.policy import ReadingPolicy
from integrations.reader import ReadOptions
from integrations.results import ReadFile, ReadResult, SearchResult
from integrations.scm.integration import ScmIntegration
from integrations.tree import Tree, TreeLimits
from integrations.whatwg import Url

Authorize = Callable[[ScmIntegration, Url], str | None]
MAX_OPEN_REPOSITORIES = 16
# All files of one search together, as a multiple of what one file may have.
MAX_TOTAL = 10


class GitReader:
    """``authorize`` gives the ``Authorization`` header for a repository of an integration, if there is one."""

    def __init__(
        self,
        policy: ReadingPolicy,
        resolver: CheckedResolver,
        cache: CacheFolder,
        limits: GitLimits,
        authorize: Authorize = ScmIntegration.authorization,
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self._cache = cache
        self._limits = limits
        self._authorize = authorize
        self._lock = threading.Lock()
        self._repositories: OrderedDict[tuple[str, str | None], Repository] = OrderedDict()

    def is_for(self, url: str) -> bool:
        return is_git_target(url)

    def check(self, url: str, *, allow_local: bool) -> None:
        self._policy.check_git(GitTarget.parse(url), allow_local=allow_local)

    def read(self, url: str, options: ReadOptions) -> ReadResult:
        """The etag is the commit's id."""
        files, commit = self._read(url, options)
        if len(files) > 1:
            raise InputError(f"could not read {url}, it matches {len(files)} files and only one can be used here")
        if not files:
            raise NotFoundError(f"could not read {url}, there is no such file at commit {commit[:12]}")
        return ReadResult(files[0].data, url, commit)

    def search(self, url: str, options: ReadOptions) -> SearchResult:
        files, commit = self._read(url, options)
        return SearchResult(files, commit)

    def find_commit(
        self, target: GitTarget, url: str, authorization: str | None, *, not_before: float = 0.0
    ) -> str | None:
        """
        The commit that the target's ref is at, or None if there is no such ref. ``url`` is how errors call it.

        ``authorization`` takes the place of the integration's credentials. What the cache holds already is only given
        to whom the server knows by it.
        """
        repository = self._repository(target, authorization)
        with _explained(url):
            if authorization is not None and OBJECT_ID.fullmatch(target.ref or ""):
                repository.commit_of(None)
            try:
                return repository.commit_of(target.ref, not_before=not_before)
            except NotFoundError:
                return None

    def default_branch(self, target: GitTarget, url: str) -> str:
        """Its name; empty if the repository has none."""
        with _explained(url):
            return self._repository(target).default_branch()

    def read_tree(
        self, target: GitTarget, url: str, commit: str, authorization: str | None, limits: TreeLimits
    ) -> Tree:
        """The folder or file at the target, at the commit that ``find_commit`` gave. The etag is the commit's id."""
        repository = self._repository(target, authorization)
        with _explained(url):
            commit, store, top = repository.open(target.ref, commit)
            found = list_git_tree(
                store, top, target.path, what=f"'{url}'", limits=limits, max_file_bytes=self._limits.max_file_bytes
            )
        return replace(found, etag=commit)

    def close(self) -> None:
        with self._lock:
            repositories = list(self._repositories.values())
            self._repositories.clear()
        for repository in repositories:
            repository.close()

    def _read(self, url: str, options: ReadOptions) -> tuple[list[ReadFile], str]:
        target = GitTarget.parse(url)
        self._policy.check_git(target, allow_local=options.allow_local)
        repository = self._repository(target)
        with _explained(url):
            commit = repository.commit_of(target.ref, not_before=options.not_before)
            if commit == options.etag:
                raise NotModifiedError(f"{url} has not changed since commit {commit[:12]}")
            commit, store, tree = repository.open(target.ref, commit)
            return _read_files(store, tree, target, options.max_bytes), commit

    def _repository(self, target: GitTarget, authorization: str | None = None) -> Repository:
        key = (target.clone_url, authorization)
        with self._lock:
            repository = self._repositories.get(key)
            if repository is None:
                repository = self._repositories[key] = self._new_repository(target, authorization)
            self._repositories.move_to_end(key)
            if len(self._repositories) > MAX_OPEN_REPOSITORIES:
                self._repositories.popitem(last=False)
        return repository

    def _new_repository(self, target: GitTarget, authorization: str | None) -> Repository:
        if target.is_local:
            return LocalRepository(target)
        return RemoteRepository(target, self._cache, self._limits, partial(self._connect, authorization=authorization))

    def _connect(self, target: GitTarget, *, authorization: str | None) -> Connection:
        """Check and pin the server's addresses: git is told to connect to these and no others."""
        url = target.url
        hostname, port = url.hostname or "", url.effective_port or 0
        addresses = self._resolver.addresses_of(hostname, port)
        configuration = []
        if not _is_address(hostname):
            pinned = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
            configuration.append(("http.curloptResolve", f"{hostname}:{port}:{pinned}"))
        integration = self._policy.integrations.by_host(url.host)
        if authorization is None and integration is not None:
            authorization = self._authorize(integration, url)
        if authorization is not None:
            configuration.append((f"http.{target.clone_url}.extraHeader", f"Authorization: {authorization}"))
        return Connection(url.scheme, configuration)


def _read_files(store: ObjectStore, tree: str, target: GitTarget, max_bytes: int) -> list[ReadFile]:
    files = []
    left = MAX_TOTAL * max_bytes
    for path, entry in _find(store, tree, target.path):
        try:
            data = store.read(entry.object_id, "blob", max_bytes)
        except ObjectTooLarge:
            raise BodyTooLarge(max_bytes) from None
        left -= len(data)
        if left < 0:
            raise ReadFault(f"its files have more than {MAX_TOTAL * max_bytes} bytes together, which is the limit")
        files.append(ReadFile(str(target.at(path)), data))
    return files


def _find(store: ObjectStore, tree: str, path: str) -> list[tuple[str, TreeEntry]]:
    # A file may have the name of a pattern; the file wins.
    entry = find_entry(store, tree, path)
    if entry is not None and entry.type == "file":
        return [(path, entry)]
    if entry is not None:
        raise ReadFault("it is a folder; name a file, or a pattern such as '**/catalog-info.yaml'")
    return find_matches(store, tree, path) if MAGIC.search(path) else []


def _is_address(hostname: str) -> bool:
    try:
        ipaddress.ip_address(hostname.strip("[]"))
    except ValueError:
        return False
    return True


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Errors of git and of the network as errors about ``url``."""
    try:
        yield
    except AddressRefused as error:
        raise NotAllowedError(f"Reading from '{url}' is not allowed: {error}") from None
    except NotFoundError as error:
        raise NotFoundError(f"could not read {url}, {error}") from None
    except (ReadFault, GitFault) as error:
        raise _as_error(url, str(error)) from None


def _as_error(url: str, fault: str) -> CallboardError:
    lowered = fault.lower()
    if "could not read username" in lowered or "authentication failed" in lowered or "error: 403" in lowered:
        return CallboardError(
            f"Unable to read {url}, the repository does not exist or needs credentials; these are set at 'integrations'"
        )
    if "not found" in lowered and "could not resolve" not in lowered:
        return NotFoundError(f"could not read {url}, the server knows no such repository ({fault})")
    if "redirect" in lowered or "error: 30" in lowered:
        return CallboardError(
            f"Unable to read {url}, it has moved; redirects of repositories are not followed ({fault})"
        )
    if "invalid index-pack output" in lowered or "index-pack died" in lowered:
        return CallboardError(
            f"Unable to read {url}, the repository is damaged or larger than callboard.reading.git.maxBytes allows"
        )
    return CallboardError(f"Unable to read {url}, {fault}")
