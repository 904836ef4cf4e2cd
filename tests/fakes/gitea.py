"""Gitea's API, as far as the action uses it, with real git repositories behind it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fakes.code_host import CodeHost
from tests.fakes.server import Request, Response


class FakeGitea(CodeHost):
    """``users`` are passwords and user names. The organization ``team`` is there."""

    prefix = "/api/v1"

    def __init__(self, root: Path, *, users: Mapping[str, str]) -> None:
        self.organizations = {"team"}
        self.repositories: dict[str, dict[str, Any]] = {}
        self.shows_branches_after = 0
        super().__init__(root, users=users)

    def add_routes(self) -> None:
        self.route("GET", "/orgs/:name", self.show_organization)
        self.route("POST", "/orgs/:name/repos", self.create_for_organization)
        self.route("POST", "/user/repos", self.create_for_user)
        self.route("GET", "/repos/:owner/:name", self.show)
        self.route("GET", "/repos/:owner/:name/branches/:branch", self.show_branch)

    def show_organization(self, request: Request, account: str, name: str) -> Response:
        if name not in self.organizations:
            return self.refuse(404, "user redirect does not exist")
        return Response.of({"id": 1, "username": name})

    def create_for_organization(self, request: Request, account: str, name: str) -> Response:
        return self.create(name, request)

    def create_for_user(self, request: Request, account: str) -> Response:
        return self.create(account, request)

    def create(self, owner: str, request: Request) -> Response:
        path = f"{owner}/{request.json['name']}"
        if path in self.repositories:
            return self.refuse(409, "The repository with the same name already exists.")
        self.repositories[path] = request.json
        self.create_repository(path)
        return Response.of({"id": self.next_id(), "full_name": path, "clone_url": f"{self.url}/{path}.git"}, 201)

    def show(self, request: Request, account: str, owner: str, name: str) -> Response:
        path = f"{owner}/{name}"
        return Response.of({"full_name": path}) if path in self.repositories else self.refuse(404, "Not Found")

    def show_branch(self, request: Request, account: str, owner: str, name: str, branch: str) -> Response:
        if self.shows_branches_after > 0:
            self.shows_branches_after -= 1
            return self.refuse(404, "Not Found")
        commit = self.git(f"{owner}/{name}", "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        return Response.of({"name": branch, "commit": {"id": commit}}) if commit else self.refuse(404, "Not Found")
