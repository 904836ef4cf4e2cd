"""
GitHub's API as it looks from the wire: organizations, repositories, archives, apps, members and teams.

    with WireGithub() as github:
        github.repositories.generate("acme", 2000)
        host = open_host(github.integration(), "acme")

GraphQL is answered by what the query names: ``membersWithRole``, ``teams(`` or ``team(slug``, of the organization in
the variable ``org`` (or ``login``); page sizes and cursors are taken from the variables ``pageSize``/``first`` and
``cursor``/``after``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from common.app_config import AppConfig
from integrations.scm.github import GithubIntegration
from tests.fakes.server import Request, Response
from tests.fakes.wire.archives import tar_gz
from tests.fakes.wire.repositories import WireRepository
from tests.fakes.wire.server import WireServer, blob_id, page_of

API = "/api/v3"
GRAPHQL = "/api/graphql"
CODELOAD = "/_codeload"


@dataclass
class WireUser:
    login: str
    name: str | None = None
    email: str | None = None
    bio: str | None = None
    verified: list[str] = field(default_factory=list)
    suspended_at: str | None = None


@dataclass
class WireTeam:
    slug: str
    name: str
    description: str = ""
    parent: str | None = None
    members: list[str] = field(default_factory=list)


@dataclass
class WireOrganization:
    members: list[WireUser] = field(default_factory=list)
    teams: list[WireTeam] = field(default_factory=list)


@dataclass
class WireInstallation:
    id: int
    app_id: int
    owner: str
    suspended: bool = False


class WireGithub(WireServer):
    """``page_limit`` is the most rows of a page of GraphQL."""

    prefix = API

    def __init__(self, *, tokens: tuple[str, ...] = ("token",)) -> None:
        self.users: set[str] = set()
        self.organizations: dict[str, WireOrganization] = {}
        self.installations: list[WireInstallation] = []
        self.tokens_given = 0
        self.token_minutes = 60
        super().__init__(tokens=tokens)

    def add_routes(self) -> None:
        for path, handler in (
            ("/orgs/:org/repos", self._org_repositories),
            ("/users/:user/repos", self._user_repositories),
            ("/user/repos", self._all_repositories),
            ("/repos/:owner/:name", self._repository),
            ("/repos/:owner/:name/tarball/:ref", self._tarball),
            ("/repos/:owner/:name/commits/:ref", self._commit),
            ("/repos/:owner/:name/git/trees/:sha", self._tree),
            ("/repos/:owner/:name/git/blobs/:sha", self._blob),
            ("/orgs/:org", self._organization),
            ("/orgs/:org/members", self._members),
            ("/orgs/:org/teams", self._teams),
            ("/orgs/:org/teams/:slug/members", self._team_members),
            ("/users/:login", self._user),
            ("/app/installations", self._installations),
        ):
            self.route("GET", path, handler)
        self.route("POST", "/app/installations/:id/access_tokens", self._access_token)

    def organization(self, name: str) -> WireOrganization:
        return self.organizations.setdefault(name, WireOrganization())

    def integration(self, **more: Any) -> GithubIntegration:
        """As the configuration makes it."""
        section = {"host": self.host, "apiBaseUrl": f"{self.url}{API}", "token": "token", **more}
        config = AppConfig.from_dict({"integrations": {"github": [section]}})
        return GithubIntegration.read_all(config)[0]

    def is_known(self, request: Request) -> bool:
        is_app = request.path.startswith(f"{API}/app/") and self.token_of(request).count(".") == 2
        return is_app or super().is_known(request)

    def answer_other(self, request: Request) -> Response:
        if request.path == GRAPHQL and request.method == "POST":
            return self._answer_graphql(request)
        match = re.fullmatch(rf"{CODELOAD}/(\d+)/legacy\.tar\.gz/(.+)", request.path)
        repository = self.repositories.by_id(int(match[1])) if match else None
        if repository is None or "authorization" in request.headers:
            return self.refuse(404, "Not Found")
        self.downloads += 1
        folder = f"{repository.owner}-{repository.name}-{repository.commit[:7]}"
        data = tar_gz(folder, repository.files, commit=repository.commit, links=repository.links)
        return Response(200, data, {"Content-Type": "application/x-gzip"})

    # Repositories.

    def _org_repositories(self, request: Request, org: str) -> Response:
        if org.lower() in self.users:
            return self.refuse(404, "Not Found")
        return self._repositories_of(request, org)

    def _user_repositories(self, request: Request, user: str) -> Response:
        return self._repositories_of(request, user)

    def _repositories_of(self, request: Request, owner: str) -> Response:
        found = [row for row in self.repositories.all() if row.owner.lower() == owner.lower()]
        if not found and owner.lower() not in {*self.users, *map(str.lower, self.organizations)}:
            return self.refuse(404, "Not Found")
        return self._page(
            request, [self._row(repository) for repository in self._page_rows(request, found)], len(found)
        )

    def _all_repositories(self, request: Request) -> Response:
        found = self.repositories.all()
        return self._page(
            request, [self._row(repository) for repository in self._page_rows(request, found)], len(found)
        )

    def _page_rows(self, request: Request, found: list[WireRepository]) -> list[WireRepository]:
        return page_of(found, request)[0]

    def _page(self, request: Request, rows: list[Any], total: int) -> Response:
        size, number = int(request.parameter("per_page") or 30), int(request.parameter("page") or 1)
        link = {}
        if number * size < total:
            following = f"{self.url}{request.path}?per_page={size}&page={number + 1}"
            link = {"Link": f'<{following}>; rel="next"'}
        return Response.of(rows, **link)

    def _repository(self, request: Request, owner: str, name: str) -> Response:
        repository = self.repositories.find(f"{owner}/{name}")
        return Response.of(self._row(repository)) if repository else self.refuse(404, "Not Found")

    def _tarball(self, request: Request, owner: str, name: str, ref: str) -> Response:
        repository = self._at(owner, name, ref)
        if repository is None:
            return self.refuse(404, "Not Found")
        target = f"{self.url}{CODELOAD}/{repository.id}/legacy.tar.gz/refs/heads/{ref}?token=ONCE"
        return Response(302, headers={"Location": target})

    def _commit(self, request: Request, owner: str, name: str, ref: str) -> Response:
        repository = self._at(owner, name, ref)
        if repository is None:
            return self.refuse(422, f"No commit found for SHA: {ref}")
        if "sha" in request.headers.get("accept", ""):
            return Response(200, repository.commit.encode(), {"Content-Type": "application/vnd.github.sha"})
        return Response.of({"sha": repository.commit})

    def _tree(self, request: Request, owner: str, name: str, sha: str) -> Response:
        repository = self._at(owner, name, sha)
        if repository is None:
            return self.refuse(404, "Not Found")
        entries = [
            {"path": path, "mode": "100644", "type": "blob", "sha": blob_id(data), "size": len(data)}
            for path, data in repository.files.items()
        ]
        entries += [{"path": path, "mode": "120000", "type": "blob", "sha": "0" * 40} for path in repository.links]
        return Response.of({"sha": sha, "tree": entries, "truncated": False})

    def _blob(self, request: Request, owner: str, name: str, sha: str) -> Response:
        repository = self.repositories.find(f"{owner}/{name}")
        data = next((data for data in (repository.files.values() if repository else []) if blob_id(data) == sha), None)
        if data is None:
            return self.refuse(404, "Not Found")
        if "raw" in request.headers.get("accept", ""):
            return Response(200, data, {"Content-Type": "application/vnd.github.raw+json"})
        return Response.of({"sha": sha, "encoding": "base64", "content": base64.b64encode(data).decode()})

    def _at(self, owner: str, name: str, ref: str) -> WireRepository | None:
        repository = self.repositories.find(f"{owner}/{name}")
        if repository is None or not repository.files or ref not in (repository.branch, repository.commit, "HEAD"):
            return None
        return repository

    def _row(self, repository: WireRepository) -> dict[str, Any]:
        url, api = f"{self.url}/{repository.full_name}", f"{self.url}{API}/repos/{repository.full_name}"
        owner = {"login": repository.owner, "id": 1, "type": "Organization", "site_admin": False}
        return {
            "id": repository.id,
            "node_id": f"R_{repository.id}",
            "name": repository.name,
            "full_name": repository.full_name,
            "private": repository.visibility != "public",
            "owner": owner,
            "html_url": url,
            "description": repository.description or None,
            "fork": repository.fork,
            "url": api,
            "archive_url": f"{api}/{{archive_format}}{{/ref}}",
            "clone_url": f"{url}.git",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "pushed_at": repository.pushed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "size": repository.size,
            "language": repository.language or None,
            "archived": repository.archived,
            "disabled": False,
            "is_template": False,
            "topics": repository.topics,
            "visibility": repository.visibility,
            "default_branch": repository.branch,
            "permissions": {"admin": False, "push": False, "pull": True},
        }

    # Apps.

    def _installations(self, request: Request) -> Response:
        rows, _ = page_of([self._installation(found) for found in self.installations], request)
        return self._page(request, rows, len(self.installations))

    def _installation(self, found: WireInstallation) -> dict[str, Any]:
        return {
            "id": found.id,
            "app_id": found.app_id,
            "account": {"login": found.owner, "type": "Organization"},
            "repository_selection": "all",
            "suspended_at": "2026-01-01T00:00:00Z" if found.suspended else None,
        }

    def _access_token(self, request: Request, installation: str) -> Response:
        if installation not in {str(found.id) for found in self.installations}:
            return self.refuse(404, "Not Found")
        self.tokens_given += 1
        token = f"ghs_{installation}_{self.tokens_given}"
        self.tokens.add(token)
        expires = datetime.now(UTC) + timedelta(minutes=self.token_minutes)
        return Response.of({"token": token, "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}, 201)

    # Members and teams.

    def _organization(self, request: Request, org: str) -> Response:
        if org not in self.organizations:
            return self.refuse(404, "Not Found")
        return Response.of({"login": org, "id": 1, "html_url": f"{self.url}/{org}", "type": "Organization"})

    def _members(self, request: Request, org: str) -> Response:
        members = self.organization(org).members
        rows = [self._short_user(user.login) for user in page_of(members, request)[0]]
        return self._page(request, rows, len(members))

    def _teams(self, request: Request, org: str) -> Response:
        teams = self.organization(org).teams
        rows = [self._team_row(org, team) for team in page_of(teams, request)[0]]
        return self._page(request, rows, len(teams))

    def _team_members(self, request: Request, org: str, slug: str) -> Response:
        team = self._team(org, slug)
        if team is None:
            return self.refuse(404, "Not Found")
        rows = [self._short_user(login) for login in page_of(team.members, request)[0]]
        return self._page(request, rows, len(team.members))

    def _user(self, request: Request, login: str) -> Response:
        users = [user for org in self.organizations.values() for user in org.members if user.login == login]
        if not users:
            return self.refuse(404, "Not Found")
        user = users[0]
        return Response.of(
            {**self._short_user(login), "name": user.name, "email": user.email, "bio": user.bio, "company": None}
        )

    def _short_user(self, login: str) -> dict[str, Any]:
        return {
            "login": login,
            "id": 1,
            "avatar_url": f"{self.url}/avatars/{login}",
            "html_url": f"{self.url}/{login}",
            "type": "User",
        }

    def _team(self, org: str, slug: str) -> WireTeam | None:
        return next((team for team in self.organization(org).teams if team.slug == slug), None)

    def _team_row(self, org: str, team: WireTeam) -> dict[str, Any]:
        parent = self._team(org, team.parent) if team.parent else None
        return {
            "id": 1,
            "name": team.name,
            "slug": team.slug,
            "description": team.description,
            "privacy": "closed",
            "html_url": f"{self.url}/orgs/{org}/teams/{team.slug}",
            "parent": {"slug": parent.slug, "name": parent.name} if parent else None,
        }

    # GraphQL.

    def _answer_graphql(self, request: Request) -> Response:
        self.calls += 1
        self.asked.append("POST /graphql")
        if not self.is_known(request):
            return self.refuse(401, "Bad credentials")
        if self.remaining <= 0:
            return Response.of({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]})
        self.billed += 1
        self.remaining -= 1
        query, variables = request.json["query"], request.json.get("variables") or {}
        org = str(variables.get("org") or variables.get("login") or "")
        if org not in self.organizations:
            message = f"Could not resolve to an Organization with the login of '{org}'."
            error = {"type": "NOT_FOUND", "path": ["organization"], "message": message}
            return Response.of({"data": {"organization": None}, "errors": [error]})
        return Response.of({"data": {"organization": self._graphql_organization(org, query, variables)}})

    def _graphql_organization(self, org: str, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        organization = self.organization(org)
        if "membersWithRole" in query:
            users = [self._graphql_user(user) for user in organization.members]
            return {"membersWithRole": _connection(users, variables)}
        if re.search(r"\bteam\s*\(", query):
            team = self._team(org, str(variables.get("teamSlug") or variables.get("slug") or ""))
            members = [{"login": login} for login in team.members] if team else []
            return {"team": {"members": _connection(members, variables)} if team else None}
        teams = [self._graphql_team(org, team) for team in organization.teams]
        return {"teams": _connection(teams, variables)}

    def _graphql_user(self, user: WireUser) -> dict[str, Any]:
        return {
            "login": user.login,
            "name": user.name,
            "email": user.email or "",
            "bio": user.bio,
            "avatarUrl": f"{self.url}/avatars/{user.login}",
            "id": f"U_{user.login}",
            "organizationVerifiedDomainEmails": user.verified,
            "suspendedAt": user.suspended_at,
        }

    def _graphql_team(self, org: str, team: WireTeam) -> dict[str, Any]:
        first = team.members[:100]
        return {
            "slug": team.slug,
            "combinedSlug": f"{org}/{team.slug}",
            "name": team.name,
            "description": team.description,
            "avatarUrl": f"{self.url}/avatars/teams/{team.slug}",
            "editTeamUrl": f"{self.url}/orgs/{org}/teams/{team.slug}/edit",
            "parentTeam": {"slug": team.parent} if team.parent else None,
            "members": {
                "pageInfo": {"hasNextPage": len(team.members) > len(first), "endCursor": str(len(first))},
                "nodes": [{"login": login} for login in first],
            },
        }


def _connection(nodes: Sequence[Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    sizes = [value for name, value in variables.items() if isinstance(value, int) and name != "cursor"]
    start = int(variables.get("cursor") or variables.get("after") or 0)
    end = start + min(sizes[0] if sizes else 100, 100)
    page_info = {"hasNextPage": end < len(nodes), "endCursor": str(min(end, len(nodes))) if nodes else None}
    return {"pageInfo": page_info, "nodes": list(nodes[start:end])}
