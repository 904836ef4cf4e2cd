"""The folder where fetched repositories lie: one bare repository for each address."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.errors import ServiceUnavailableError
from integrations.git.command import GitOptions, run_git

# git notes here which server a partial fetch came from; put back each time, it never asks that server on its own.
CONFIG_FILE = "[core]\n\trepositoryformatversion = {version}\n\tbare = true\n"
UNUSED_SECONDS = 30 * 24 * 3600


class CacheFolder:
    """Safe between processes: each repository is changed under a lock file of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_ready = False

    def path_of(self, clone_url: str) -> Path:
        return self._path / hashlib.sha256(clone_url.encode()).hexdigest()[:32]

    @contextmanager
    def locked(self, clone_url: str) -> Iterator[Path]:
        """The repository's folder, made if it is not there, and this process's alone inside."""
        self._ensure()
        repository = self.path_of(clone_url)
        with open(repository.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (repository / "HEAD").is_file():
                _make(repository)
            os.utime(repository)
            try:
                yield repository
            finally:
                _clean(repository)

    def forget(self, repository: Path) -> None:
        """Start anew, inside ``locked``."""
        shutil.rmtree(repository, ignore_errors=True)
        _make(repository)

    def _ensure(self) -> None:
        if self._is_ready:
            return
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = self._path.lstat()
        except OSError as error:
            raise ServiceUnavailableError(f"The folder for git repositories cannot be made: {error}") from None
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            raise ServiceUnavailableError(
                f"The folder for git repositories '{self._path}' belongs to somebody else;"
                " set callboard.reading.cacheDir to a folder of this program's own"
            )
        self._prune()
        self._is_ready = True

    def _prune(self) -> None:
        for path in self._path.iterdir():
            try:
                if path.is_dir() and time.time() - path.stat().st_mtime > UNUSED_SECONDS:
                    shutil.rmtree(path, ignore_errors=True)
            except OSError:
                continue


def default_cache_folder() -> Path:
    """Where no data folder is configured: one for this user, kept between runs while the machine is up."""
    return Path(tempfile.gettempdir()) / f"callboard-git-{os.getuid()}"


def folder_size(path: Path) -> int:
    return sum(entry.stat().st_size for entry in path.rglob("*") if entry.is_file())


def _make(repository: Path) -> None:
    shutil.rmtree(repository, ignore_errors=True)
    run_git(["init", "--quiet", "--bare", "--template=", "--", str(repository)], GitOptions())


def _clean(repository: Path) -> None:
    for left in repository.glob("objects/pack/tmp_*"):
        left.unlink(missing_ok=True)
    config = repository / "config"
    text = config.read_text()
    wanted = CONFIG_FILE.format(version=1 if "repositoryformatversion = 1" in text else 0)
    if text != wanted:
        written = repository / "config.new"
        written.write_text(wanted)
        written.replace(config)
