"""A repository that targets name: which commit a ref is at, and the objects of that commit."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from common.errors import NotFoundError
from integrations.git.cache import CacheFolder, folder_size
from integrations.git.command import GitFault, GitOptions, run_git
from integrations.git.objects import OBJECT_ID, ObjectStore
from integrations.git.target import GitTarget
from integrations.http.faults import ReadFault
from integrations.whatwg.percent import decode

DEFAULT_REF = "HEAD"
HEADS = "refs/heads/"
MAX_KNOWN_REFS = 1000


@dataclass(frozen=True, slots=True)
class GitLimits:
    seconds: float = 120.0
    max_bytes: int = 512 * 1024 * 1024
    max_file_bytes: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a server: the protocol, and git configuration with pinned addresses and credentials."""

    protocol: str
    configuration: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class _Moment:
    """By the clock that never jumps, and by the one that other machines have too."""

    steady: float
    common: float

    @classmethod
    def now(cls) -> _Moment:
        return cls(time.monotonic(), time.time())

    def is_within(self, seconds: float, not_before: float) -> bool:
        return time.monotonic() - self.steady <= seconds and self.common >= not_before


class Repository(ABC):
    """
    Thread-safe. Within ``window`` seconds a ref is looked up once, so that thousands of files cost one look; once more
    for who knows that it has moved since then.
    """

    window: ClassVar[float]

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._known: dict[str, tuple[_Moment, str]] = {}
        self._failures: dict[str, tuple[_Moment, Exception]] = {}
        self._store: ObjectStore | None = None

    def commit_of(self, ref: str | None, *, not_before: float = 0.0) -> str:
        """
        The id of the commit that the ref is at, or was at ``not_before`` (seconds since 1970) and at most ``window``
        seconds ago. Raises NotFoundError, GitFault, ReadFault.
        """
        name = ref or DEFAULT_REF
        with self._lock, self._failing_once(name, not_before):
            known = self._known.get(name)
            if known is not None and known[0].is_within(self.window, not_before):
                return known[1]
            begun = _Moment.now()
            commit = self._look_up(name)
            self._remember(name, commit, begun)
            return commit

    def default_branch(self) -> str:
        """Its name; empty if the repository has none. Raises GitFault, ReadFault."""
        with self._lock:
            return self._look_up_default_branch()

    def open(self, ref: str | None, commit: str) -> tuple[str, ObjectStore, str]:
        """The commit that was opened (a newer one if the ref has just moved), its objects, its top folder's id."""
        name = ref or DEFAULT_REF
        with self._lock, self._failing_once(name):
            return self._open(name, commit)

    def close(self) -> None:
        with self._lock:
            if self._store is not None:
                self._store.close()

    def _remember(self, ref: str, commit: str, looked_up: _Moment) -> None:
        if len(self._known) >= MAX_KNOWN_REFS:
            self._known.clear()
        self._known[ref] = (looked_up, commit)

    @contextmanager
    def _failing_once(self, ref: str, not_before: float = 0.0) -> Iterator[None]:
        """A server that does not answer is not asked again for each of thousands of files."""
        failure = self._failures.pop(ref, None)
        if failure is not None and failure[0].is_within(self.window, not_before):
            self._failures[ref] = failure
            raise type(failure[1])(str(failure[1]))
        try:
            yield
        except (GitFault, ReadFault, NotFoundError) as fault:
            if len(self._failures) >= MAX_KNOWN_REFS:
                self._failures.clear()
            self._failures[ref] = (_Moment.now(), fault)
            raise

    @abstractmethod
    def _open(self, ref: str, commit: str) -> tuple[str, ObjectStore, str]: ...

    @abstractmethod
    def _look_up(self, ref: str) -> str: ...

    @abstractmethod
    def _look_up_default_branch(self) -> str: ...


class LocalRepository(Repository):
    """A repository on this machine, bare or not. Only what is committed counts."""

    window = 1.0

    def __init__(self, target: GitTarget) -> None:
        super().__init__()
        self._path = os.path.realpath(decode(target.url.path).decode("utf-8", "surrogateescape"))

    def _open(self, ref: str, commit: str) -> tuple[str, ObjectStore, str]:
        if self._store is None:
            self._store = ObjectStore(self._git_dir())
        tree = self._store.tree_of(commit)
        if tree is None:
            raise GitFault(f"the commit {commit} is not in the repository")
        return commit, self._store, tree

    def _look_up(self, ref: str) -> str:
        try:
            printed = run_git(["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"], GitOptions(self._git_dir()))
        except GitFault:
            raise NotFoundError(f"the repository has no ref '{ref}'") from None
        return printed.decode("ascii", "replace").strip()

    def _look_up_default_branch(self) -> str:
        try:
            printed = run_git(["symbolic-ref", "--quiet", DEFAULT_REF], GitOptions(self._git_dir()))
        except GitFault:
            return ""
        return printed.decode("utf-8", "replace").strip().removeprefix(HEADS)

    def _git_dir(self) -> str:
        if not os.path.isdir(self._path):
            raise NotFoundError(f"there is no folder '{self._path}'")
        options = GitOptions(ceiling=os.path.dirname(self._path))
        try:
            printed = run_git(["-C", self._path, "rev-parse", "--absolute-git-dir"], options)
        except GitFault as error:
            raise NotFoundError(f"'{self._path}' is no git repository ({error})") from None
        return printed.decode("utf-8", "surrogateescape").removesuffix("\n")


class RemoteRepository(Repository):
    """
    A repository behind HTTP(S). Its newest commit, without history and large files, is fetched into the cache.

    ``connect`` is asked before each connection: it checks the server's addresses anew.
    """

    window = 10.0

    def __init__(
        self, target: GitTarget, cache: CacheFolder, limits: GitLimits, connect: Callable[[GitTarget], Connection]
    ) -> None:
        super().__init__()
        self._target = target
        self._url = target.clone_url
        self._connect = connect
        self._cache = cache
        self._limits = limits
        self._full_refs: dict[str, str] = {}

    def _open(self, ref: str, commit: str) -> tuple[str, ObjectStore, str]:
        if self._store is None:
            self._store = ObjectStore(str(self._cache.path_of(self._url)))
        tree = self._store.tree_of(commit) if self._is_fetched() else None
        if tree is None:
            begun = _Moment.now()
            commit = self._fetch(self._full_refs.get(ref, commit))
            self._remember(ref, commit, begun)
            tree = self._store.tree_of(commit)
        if tree is None:
            raise GitFault(f"the server did not send the commit {commit}")
        return commit, self._store, tree

    def _is_fetched(self) -> bool:
        return (self._cache.path_of(self._url) / "HEAD").is_file()

    def _look_up(self, ref: str) -> str:
        if OBJECT_ID.fullmatch(ref):
            return ref
        names = _candidates(ref)
        printed = run_git(["ls-remote", "--quiet", "--", self._url, *names], self._options()).decode("utf-8", "replace")
        found = {name: commit for commit, _, name in (line.partition("\t") for line in printed.splitlines())}
        for name in names:
            commit = found.get(f"{name}^{{}}", found.get(name, ""))
            if OBJECT_ID.fullmatch(commit):
                self._full_refs[ref] = name.removesuffix("^{}")
                return commit
        raise NotFoundError(f"the repository has no branch or tag '{ref}'; commits need their full id")

    def _look_up_default_branch(self) -> str:
        printed = run_git(["ls-remote", "--quiet", "--symref", "--", self._url, DEFAULT_REF], self._options())
        for line in printed.decode("utf-8", "replace").splitlines():
            target, _, name = line.removeprefix("ref: ").partition("\t")
            if line.startswith("ref: ") and name == DEFAULT_REF:
                return target.removeprefix(HEADS)
        return ""

    def _fetch(self, full_ref: str) -> str:
        local_ref = f"refs/callboard/{hashlib.sha256(full_ref.encode()).hexdigest()[:16]}"
        with self._cache.locked(self._url) as path:
            if folder_size(path) > 2 * self._limits.max_bytes:
                self._cache.forget(path)
            run_git(_fetch_arguments(self._url, f"+{full_ref}:{local_ref}", self._limits), self._options(path))
            printed = run_git(["rev-parse", "--verify", f"{local_ref}^{{commit}}"], GitOptions(str(path)))
        return printed.decode("ascii", "replace").strip()

    def _options(self, git_dir: Path | None = None) -> GitOptions:
        connection = self._connect(self._target)
        return GitOptions(
            git_dir=None if git_dir is None else str(git_dir),
            protocols=connection.protocol,
            configuration=connection.configuration,
            max_file_bytes=self._limits.max_bytes,
            seconds=self._limits.seconds,
        )


def _candidates(ref: str) -> list[str]:
    """Full names in the order to try them. A tag that is an object itself also has a peeled line."""
    if ref == DEFAULT_REF or ref.startswith("refs/"):
        return [ref, f"{ref}^{{}}"]
    return [f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/tags/{ref}^{{}}"]


def _fetch_arguments(url: str, refspec: str, limits: GitLimits) -> list[str]:
    return [
        "fetch",
        "--quiet",
        "--depth=1",
        f"--filter=blob:limit={limits.max_file_bytes + 1}",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
        "--no-auto-gc",
        "--",
        url,
        refspec,
    ]
