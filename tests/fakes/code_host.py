"""What the fakes of code hosts have in common: routes, accounts, real git repositories, and answers that get lost."""

from __future__ import annotations

import itertools
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from common.errors import CallboardError
from tests.fakes.git_server import CHALLENGE, answer_git, run_git, user_of
from tests.fakes.routes import RoutedServer
from tests.fakes.server import Request, Response

Host = TypeVar("Host", bound="CodeHost")


class CodeHost(RoutedServer):
    """
    ``users`` are tokens (or passwords) and their user names. Repositories are bare ones below ``root``.

    ``dies_with = 3`` does what the third request asks for, then answers neither it nor any later one.
    ``instead`` holds answers for calls such as ``POST /projects``, given without doing anything.
    """

    def __init__(self, root: Path, *, users: Mapping[str, str]) -> None:
        self.root = root
        self.users = dict(users)
        self.dies_with: int | None = None
        self.instead: dict[str, Response] = {}
        self._count = 0
        self._lock = threading.RLock()
        self._ids = itertools.count(1)
        super().__init__()

    prefix = "/api"

    def next_id(self) -> int:
        return next(self._ids)

    @property
    def calls(self) -> list[str]:
        """``POST /projects`` and so on, without the requests of git."""
        asked = [(request.method, request.path) for request in self.requests]
        return [f"{method} {path.removeprefix(self.prefix)}" for method, path in asked if is_api(path, self.prefix)]

    def answer(self, request: Request) -> Response:
        with self._lock:
            self._count += 1
            number = self._count
            if self.dies_with is not None and number > self.dies_with:
                return Response(cut=True)
            response = self._answer_living(request)
        return Response(cut=True) if number == self.dies_with else response

    def revive(self) -> None:
        self.dies_with = None

    def account_of(self, request: Request) -> str | None:
        return user_of(request.headers.get("authorization", ""), self.users)

    def create_repository(self, path: str, files: Mapping[str, str] | None = None, branch: str = "main") -> Path:
        """With one commit if there are files."""
        folder = self.root / f"{path}.git"
        folder.parent.mkdir(parents=True, exist_ok=True)
        run_git("init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}", str(folder))
        run_git("-C", str(folder), "config", "http.receivepack", "true")
        if files:
            self.commit(path, branch, files)
        return folder

    def commit(self, path: str, branch: str, files: Mapping[str, str], message: str = "before") -> None:
        """A commit with these files and no others, on top of the branch."""
        lines = [f"commit refs/heads/{branch}", "committer Bob <bob@example.com> 1700000000 +0000"]
        lines += [f"data {len(message)}", message]
        if self.git(path, "for-each-ref", f"refs/heads/{branch}"):
            lines += [f"from refs/heads/{branch}^0", "deleteall"]
        for name, content in files.items():
            lines += [f"M 100644 inline {name}", f"data {len(content.encode())}", content]
        import_stream(self.root / f"{path}.git", "\n".join([*lines, ""]))

    def git(self, path: str, *arguments: str) -> str:
        return run_git("-C", str(self.root / f"{path}.git"), *arguments).strip()

    def files(self, path: str, branch: str) -> dict[str, str]:
        """``mode content`` by path."""
        listed = self.git(path, "ls-tree", "-r", branch).splitlines()
        found = {}
        for line in listed:
            head, _, name = line.partition("\t")
            mode, _, blob = head.split()
            found[name] = f"{mode} {self.read(path, blob).decode('utf-8', 'replace').strip()}"
        return found

    def read(self, path: str, blob: str) -> bytes:
        command = ["git", "-C", str(self.root / f"{path}.git"), "cat-file", "blob", blob]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def _answer_living(self, request: Request) -> Response:
        path = request.path
        if not is_api(path, self.prefix):
            user = user_of(request.headers.get("authorization", ""), self.users)
            return answer_git(self.root, request, user) if user else Response(401, b"Who are you?", CHALLENGE)
        path = path.removeprefix(self.prefix)
        if f"{request.method} {path}" in self.instead:
            return self.instead[f"{request.method} {path}"]
        account = self.account_of(request)
        if account is None:
            return self.refuse(401, "401 Unauthorized")
        return self.answer_routed(request, account, missing="404 Not Found")


def is_api(path: str, prefix: str) -> bool:
    return path.startswith(f"{prefix}/") and "/info/refs" not in path and "/git-" not in path


def import_stream(folder: Path, stream: str) -> None:

    subprocess.run(
        ["git", "-C", str(folder), "fast-import", "--quiet"], input=stream.encode(), check=True, capture_output=True
    )


def each_cut(make: Callable[[], Host], run: Callable[[Host, dict[str, str]], Any]) -> Iterator[tuple[Host, Any]]:
    """
    ``run`` twice with the same checkpoints, the first time cut off after the first, second, third … request.

    What the second run gives, with its host, for each of them; at the end, what a run that nobody cut gives.
    """
    for number in itertools.count(1):
        host, checkpoints = make(), {}
        with host:
            host.dies_with = number
            try:
                result = run(host, checkpoints)
            except CallboardError:
                host.revive()
                result = run(host, checkpoints)
            else:
                if len(host.requests) < number:
                    yield host, result
                    return
            yield host, result
        assert number < 200, "the action never ends"
