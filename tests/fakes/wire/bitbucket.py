"""The APIs of Bitbucket Cloud and of Bitbucket Server as they look from the wire."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import unquote

from common.app_config import AppConfig
from integrations.scm.bitbucket import BitbucketCloudIntegration, BitbucketServerIntegration
from tests.fakes.server import Request, Response
from tests.fakes.wire.archives import tar_gz
from tests.fakes.wire.repositories import WireRepository
from tests.fakes.wire.server import WireServer, page_of

CLOUD_API = "/2.0"
SERVER_API = "/rest/api/1.0"


class WireBitbucketCloud(WireServer):
    """``project`` is the key that all repositories have."""

    prefix = CLOUD_API
    project = "WEB"

    def add_routes(self) -> None:
        self.route("GET", "/repositories/:workspace", self._repositories_of)
        self.route("GET", "/repositories/:workspace/:name", self._repository)
        self.route("GET", "/repositories/:workspace/:name/commit/:ref", self._commit)
        self.route("GET", "/repositories/:workspace/:name/src/:commit", self._tree)
        self.route("GET", "/repositories/:workspace/:name/src/:commit/(?:.+)", self._raw)

    def integration(self, **more: Any) -> BitbucketCloudIntegration:
        """The real host has fixed addresses; this one has those of the fake."""
        given = {"username": "alice", "secret": "token", "base_urls": (f"{self.url}{CLOUD_API}", self.url), **more}
        return BitbucketCloudIntegration(self.host, api_base_url=f"{self.url}{CLOUD_API}", base_url=self.url, **given)

    def token_of(self, request: Request) -> str:
        return password_of(request) or super().token_of(request)

    def answer_other(self, request: Request) -> Response:
        match = re.fullmatch(r"/([^/]+)/([^/]+)/get/(.+)\.tar\.gz", request.path)
        repository = self._at(*map(unquote, match.groups())) if match and self.is_known(request) else None
        if repository is None:
            return self.refuse(404, "Not Found")
        self.downloads += 1
        folder = f"{repository.owner}-{repository.name}-{repository.commit[:12]}"
        return Response(200, tar_gz(folder, repository.files, links=repository.links))

    def _repositories_of(self, request: Request, workspace: str) -> Response:
        found = [row for row in self.repositories.all() if row.owner == workspace]
        if not found:
            return self.refuse(404, f"No workspace with identifier '{workspace}'.")
        rows, has_more = page_of([self._row(row) for row in found], request, "pagelen")
        number = int(request.parameter("page") or 1)
        more = {"next": f"{self.url}{request.path}?page={number + 1}"} if has_more else {}
        return Response.of({"values": rows, "pagelen": 100, "size": len(found), "page": number, **more})

    def _repository(self, request: Request, workspace: str, name: str) -> Response:
        repository = self.repositories.find(f"{workspace}/{name}")
        return Response.of(self._row(repository)) if repository else self.refuse(404, "Not Found")

    def _commit(self, request: Request, workspace: str, name: str, ref: str) -> Response:
        repository = self._at(workspace, name, ref)
        return Response.of({"type": "commit", "hash": repository.commit}) if repository else self.refuse(404, "No")

    def _tree(self, request: Request, workspace: str, name: str, commit: str) -> Response:
        """In pages of two, whose marks are no numbers."""
        repository = self._at(workspace, name, commit)
        if repository is None:
            return self.refuse(404, "Not Found")
        rows = [{"path": path, "type": "commit_file", "attributes": []} for path in repository.files]
        rows += [{"path": path, "type": "commit_file", "attributes": ["link"]} for path in repository.links]
        rows += [{"path": "folder", "type": "commit_directory"}]
        start = int((request.parameter("page") or "mark-0").removeprefix("mark-"))
        more = {"next": f"{self.url}{request.path}?page=mark-{start + 2}"} if start + 2 < len(rows) else {}
        return Response.of({"values": rows[start : start + 2], "pagelen": 2, **more})

    def _raw(self, request: Request, workspace: str, name: str, commit: str) -> Response:
        repository = self._at(workspace, name, commit)
        path = request.path.partition(f"/src/{commit}/")[2]
        if repository is None or path not in repository.files:
            return self.refuse(404, "Not Found")
        return Response(200, repository.files[path])

    def _at(self, workspace: str, name: str, ref: str) -> WireRepository | None:
        return _at(self.repositories.find(f"{workspace}/{name}"), ref)

    def _row(self, repository: WireRepository) -> dict[str, Any]:
        row = {
            "type": "repository",
            "uuid": f"{{{repository.id}}}",
            "full_name": repository.full_name,
            "name": repository.name.title(),
            "slug": repository.name,
            "is_private": repository.visibility != "public",
            "description": repository.description,
            "language": repository.language.lower(),
            "size": repository.size * 1024,
            "project": {"type": "project", "key": self.project},
            "mainbranch": {"name": repository.branch, "type": "branch"} if repository.files else None,
            "updated_on": repository.pushed_at.strftime("%Y-%m-%dT%H:%M:%S.000000+00:00"),
            "links": {"html": {"href": f"{self.url}/{repository.full_name}"}},
        }
        return {**row, "parent": {"full_name": "elsewhere/it"}} if repository.fork else row


class WireBitbucketServer(WireServer):
    prefix = SERVER_API

    def add_routes(self) -> None:
        self.route("GET", "/repos", self._all)
        self.route("GET", "/projects/:project/repos", self._repositories_of)
        self.route("GET", "/projects/:project/repos/:name", self._repository)
        self.route("GET", "/projects/:project/repos/:name/commits", self._commits)
        self.route("GET", "/projects/:project/repos/:name/archive", self._archive)
        self.route("GET", "/projects/:project/repos/:name/files", self._files)
        self.route("GET", "/projects/:project/repos/:name/raw/(?:.+)", self._raw)

    def integration(self, **more: Any) -> BitbucketServerIntegration:
        """As the configuration makes it."""
        section = {"host": self.host, "apiBaseUrl": f"{self.url}{SERVER_API}", "token": "token", **more}
        config = AppConfig.from_dict({"integrations": {"bitbucketServer": [section]}})
        return BitbucketServerIntegration.read_all(config)[0]

    def _all(self, request: Request) -> Response:
        return self._page(request, [self._row(row) for row in self.repositories.all()])

    def _repositories_of(self, request: Request, project: str) -> Response:
        found = [self._row(row) for row in self.repositories.all() if row.owner == project]
        return self._page(request, found) if found else self.refuse(404, f"Project {project} does not exist.")

    def _repository(self, request: Request, project: str, name: str) -> Response:
        repository = self.repositories.find(f"{project}/{name}")
        return Response.of(self._row(repository)) if repository else self.refuse(404, "Not Found")

    def _commits(self, request: Request, project: str, name: str) -> Response:
        repository = _at(self.repositories.find(f"{project}/{name}"), request.parameter("until") or "HEAD")
        if repository is None:
            return self.refuse(404, "There is no such commit.")
        return self._page(request, [{"id": repository.commit}, {"id": "0" * 40}])

    def _archive(self, request: Request, project: str, name: str) -> Response:
        repository = _at(self.repositories.find(f"{project}/{name}"), request.parameter("at") or "HEAD")
        if repository is None or request.parameter("format") != "tgz":
            return self.refuse(404, "Not Found")
        self.downloads += 1
        return Response(200, tar_gz(request.parameter("prefix") or "", repository.files, links=repository.links))

    def _files(self, request: Request, project: str, name: str) -> Response:
        repository = _at(self.repositories.find(f"{project}/{name}"), request.parameter("at") or "HEAD")
        return self._page(request, list(repository.files)) if repository else self.refuse(404, "Not Found")

    def _raw(self, request: Request, project: str, name: str) -> Response:
        repository = _at(self.repositories.find(f"{project}/{name}"), request.parameter("at") or "HEAD")
        path = request.path.partition("/raw/")[2]
        if repository is None or path not in repository.files:
            return self.refuse(404, "Not Found")
        return Response(200, repository.files[path])

    def _page(self, request: Request, rows: list[Any]) -> Response:
        start, size = int(request.parameter("start") or 0), int(request.parameter("limit") or 25)
        is_last = start + size >= len(rows)
        more = {} if is_last else {"nextPageStart": start + size}
        return Response.of({"values": rows[start : start + size], "start": start, "isLastPage": is_last, **more})

    def _row(self, repository: WireRepository) -> dict[str, Any]:
        href = f"{self.url}/projects/{repository.owner}/repos/{repository.name}/browse"
        row = {
            "id": repository.id,
            "slug": repository.name,
            "name": repository.name,
            "description": repository.description,
            "archived": repository.archived,
            "public": repository.visibility == "public",
            "project": {"key": repository.owner, "type": "NORMAL"},
            "links": {"self": [{"href": href}]},
        }
        return {**row, "origin": {"slug": "it"}} if repository.fork else row


def _at(repository: WireRepository | None, ref: str) -> WireRepository | None:
    if repository is None or not repository.files or ref not in (repository.branch, repository.commit, "HEAD"):
        return None
    return repository


def password_of(request: Request) -> str:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return base64.b64decode(value).decode().partition(":")[2] if kind == "Basic" else ""
