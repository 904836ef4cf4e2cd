"""Azure DevOps' API as it looks from the wire. A repository's owner is its project."""

from __future__ import annotations

from typing import Any

from integrations.scm.azure import AccessToken, AzureIntegration
from tests.fakes.server import Request, Response
from tests.fakes.wire.archives import zipped
from tests.fakes.wire.bitbucket import password_of
from tests.fakes.wire.repositories import WireRepository
from tests.fakes.wire.server import WireServer, blob_id

ORGANIZATION = "acme"


class WireAzure(WireServer):
    prefix = f"/{ORGANIZATION}"

    def __init__(self, *, tokens: tuple[str, ...] = ("token",)) -> None:
        self.disabled: set[str] = set()
        super().__init__(tokens=tokens)

    def add_routes(self) -> None:
        self.route("GET", "/_apis/git/repositories", self._all)
        self.route("GET", "/:project/_apis/git/repositories", self._of_project)
        self.route("GET", "/:project/_apis/git/repositories/:name", self._repository)
        self.route("GET", "/:project/_apis/git/repositories/:name/refs", self._refs)
        self.route("GET", "/:project/_apis/git/repositories/:name/items", self._items)

    def integration(self, token: str | None = None) -> AzureIntegration:
        """The real host has a fixed address; this one has that of the fake."""
        return AzureIntegration(
            self.host, base_urls=(self.url,), base_url=self.url, tokens=(AccessToken(token or "token"),)
        )

    def token_of(self, request: Request) -> str:
        return password_of(request)

    def _all(self, request: Request) -> Response:
        return _list([self._row(row) for row in self.repositories.all()])

    def _of_project(self, request: Request, project: str) -> Response:
        found = [self._row(row) for row in self.repositories.all() if row.owner.lower() == project.lower()]
        return _list(found) if found else self.refuse(404, f"The project '{project}' does not exist.")

    def _repository(self, request: Request, project: str, name: str) -> Response:
        repository = self._find(project, name)
        return Response.of(self._row(repository)) if repository else self.refuse(404, "TF401019: no such repository")

    def _refs(self, request: Request, project: str, name: str) -> Response:
        repository = self._find(project, name)
        if repository is None:
            return self.refuse(404, "TF401019: no such repository")
        wanted = f"refs/{request.parameter('filter') or ''}"
        names = [f"refs/heads/{repository.branch}", f"refs/heads/{repository.branch}-old"] if repository.files else []
        rows = [{"name": ref, "objectId": repository.commit} for ref in names if ref.startswith(wanted)]
        return _list(list(reversed(rows)))

    def _items(self, request: Request, project: str, name: str) -> Response:
        repository = self._find(project, name)
        is_there = repository is not None and request.parameter("versionDescriptor.version") == repository.commit
        if repository is None or not is_there:
            return self.refuse(404, "TF401175: no such version")
        if request.parameter("$format") == "zip":
            self.downloads += 1
            return Response(200, zipped(repository.files), {"Content-Type": "application/zip"})
        path = request.parameter("path")
        if path is not None:
            data = repository.files.get(path.removeprefix("/"))
            return Response(200, data) if data is not None else self.refuse(404, "TF401174: no such item")
        rows: list[dict[str, Any]] = [{"path": "/", "gitObjectType": "tree", "isFolder": True}]
        rows += [
            {"objectId": blob_id(data), "gitObjectType": "blob", "path": f"/{path}"}
            for path, data in repository.files.items()
        ]
        rows += [{"gitObjectType": "blob", "path": f"/{path}", "isSymLink": True} for path in repository.links]
        return _list(rows)

    def _find(self, project: str, name: str) -> WireRepository | None:
        by_id = next((row for row in self.repositories.all() if f"id-{row.id}" == name), None)
        return by_id or self.repositories.find(f"{project}/{name}")

    def _row(self, repository: WireRepository) -> dict[str, Any]:
        row = {
            "id": f"id-{repository.id}",
            "name": repository.name,
            "project": {"id": "1", "name": repository.owner, "visibility": repository.visibility},
            "size": repository.size * 1024,
            "webUrl": f"{self.url}/{ORGANIZATION}/{repository.owner}/_git/{repository.name}",
            "remoteUrl": f"{self.url}/{ORGANIZATION}/{repository.owner}/_git/{repository.name}",
            "isDisabled": repository.full_name in self.disabled,
        }
        return {**row, "defaultBranch": f"refs/heads/{repository.branch}"} if repository.files else row


def _list(rows: list[Any]) -> Response:
    return Response.of({"value": rows, "count": len(rows)})
