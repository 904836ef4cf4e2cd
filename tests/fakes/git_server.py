"""A real git server on 127.0.0.1: ``git http-backend`` behind basic or bearer authorization."""

from __future__ import annotations

import base64
import binascii
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.fakes.server import FakeServer, Request, Response

CHALLENGE = {"WWW-Authenticate": 'Basic realm="git"'}


class GitServer(FakeServer):
    """
    Serves the bare repositories below ``root`` to those who know a token (``users``: token to user name).

        with GitServer(tmp_path, users={"s3cret": "alice"}) as server:
            server.create("team/repo")  # cloned from server.url + "/team/repo.git"
    """

    def __init__(self, root: Path, *, users: Mapping[str, str]) -> None:
        super().__init__()
        self.root = root
        self.users = dict(users)

    def create(self, path: str, *, default_branch: str = "main") -> Path:
        """An empty bare repository; ``.git`` is added to the path. Its folder."""
        folder = self.root / f"{path.removesuffix('.git')}.git"
        folder.parent.mkdir(parents=True, exist_ok=True)
        run_git("init", "--quiet", "--bare", "--template=", f"--initial-branch={default_branch}", str(folder))
        run_git("-C", str(folder), "config", "http.receivepack", "true")
        run_git("-C", str(folder), "config", "uploadpack.allowFilter", "true")
        return folder

    def answer(self, request: Request) -> Response:
        user = user_of(request.headers.get("authorization", ""), self.users)
        if user is None:
            return Response(401, b"Who are you?", CHALLENGE)
        return answer_git(self.root, request, user)


def answer_git(root: Path, request: Request, user: str) -> Response:
    """What git's own server says to a request below ``root``, with or without ``.git`` in its path."""
    repository = request.path.split("/info/refs")[0].split("/git-")[0]
    path = f"{repository.removesuffix('.git')}.git{request.path.removeprefix(repository)}"
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": path,
        "QUERY_STRING": request.query,
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        "REMOTE_USER": user,
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(
        ["git", "http-backend"], input=request.body, env=environment, capture_output=True, check=False
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
    return Response(int(headers.pop("Status", "200").split()[0]), content, headers)


def user_of(authorization: str, users: Mapping[str, str]) -> str | None:
    """Whose token it is: the password of ``Basic``, or what follows ``Bearer`` or ``token``."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() in ("bearer", "token"):
        return users.get(value)
    if scheme.lower() != "basic":
        return None
    try:
        _, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return users.get(password)


def run_git(*arguments: str) -> str:
    """What git prints, with nobody's configuration."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent"}
    return subprocess.run(["git", *arguments], env=environment, capture_output=True, check=True, text=True).stdout
