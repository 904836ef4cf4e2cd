"""``catalog.providers.microsoftGraphOrg`` of app-config: one tenant, or several by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.providers.org.timeout import TIMEOUT
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig
from integrations.scm.integration import read_url
from integrations.whatwg import parse_url

KEY = "catalog.providers.microsoftGraphOrg"
TARGET = "https://graph.microsoft.com/v1.0"
AUTHORITY = "https://login.microsoftonline.com"
PAGE_SIZE = 999
NEEDED_OF_USERS = ("id", "displayName", "mail")
NEEDED_OF_GROUPS = ("id", "displayName", "mailNickname", "securityEnabled")


@dataclass(frozen=True, slots=True)
class Question:
    """A list of the API, by the segments of its address, with what OData calls its system query options."""

    path: tuple[str, ...]
    filter: str = ""
    search: str = ""
    expand: str = ""
    select: tuple[str, ...] = ()

    def query(self, *, is_advanced: bool) -> Mapping[str, str | int]:
        asked = {
            "$search": self.search,
            "$filter": self.filter,
            "$select": ",".join(self.select),
            "$expand": self.expand,
            # Advanced queries are answered only together with a count.
            "$count": "true" if is_advanced and (self.filter or self.select) else "",
        }
        return {**{key: value for key, value in asked.items() if value}, "$top": PAGE_SIZE}


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """
    One tenant. ``named`` are the addresses that the configuration names itself, host and port.

    ``of_members`` finds the groups whose members are the users; None if all users are asked for.
    """

    id: str
    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    schedule: Schedule
    users: Question
    groups: Question
    of_members: Question | None = None
    has_sub_groups: bool = False
    is_advanced: bool = False
    target: str = TARGET
    authority: str = AUTHORITY
    named: frozenset[tuple[str, int]] = frozenset()

    @property
    def host(self) -> str:
        return parse_url(self.target).host


def read_graph_configs(config: AppConfig) -> list[GraphConfig]:
    """Raises ConfigError with key and value."""
    section = config.section(KEY)
    if any(isinstance(section.data.get(key), str) for key in ("clientId", "tenantId")):
        return [_read("default", section)]
    ids = section.keys()
    return [_read(id_, section.section(id_)) for id_ in ids]


def _read(id_: str, section: AppConfig) -> GraphConfig:
    for key in ("tenantId", "clientId", "clientSecret"):
        if not section.string(key):
            raise section.error(key, "a text, as the app registration in Entra ID shows it")
    mode = section.string("queryMode", "basic")
    if mode not in ("basic", "advanced"):
        raise section.error("queryMode", "'basic' or 'advanced'")
    target, authority = read_url(section, "target"), read_url(section, "authority")
    users = _question(section.section("user"), "users", NEEDED_OF_USERS)
    return GraphConfig(
        id=id_,
        tenant=section.string("tenantId", ""),
        client_id=section.string("clientId", ""),
        client_secret=section.string("clientSecret", ""),
        schedule=Schedule.from_app_config(section, timeout=TIMEOUT),
        users=users,
        groups=_question(section.section("group"), "groups", NEEDED_OF_GROUPS),
        of_members=_of_members(section, users),
        has_sub_groups=section.boolean("group.includeSubGroups", False),
        is_advanced=mode == "advanced",
        target=target or TARGET,
        authority=authority or AUTHORITY,
        named=frozenset(_address(url) for url in (target, authority) if url),
    )


def _question(section: AppConfig, path: str, needed: tuple[str, ...] = ()) -> Question:
    """Nobody would come without what is ``needed``, so that is asked for whatever the configuration selects."""
    select = section.string_list("select", [])
    return Question(
        path=tuple(section.string("path", path).strip("/").split("/")),
        filter=section.string("filter", ""),
        search=section.string("search", ""),
        expand=section.string("expand", ""),
        select=tuple(dict.fromkeys((*select, *needed))) if select else (),
    )


def _of_members(section: AppConfig, users: Question) -> Question | None:
    members = section.section("userGroupMember")
    if not any(members.has(key) for key in ("filter", "search", "path")):
        return None
    for key in ("filter", "search"):
        if members.has(key) and users.filter:
            raise members.error(key, f"nothing, since 'user.filter' is there: choose one of '{key}' and 'user.filter'")
    question = _question(members, "groups")
    return Question(question.path, question.filter, question.search, select=("id", "displayName"))


def _address(url: str) -> tuple[str, int]:
    parsed = parse_url(url)
    return parsed.hostname or "", parsed.effective_port or 0
