"""
From the owners that CODEOWNERS names to the users and groups of the catalog.

An annotation tells it for sure: it says what a user or group is called on the host. Without one, the name has to do.
"""

from __future__ import annotations

from pyroaring import BitMap

from integrations.codeowners import parse_owner
from ownership.scope import Scope, nearest_namespace

EMAIL = "spec.profile.email"
NAME = "metadata.name"


class OwnerRefs:
    """For one scope. What was found once is remembered."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._known: dict[tuple[str, str, str], str | None] = {}

    def find(self, owner: str, *, host: str, dialect: str) -> str | None:
        """The ref of a user or group that the asker may see; None if no entity is known to be that owner."""
        key = (owner, host, dialect)
        if key not in self._known:
            self._known[key] = self._find(owner, host, dialect)
        return self._known[key]

    def _find(self, owner: str, host: str, dialect: str) -> str | None:
        named = parse_owner(owner, dialect)
        name = named.name.lower()
        if named.kind == "role":
            return None
        if named.kind == "email":
            return self._with("user", EMAIL, name) or self._with("group", EMAIL, name)
        by_annotation = self._user_on_host(name, host, dialect) if "/" not in name else None
        if by_annotation is None and (named.kind != "user"):
            by_annotation = self._group_on_host(name, host, dialect)
        if by_annotation:
            return by_annotation
        if named.kind == "group":
            return self._group_called(name)
        user = self._with("user", NAME, name)
        return user if user or named.kind == "user" else self._group_called(name)

    def _user_on_host(self, name: str, host: str, dialect: str) -> str | None:
        if dialect == "github":
            return self._with("user", "metadata.annotations.github.com/user-login", name)
        return self._with("user", f"metadata.annotations.{host}/user-login", f"https://{host}/{name}", name)

    def _group_on_host(self, name: str, host: str, dialect: str) -> str | None:
        if dialect == "github":
            return self._with("group", "metadata.annotations.github.com/team-slug", name)
        return self._with("group", f"metadata.annotations.{host}/team-path", name)

    def _group_called(self, name: str) -> str | None:
        """Importers write the path of a group with dashes; people often write its last part alone."""
        return self._with("group", NAME, name.replace("/", "-")) or self._with("group", NAME, name.rpartition("/")[2])

    def _with(self, kind: str, key: str, *values: str) -> str | None:
        index = self._scope.index
        found: BitMap = self._scope.cut(index.matching(key, values) & index.matching("kind", [kind]))
        return nearest_namespace(self._scope.refs_of(found))
