"""What is asked of GitLab: who its users are, which groups there are, and who is in which."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from catalog.providers.org.at_once import ask_at_once
from catalog.providers.org.gitlab.config import GitlabOrgConfig
from common.errors import NotFoundError
from integrations.hosts.answer import Row, number_of, text_of
from integrations.hosts.api import HostApi

BOT = re.compile(r"(?:project|group)_\w+_bot_\w+")
OF_GROUP = ("id", "name", "full_path", "description", "parent_id")
OF_USER = ("id", "username", "name", "state", "web_url", "avatar_url", "email", "public_email", "group_saml_identity")


def _ignore(done: int, total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class GitlabOrgReader:
    """Raises what HostApi raises, if only one page is missing."""

    config: GitlabOrgConfig
    api: HostApi
    progress: Callable[[int, int], None]

    def users(self) -> dict[int, Row]:
        """Those that the configuration means, by their ids."""
        return {
            number_of(row, "id"): row
            for row in self._user_rows()
            if row.get("state") == "active"
            and self.config.matches_user(text_of(row, "email") or text_of(row, "username"))
        }

    def groups(self) -> dict[str, Row]:
        """Those that the configuration means, by their full paths."""
        config = self.config
        if config.is_own_server and not config.is_restricted:
            rows = self._list("groups", query={"all_available": True}, fields=OF_GROUP)
        else:
            rows = self._list("groups", config.group, "descendant_groups", fields=OF_GROUP)
            rows.append(self.api.get("groups", config.group).row())
        found = {text_of(row, "full_path"): row for row in rows}
        return {path: row for path, row in found.items() if path and config.has_group(path)}

    def members(self, paths: list[str]) -> dict[str, set[int]]:
        """The ids of those who are in each group, by the relations that the configuration names."""
        relations = self.config.relations
        above = {path: _above(path) for path in paths}
        asked = set(paths)
        if "INHERITED" in relations:
            asked.update(parent for parents in above.values() for parent in parents)
        calls = {path: partial(self._direct_members, path, is_needed=path in above) for path in sorted(asked)}
        direct = dict(ask_at_once(calls, self.progress))
        found = {path: set(direct[path]) for path in paths}
        for path in paths:
            for parent in above[path]:
                if "INHERITED" in relations:
                    found[path] |= direct[parent]
                if "DESCENDANTS" in relations and parent in found:
                    found[parent] |= direct[path]
        return found

    def _user_rows(self) -> list[Row]:
        config = self.config
        if config.is_own_server and not config.is_restricted:
            query: Mapping[str, Any] = {"active": True, "without_project_bots": True, "exclude_internal": True}
            return self._list("users", query=query, fields=OF_USER)
        group = config.group if config.is_restricted else config.group.partition("/")[0]
        if config.is_own_server:
            return self._list("groups", group, "members", "all", fields=OF_USER)
        query = {"active": True, "show_seat_info": True}
        rows = self._list("groups", group, "members", "all", query=query, fields=(*OF_USER, "is_using_seat"))
        if config.is_with_seatless:
            return [row for row in rows if not BOT.fullmatch(text_of(row, "username"))]
        return [row for row in rows if row.get("is_using_seat")]

    def _direct_members(self, path: str, *, is_needed: bool) -> set[int]:
        """Of a group that is there only as somebody's ancestor nothing may be visible."""
        try:
            return {number_of(row, "id") for row in self._all("groups", path, "members", fields=("id",))}
        except NotFoundError:
            if is_needed:
                raise
            return set()

    def _list(self, *segments: str, query: Mapping[str, Any] | None = None, fields: tuple[str, ...]) -> list[Row]:
        """A long list, with a word on how far it is. For the thread that runs the provider."""
        return self._all(*segments, query=query, fields=fields, progress=self.progress)

    def _all(
        self,
        *segments: str,
        query: Mapping[str, Any] | None = None,
        fields: tuple[str, ...],
        progress: Callable[[int, int], None] = _ignore,
    ) -> list[Row]:
        count = itertools.count(1)

        def pick(row: Row) -> Row:
            progress(next(count), 0)
            return {field: row[field] for field in fields if field in row}

        return [row for page in self.api.pages(*segments, query=query, pick=pick) for row in page.rows]


def _above(full_path: str) -> list[str]:
    parts = full_path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
