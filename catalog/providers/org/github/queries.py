"""What is asked of GitHub about one organization, by GraphQL, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from catalog.providers.org.github.config import PageSizes
from integrations.hosts.answer import Row, text_of, value_of
from integrations.hosts.errors import HostSilentError

MAX_PAGES = 2_000
MEMBERS = """
query members($pageSize: Int!, $org: String!, $cursor: String) {
  organization(login: $org) {
    membersWithRole(first: $pageSize, after: $cursor) {
      pageInfo { hasNextPage endCursor }
      nodes { login name bio avatarUrl%s }
    }
  }
}
"""
TEAMS = """
query teams($pageSize: Int!, $org: String!, $cursor: String, $membersPageSize: Int!) {
  organization(login: $org) {
    teams(first: $pageSize, after: $cursor) {
      pageInfo { hasNextPage endCursor }
      nodes {
        slug combinedSlug name description avatarUrl editTeamUrl
        parentTeam { slug }
        members(first: $membersPageSize, membership: IMMEDIATE) {
          pageInfo { hasNextPage endCursor }
          nodes { login }
        }
      }
    }
  }
}
"""
TEAM_MEMBERS = """
query teamMembers($pageSize: Int!, $org: String!, $teamSlug: String!, $cursor: String) {
  organization(login: $org) {
    team(slug: $teamSlug) {
      members(first: $pageSize, after: $cursor, membership: IMMEDIATE) {
        pageInfo { hasNextPage endCursor }
        nodes { login }
      }
    }
  }
}
"""


class Graphql(Protocol):
    def graphql(self, query: str, variables: Mapping[str, Any]) -> Row: ...


@dataclass(frozen=True, slots=True)
class Team:
    """``members`` are logins, of those alone who are in the team itself."""

    row: Row
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrganizationReader:
    """Raises NotFoundError if there is no such organization, HostSilentError if it cannot all be had."""

    host: Graphql
    org: str
    sizes: PageSizes

    def members(self, *, with_email: bool, with_suspension: bool) -> Iterator[Row]:
        """Addresses are shown to people's tokens alone; nobody is suspended on github.com, which has no such field."""
        fields = (" email" if with_email else "") + (" suspendedAt" if with_suspension else "")
        return self._all(MEMBERS % fields, self.sizes.members, ("membersWithRole",))

    def teams(self) -> Iterator[Team]:
        for row in self._all(TEAMS, self.sizes.teams, ("teams",), {"membersPageSize": self.sizes.team_members}):
            rows = list(_nodes(row, ("members",)))
            if cursor := _next_cursor(row, ("members",)):
                more = {"teamSlug": text_of(row, "slug")}
                rows += self._all(TEAM_MEMBERS, self.sizes.team_members, ("team", "members"), more, cursor)
            yield Team(row, tuple(login for each in rows if (login := text_of(each, "login"))))

    def _all(
        self,
        query: str,
        size: int,
        path: tuple[str, ...],
        variables: Mapping[str, Any] | None = None,
        cursor: str | None = None,
    ) -> Iterator[Row]:
        """The rows of the connection at ``path`` of the organization."""
        for _ in range(MAX_PAGES):
            asked = {"pageSize": size, "org": self.org, **(variables or {}), "cursor": cursor}
            organization = value_of(self.host.graphql(query, asked), "organization")
            yield from _nodes(organization, path)
            cursor = _next_cursor(organization, path)
            if cursor is None:
                return
        raise HostSilentError(f"The organization '{self.org}' has more than {MAX_PAGES} pages of {path[-1]}")


def _nodes(row: Any, path: tuple[str, ...]) -> Iterator[Row]:
    nodes = value_of(row, *path, "nodes")
    if not isinstance(nodes, list):
        raise HostSilentError(f"GitHub answered without the {path[-1]} that it was asked for")
    # What the token may not see is null.
    return (node for node in nodes if isinstance(node, dict))


def _next_cursor(row: Any, path: tuple[str, ...]) -> str | None:
    info = value_of(row, *path, "pageInfo")
    if not isinstance(info, dict) or not isinstance(info.get("hasNextPage"), bool):
        raise HostSilentError(f"GitHub answered without saying whether there are more {path[-1]}")
    if not info["hasNextPage"]:
        return None
    cursor = text_of(info, "endCursor")
    if not cursor:
        raise HostSilentError(f"GitHub says that there are more {path[-1]}, but not where")
    return cursor
