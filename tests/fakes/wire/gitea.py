"""Gitea's API as it looks from the wire."""

from __future__ import annotations

from typing import Any

from common.app_config import AppConfig
from integrations.scm.gitea import GiteaIntegration
from tests.fakes.server import Request, Response
from tests.fakes.wire.archives import tar_gz
from tests.fakes.wire.repositories import WireRepository
from tests.fakes.wire.server import WireServer, blob_id, page_of

API = "/api/v1"


class WireGitea(WireServer):
    """It has no ETags, and no limits. ``largest_page`` is what the server gives at most, whatever is asked for."""

    prefix = API
    has_etags = False

    def __init__(self, *, tokens: tuple[str, ...] = ("token",)) -> None:
        self.users: set[str] = set()
        self.largest_page = 50
        super().__init__(tokens=tokens)

    def add_routes(self) -> None:
        for path, handler in (
            ("/orgs/:org/repos", self._org_repositories),
            ("/users/:user/repos", self._repositories_of),
            ("/repos/search", self._search),
            ("/repos/:owner/:name", self._repository),
            ("/repos/:owner/:name/archive/:file", self._archive),
            ("/repos/:owner/:name/git/commits/:ref", self._commit),
            ("/repos/:owner/:name/git/trees/:sha", self._tree),
        ):
            self.route("GET", path, handler)
        self.route("GET", "/repos/:owner/:name/raw/(?:.+)", self._raw)

    def integration(self, **more: Any) -> GiteaIntegration:
        """As the configuration makes it."""
        section = {"host": self.host, "baseUrl": self.url, "password": "token", **more}
        return GiteaIntegration.read_all(AppConfig.from_dict({"integrations": {"gitea": [section]}}))[0]

    def _limits(self) -> dict[str, str]:
        return {}

    def _org_repositories(self, request: Request, org: str) -> Response:
        if org.lower() in self.users:
            return self.refuse(404, "GetOrgByName")
        return self._repositories_of(request, org)

    def _repositories_of(self, request: Request, owner: str) -> Response:
        found = [row for row in self.repositories.all() if row.owner.lower() == owner.lower()]
        if not found:
            return self.refuse(404, "GetUserByName")
        return self._page(request, [self._row(row) for row in found])

    def _search(self, request: Request) -> Response:
        found, headers = self._page_of(request, [self._row(row) for row in self.repositories.all()])
        return Response.of({"ok": True, "data": found}, **headers)

    def _page(self, request: Request, rows: list[Any]) -> Response:
        found, headers = self._page_of(request, rows)
        return Response.of(found, **headers)

    def _page_of(self, request: Request, rows: list[Any]) -> tuple[list[Any], dict[str, str]]:
        size = min(int(request.parameter("limit") or 30), self.largest_page)
        number = int(request.parameter("page") or 1)
        headers = {"X-Total-Count": str(len(rows))}
        if number * size < len(rows):
            headers["Link"] = f'<{self.url}{request.path}?page={number + 1}>; rel="next"'
        return rows[(number - 1) * size : number * size], headers

    def _repository(self, request: Request, owner: str, name: str) -> Response:
        repository = self.repositories.find(f"{owner}/{name}")
        return Response.of(self._row(repository)) if repository else self.refuse(404, "not found")

    def _archive(self, request: Request, owner: str, name: str, file: str) -> Response:
        repository = self._at(owner, name, file.removesuffix(".tar.gz"))
        if repository is None:
            return self.refuse(404, "not found")
        self.downloads += 1
        data = tar_gz(repository.name, repository.files, commit=repository.commit, links=repository.links)
        return Response(200, data, {"Content-Type": "application/gzip"})

    def _commit(self, request: Request, owner: str, name: str, ref: str) -> Response:
        repository = self._at(owner, name, ref)
        return Response.of({"sha": repository.commit}) if repository else self.refuse(404, "not found")

    def _tree(self, request: Request, owner: str, name: str, sha: str) -> Response:
        repository = self._at(owner, name, sha)
        if repository is None:
            return self.refuse(404, "not found")
        rows = [
            {"path": path, "mode": "100644", "type": "blob", "sha": blob_id(data), "size": len(data)}
            for path, data in repository.files.items()
        ]
        rows += [{"path": path, "mode": "120000", "type": "blob", "sha": "0" * 40} for path in repository.links]
        found, has_more = page_of(rows, request)
        return Response.of({"sha": sha, "tree": found, "truncated": has_more, "total_count": len(rows)})

    def _raw(self, request: Request, owner: str, name: str) -> Response:
        repository = self._at(owner, name, request.parameter("ref") or "HEAD")
        path = request.path.partition("/raw/")[2]
        if repository is None or path not in repository.files:
            return self.refuse(404, "not found")
        return Response(200, repository.files[path], {"Content-Type": "text/plain"})

    def _at(self, owner: str, name: str, ref: str) -> WireRepository | None:
        repository = self.repositories.find(f"{owner}/{name}")
        if repository is None or not repository.files or ref not in (repository.branch, repository.commit, "HEAD"):
            return None
        return repository

    def _row(self, repository: WireRepository) -> dict[str, Any]:
        return {
            "id": repository.id,
            "owner": {"id": 1, "login": repository.owner},
            "name": repository.name,
            "full_name": repository.full_name,
            "description": repository.description,
            "empty": not repository.files,
            "private": repository.visibility != "public",
            "fork": repository.fork,
            "size": repository.size,
            "language": repository.language,
            "html_url": f"{self.url}/{repository.full_name}",
            "clone_url": f"{self.url}/{repository.full_name}.git",
            "default_branch": repository.branch,
            "archived": repository.archived,
            "updated_at": repository.pushed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "topics": repository.topics,
            "internal": repository.visibility == "internal",
        }
