"""Bitbucket Cloud's API, as far as the actions use it, with real git repositories behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fakes.code_host import CodeHost
from tests.fakes.server import Request, Response

Record = dict[str, Any]
CLIENT = ("client-id", "client-secret")


class FakeBitbucket(CodeHost):
    """The OAuth client ``client-id`` gets tokens for ``app``."""

    prefix = "/2.0"

    def __init__(self, root: Path, *, users: Mapping[str, str]) -> None:
        self.repositories: dict[str, Record] = {}
        super().__init__(root, users={**users, CLIENT[1]: CLIENT[0]})

    def refuse(self, status: int, message: str) -> Response:
        return Response.of({"type": "error", "error": {"message": message}}, status)

    def add_routes(self) -> None:
        repository = "/repositories/:workspace/:name"
        self.route("GET", repository, self.show)
        self.route("POST", repository, self.create)
        self.route("GET", f"{repository}/refs/branches", self.branches)
        for kind in ("pullrequests", "pipelines", "branch-restrictions"):
            self.route("GET", f"{repository}/{kind}", self.lister(kind))
        self.route("POST", f"{repository}/pullrequests", self.create_pull_request)
        self.route("POST", f"{repository}/pipelines", self.run_pipeline)
        self.route("POST", f"{repository}/branch-restrictions", self.restrict)

    def answer(self, request: Request) -> Response:
        if request.path != "/site/oauth2/access_token":
            return super().answer(request)
        if self.account_of(request) != CLIENT[0] or request.body != b"grant_type=client_credentials":
            return self.refuse(401, "invalid_client")
        self.users["oauth-token"] = "app"
        return Response.of({"access_token": "oauth-token", "expires_in": 7200})

    def add_repository(self, path: str, files: Mapping[str, str] | None = None) -> Record:
        html = f"{self.url}/{path}"
        self.repositories[path] = {
            "full_name": path,
            "links": {
                "html": {"href": html},
                "clone": [
                    {"name": "ssh", "href": f"git@bitbucket.org:{path}.git"},
                    {"name": "https", "href": f"http://someone@{self.host}/{path}.git"},
                ],
            },
            "mainbranch": {"name": "main", "type": "branch"} if files else None,
            "pullrequests": [],
            "pipelines": [],
            "branch-restrictions": [],
        }
        self.create_repository(path, files)
        return self.repositories[path]

    def show(self, request: Request, account: str, workspace: str, name: str) -> Response:
        found = self.repositories.get(f"{workspace}/{name}")
        return Response.of(found) if found else self.refuse(404, f"Repository {workspace}/{name} not found")

    def create(self, request: Request, account: str, workspace: str, name: str) -> Response:
        if f"{workspace}/{name}" in self.repositories:
            return self.refuse(400, "Repository with this Slug and Owner already exists.")
        repository = self.add_repository(f"{workspace}/{name}")
        repository["asked"] = request.json
        return Response.of(repository)

    def branches(self, request: Request, account: str, workspace: str, name: str) -> Response:
        wanted = re.fullmatch(r'name = "(.+)"', request.parameter("q") or "")
        assert wanted is not None
        found = self.git(f"{workspace}/{name}", "for-each-ref", f"refs/heads/{wanted[1]}")
        return Response.of({"values": [{"name": wanted[1]}] if found else []})

    def lister(self, kind: str) -> Any:
        def handler(request: Request, account: str, workspace: str, name: str) -> Response:
            found = self.repositories.get(f"{workspace}/{name}")
            if found is None:
                return self.refuse(404, f"Repository {workspace}/{name} not found")
            return Response.of({"values": found[kind]})

        return handler

    def create_pull_request(self, request: Request, account: str, workspace: str, name: str) -> Response:
        path, given = f"{workspace}/{name}", request.json
        source = given["source"]["branch"]["name"]
        if not self.git(path, "for-each-ref", f"refs/heads/{source}"):
            return self.refuse(400, "source.branch: branch not found")
        items = self.repositories[path]["pullrequests"]
        number = len(items) + 1
        items.append({**given, "id": number, "links": {"html": {"href": f"{self.url}/{path}/pull-requests/{number}"}}})
        return Response.of(items[-1], 201)

    def run_pipeline(self, request: Request, account: str, workspace: str, name: str) -> Response:
        path = f"{workspace}/{name}"
        if path not in self.repositories:
            return self.refuse(404, f"Repository {path} not found")
        items = self.repositories[path]["pipelines"]
        run = {
            "build_number": len(items) + 1,
            "target": request.json.get("target", {}),
            "variables": request.json.get("variables", []),
            "repository": {"links": {"html": {"href": f"{self.url}/{path}"}}},
        }
        items.insert(0, run)
        return Response.of(run, 201)

    def restrict(self, request: Request, account: str, workspace: str, name: str) -> Response:
        items = self.repositories[f"{workspace}/{name}"]["branch-restrictions"]
        items.append({**request.json, "id": self.next_id()})
        return Response.of(items[-1], 201)
