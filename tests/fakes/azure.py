"""Azure DevOps' API, as far as the action uses it, with real git repositories behind it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fakes.code_host import CodeHost, is_api
from tests.fakes.server import Request, Response


class FakeAzure(CodeHost):
    """The organization ``acme`` has the project ``shop floor``."""

    prefix = "/acme"

    def __init__(self, root: Path, *, users: Mapping[str, str]) -> None:
        self.repositories: dict[str, dict[str, Any]] = {}
        super().__init__(root, users=users)

    def add_routes(self) -> None:
        self.route("GET", "/:project/_apis/git/repositories/:name", self.show)
        self.route("POST", "/:project/_apis/git/repositories", self.create)

    @property
    def calls(self) -> list[str]:
        return [call for call in super().calls if "/_git/" not in call]

    def _answer_living(self, request: Request) -> Response:
        if "/_git/" in request.path and is_api(request.path, self.prefix):
            raise AssertionError(f"not what git asks for: {request.path}")
        if "/_apis/" in request.path and request.parameter("api-version") is None:
            return self.refuse(400, "No api-version was supplied")
        return super()._answer_living(request)

    def show(self, request: Request, account: str, project: str, name: str) -> Response:
        found = self.repositories.get(f"{project}/{name}")
        if found is None:
            message = f"TF401019: The Git repository with name or identifier {name} does not exist"
            return self.refuse(404, message)
        return Response.of(found)

    def create(self, request: Request, account: str, project: str) -> Response:
        name = request.json["name"]
        if project != "shop floor":
            return self.refuse(404, f"TF200016: The following project does not exist: {project}.")
        if f"{project}/{name}" in self.repositories:
            return self.refuse(409, f"TF400948: A Git repository with the name {name} already exists.")
        path = f"acme/{project.replace(' ', '%20')}/_git/{name}"
        self.repositories[f"{project}/{name}"] = {
            "id": f"00000000-0000-4000-8000-{self.next_id():012d}",
            "name": name,
            "remoteUrl": f"http://acme@{self.host}/{path}",
            "webUrl": f"{self.url}/{path}",
        }
        self.create_repository(path)
        return Response.of(self.repositories[f"{project}/{name}"], 201)
