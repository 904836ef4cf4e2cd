"""
GitLab's API as it looks from the wire: groups with groups below them, projects, archives, users and members.

    with WireGitlab() as gitlab:
        gitlab.group("acme/web")
        gitlab.repositories.generate("acme/web", 50)
        host = open_host(gitlab.integration())
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from common.app_config import AppConfig
from integrations.scm.gitlab import GitlabIntegration
from tests.fakes.server import Request, Response
from tests.fakes.wire.archives import tar_gz
from tests.fakes.wire.repositories import WireRepository
from tests.fakes.wire.server import WireServer, blob_id, page_of

API = "/api/v4"
DEVELOPER = 30


@dataclass
class WireMember:
    """``groups`` are the full paths of the groups that it is a direct member of, with its access level."""

    id: int
    username: str
    name: str
    email: str | None = None
    state: str = "active"
    is_bot: bool = False
    groups: dict[str, int] = field(default_factory=dict)


@dataclass
class WireGroup:
    id: int
    full_path: str
    name: str
    description: str = ""
    visibility: str = "private"


class WireGitlab(WireServer):
    prefix = API
    limit_headers = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")

    def __init__(self, *, tokens: tuple[str, ...] = ("token",)) -> None:
        self.groups: dict[str, WireGroup] = {}
        self.users: list[WireMember] = []
        super().__init__(tokens=tokens)

    def add_routes(self) -> None:
        for path, handler in (
            ("/projects", self._projects),
            ("/groups/:group/projects", self._group_projects),
            ("/projects/:project", self._project),
            ("/projects/:project/repository/archive.tar.gz", self._archive),
            ("/projects/:project/repository/commits/:ref", self._commit),
            ("/projects/:project/repository/tree", self._tree),
            ("/projects/:project/repository/blobs/:sha/raw", self._blob),
            ("/groups", self._groups),
            ("/groups/:group", self._group),
            ("/groups/:group/subgroups", self._subgroups),
            ("/groups/:group/descendant_groups", self._descendants),
            ("/groups/:group/members", self._members),
            ("/groups/:group/members/all", self._all_members),
            ("/users", self._users),
            ("/users/:id", self._user),
        ):
            self.route("GET", path, handler)

    def limited(self) -> Response:
        return Response(429, b"Retry later\n", {"Content-Type": "text/plain", "Retry-After": "3600"})

    def group(self, full_path: str, name: str | None = None, description: str = "") -> WireGroup:
        """With those above it."""
        above = full_path.rpartition("/")[0]
        if above and above not in self.groups:
            self.group(above)
        found = self.groups.get(full_path)
        if found is None:
            title = name or full_path.rpartition("/")[2]
            found = self.groups[full_path] = WireGroup(next(self.ids), full_path, title, description)
        return found

    def user(self, username: str, name: str | None = None, **more: Any) -> WireMember:
        email = more.pop("email", f"{username}@example.com")
        user = WireMember(next(self.ids), username, name or username.title(), email, **more)
        self.users.append(user)
        return user

    def integration(self, **more: Any) -> GitlabIntegration:
        """As the configuration makes it."""
        section = {
            "host": self.host,
            "apiBaseUrl": f"{self.url}{API}",
            "baseUrl": self.url,
            "token": "token",
            **more,
        }
        config = AppConfig.from_dict({"integrations": {"gitlab": [section]}})
        return GitlabIntegration.read_all(config)[0]

    # Projects.

    def _projects(self, request: Request) -> Response:
        found = sorted(self.repositories.all(), key=lambda repository: repository.id)
        after = int(request.parameter("id_after") or 0)
        return self._page(request, [row for row in found if row.id > after], self._row)

    def _group_projects(self, request: Request, group: str) -> Response:
        found = self._find_group(group)
        if found is None:
            return self.refuse(404, "404 Group Not Found")
        is_deep = request.parameter("include_subgroups") == "true"
        rows = [row for row in self.repositories.all() if _is_in(row.owner, found.full_path, is_deep=is_deep)]
        if request.parameter("archived"):
            rows = [row for row in rows if row.archived == (request.parameter("archived") == "true")]
        return self._page(request, rows, self._row)

    def _project(self, request: Request, project: str) -> Response:
        repository = self._find(project)
        return Response.of(self._row(repository)) if repository else self.refuse(404, "404 Project Not Found")

    def _archive(self, request: Request, project: str) -> Response:
        repository = self._at(project, request.parameter("sha"))
        if repository is None:
            return self.refuse(404, "404 File Not Found")
        self.downloads += 1
        ref = request.parameter("sha") or repository.branch
        folder = f"{repository.name}-{ref.replace('/', '-')}-{repository.commit}"
        data = tar_gz(folder, repository.files, commit=repository.commit, links=repository.links)
        name = f'attachment; filename="{folder}.tar.gz"'
        return Response(200, data, {"Content-Type": "application/octet-stream", "Content-Disposition": name})

    def _commit(self, request: Request, project: str, ref: str) -> Response:
        repository = self._at(project, ref)
        if repository is None:
            return self.refuse(404, "404 Commit Not Found")
        return Response.of({"id": repository.commit, "short_id": repository.commit[:8]})

    def _tree(self, request: Request, project: str) -> Response:
        repository = self._at(project, request.parameter("ref"))
        if repository is None:
            return self.refuse(404, "404 Tree Not Found")
        files = [
            {"id": blob_id(data), "name": path.rpartition("/")[2], "type": "blob", "path": path, "mode": "100644"}
            for path, data in repository.files.items()
        ]
        links = [{"id": "0" * 40, "type": "blob", "path": path, "mode": "120000"} for path in repository.links]
        return self._page(request, files + links, dict)

    def _blob(self, request: Request, project: str, sha: str) -> Response:
        repository = self._find(project)
        data = next((data for data in (repository.files.values() if repository else []) if blob_id(data) == sha), None)
        if data is None:
            return self.refuse(404, "404 Blob Not Found")
        return Response(200, data, {"Content-Type": "text/plain"})

    def _find(self, project: str) -> WireRepository | None:
        return self.repositories.by_id(int(project)) if project.isdigit() else self.repositories.find(project)

    def _at(self, project: str, ref: str | None) -> WireRepository | None:
        repository = self._find(project)
        if (
            repository is None
            or not repository.files
            or ref not in (repository.branch, repository.commit, "HEAD", None)
        ):
            return None
        return repository

    def _row(self, repository: WireRepository) -> dict[str, Any]:
        group = self.groups.get(repository.owner)
        url = f"{self.url}/{repository.full_name}"
        row = {
            "id": repository.id,
            "description": repository.description or None,
            "name": repository.name,
            "path": repository.name,
            "path_with_namespace": repository.full_name,
            "created_at": "2026-01-01T00:00:00.000Z",
            "default_branch": repository.branch if repository.files else None,
            "tag_list": repository.topics,
            "topics": repository.topics,
            "ssh_url_to_repo": f"git@localhost:{repository.full_name}.git",
            "http_url_to_repo": f"{url}.git",
            "web_url": url,
            "last_activity_at": repository.pushed_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "namespace": {
                "id": group.id if group else 1,
                "name": repository.owner.rpartition("/")[2],
                "path": repository.owner.rpartition("/")[2],
                "kind": "group",
                "full_path": repository.owner,
            },
            "visibility": repository.visibility,
            "archived": repository.archived,
            "empty_repo": not repository.files,
        }
        if repository.fork:
            row["forked_from_project"] = {"id": 1, "path_with_namespace": "elsewhere/it"}
        return row

    # Groups and members.

    def _groups(self, request: Request) -> Response:
        found = list(self.groups.values())
        if request.parameter("top_level_only") == "true":
            found = [group for group in found if "/" not in group.full_path]
        return self._page(request, found, self._group_row)

    def _group(self, request: Request, group: str) -> Response:
        found = self._find_group(group)
        return Response.of(self._group_row(found)) if found else self.refuse(404, "404 Group Not Found")

    def _subgroups(self, request: Request, group: str) -> Response:
        return self._below(request, group, is_deep=False)

    def _descendants(self, request: Request, group: str) -> Response:
        return self._below(request, group, is_deep=True)

    def _below(self, request: Request, group: str, *, is_deep: bool) -> Response:
        found = self._find_group(group)
        if found is None:
            return self.refuse(404, "404 Group Not Found")
        rows = [
            row
            for row in self.groups.values()
            if "/" in row.full_path and _is_in(row.full_path.rpartition("/")[0], found.full_path, is_deep=is_deep)
        ]
        return self._page(request, rows, self._group_row)

    def _members(self, request: Request, group: str) -> Response:
        found = self._find_group(group)
        if found is None:
            return self.refuse(404, "404 Group Not Found")
        rows = [(user, user.groups[found.full_path]) for user in self.users if found.full_path in user.groups]
        return self._page(request, rows, lambda row: self._member_row(*row))

    def _all_members(self, request: Request, group: str) -> Response:
        """With those of the groups above."""
        found = self._find_group(group)
        if found is None:
            return self.refuse(404, "404 Group Not Found")
        rows = []
        for user in self.users:
            levels = [level for path, level in user.groups.items() if _is_in(found.full_path, path, is_deep=True)]
            rows += [(user, max(levels))] if levels else []
        return self._page(request, rows, lambda row: self._member_row(*row))

    def _users(self, request: Request) -> Response:
        found = self.users
        if request.parameter("active") == "true":
            found = [user for user in found if user.state == "active"]
        if request.parameter("without_project_bots") == "true" or request.parameter("humans") == "true":
            found = [user for user in found if not user.is_bot]
        return self._page(request, found, self._user_row)

    def _user(self, request: Request, number: str) -> Response:
        user = next((user for user in self.users if str(user.id) == number), None)
        return Response.of(self._user_row(user)) if user else self.refuse(404, "404 User Not Found")

    def _find_group(self, group: str) -> WireGroup | None:
        if group.isdigit():
            return next((found for found in self.groups.values() if found.id == int(group)), None)
        return self.groups.get(group)

    def _group_row(self, group: WireGroup) -> dict[str, Any]:
        above = self.groups.get(group.full_path.rpartition("/")[0])
        return {
            "id": group.id,
            "web_url": f"{self.url}/groups/{group.full_path}",
            "name": group.name,
            "path": group.full_path.rpartition("/")[2],
            "description": group.description,
            "visibility": group.visibility,
            "full_name": group.full_path.replace("/", " / "),
            "full_path": group.full_path,
            "parent_id": above.id if above else None,
            "avatar_url": None,
        }

    def _user_row(self, user: WireMember) -> dict[str, Any]:
        return {
            "id": user.id,
            "username": user.username,
            "name": user.name,
            "state": user.state,
            "avatar_url": f"{self.url}/avatars/{user.username}",
            "web_url": f"{self.url}/{user.username}",
            "email": user.email,
            "public_email": user.email,
            "commit_email": user.email,
            "bot": user.is_bot,
        }

    def _member_row(self, user: WireMember, level: int) -> dict[str, Any]:
        row = self._user_row(user)
        hidden = ("email", "commit_email", "bot")
        kept = {name: value for name, value in row.items() if name not in hidden}
        return {**kept, "access_level": level, "membership_state": "active", "expires_at": None}

    def _page(self, request: Request, rows: Sequence[Any], make: Any) -> Response:
        found, has_more = page_of(list(rows), request)
        number = int(request.parameter("page") or 1)
        headers = {"X-Page": str(number), "X-Next-Page": str(number + 1) if has_more else ""}
        if has_more:
            headers["Link"] = f'<{self.url}{request.path}?page={number + 1}>; rel="next"'
        return Response.of([make(row) for row in found], **headers)


def _is_in(path: str, group: str, *, is_deep: bool) -> bool:
    return path == group or (is_deep and path.startswith(f"{group}/"))
