"""``catalog.providers.ldapOrg`` of app-config: each key is the id of a directory."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog.providers.org.timeout import TIMEOUT
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig

KEY = "catalog.providers.ldapOrg"
SCOPES = ("base", "one", "sub")
PAGE_SIZE = 500
USER_MAP: Mapping[str, str] = {
    "rdn": "uid",
    "name": "uid",
    "displayName": "cn",
    "email": "mail",
    "memberOf": "memberOf",
}
GROUP_MAP: Mapping[str, str] = {
    "rdn": "cn",
    "name": "cn",
    "description": "description",
    "displayName": "cn",
    "type": "groupType",
    "memberOf": "memberOf",
    "members": "member",
}
FIELDS = ("rdn", "name", "description", "displayName", "email", "picture", "memberOf")
AROUND_BRACKETS = re.compile(r"\s*([()])")
PATH_PART = re.compile(r"""[^.\[\]]+|\[["']([^"'\[\]]+)["']\]""")


@dataclass(frozen=True, slots=True)
class Search:
    """``page_size`` is None for the directory's choice: pages if it knows them; 0 for none."""

    scope: str = "one"
    filter: str = "(objectClass=*)"
    attributes: tuple[str, ...] = ("*", "+")
    size_limit: int = 0
    time_limit: int = 0
    aliases: int = 0
    page_size: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One place below which users, or groups, are. ``fixed`` are paths into the entity and what is to stand there."""

    dn: str
    search: Search
    attributes: Mapping[str, str]
    fixed: tuple[tuple[tuple[str, ...], Any], ...] = ()

    def start(self, document: dict[str, Any]) -> dict[str, Any]:
        """``document`` with what is fixed set."""
        for path, value in self.fixed:
            _set(document, path, copy.deepcopy(value))
        return document


@dataclass(frozen=True, slots=True)
class LdapConfig:
    """One directory. ``bind_dn`` is empty for one that answers anybody."""

    id: str
    target: str
    schedule: Schedule
    users: tuple[Source, ...]
    groups: tuple[Source, ...]
    bind_dn: str = ""
    bind_secret: str = field(default="", repr=False)
    is_verified: bool = True
    certificate: Path | None = None
    key: Path | None = field(default=None, repr=False)
    dn_attribute: str = ""
    uuid_attribute: str = ""
    is_lower_case: bool = False

    @property
    def host(self) -> str:
        return urlsplit(self.target).hostname or ""


def read_ldap_configs(config: AppConfig) -> list[LdapConfig]:
    """Raises ConfigError with key and value."""
    section = config.section(KEY)
    ids = section.keys()
    return [_read(id_, section.section(id_)) for id_ in ids]


def empty_user() -> dict[str, Any]:
    return {
        "apiVersion": "backstage.io/v1beta1",
        "kind": "User",
        "metadata": {"name": "", "annotations": {}},
        "spec": {"profile": {}, "memberOf": []},
    }


def empty_group() -> dict[str, Any]:
    return {
        "apiVersion": "backstage.io/v1beta1",
        "kind": "Group",
        "metadata": {"name": "", "annotations": {}},
        "spec": {"type": "unknown", "profile": {}, "children": []},
    }


def _read(id_: str, section: AppConfig) -> LdapConfig:
    target = (section.string("target") or "").rstrip("/")
    if not _is_directory(target):
        raise section.error("target", "the URL of a directory, such as 'ldaps://ds.example.net'")
    bind = section.section("bind")
    if section.has("bind"):
        for key in ("dn", "secret"):
            if not bind.string(key):
                raise bind.error(key, "a text")
    return LdapConfig(
        id=id_,
        target=target,
        schedule=Schedule.from_app_config(section, timeout=TIMEOUT),
        users=tuple(_source(each, USER_MAP, empty_user()) for each in _sources(section, "users")),
        groups=tuple(_source(each, GROUP_MAP, empty_group()) for each in _sources(section, "groups")),
        bind_dn=bind.string("dn", ""),
        bind_secret=bind.string("secret", ""),
        is_verified=section.boolean("tls.rejectUnauthorized", True),
        certificate=_file(section, "tls.certs"),
        key=_file(section, "tls.keys"),
        dn_attribute=section.string("vendor.dnAttributeName", ""),
        uuid_attribute=section.string("vendor.uuidAttributeName", ""),
        is_lower_case=section.boolean("vendor.dnCaseSensitive", False),
    )


def _is_directory(target: str) -> bool:
    try:
        url = urlsplit(target)
        return url.scheme in ("ldap", "ldaps") and bool(url.hostname) and url.port != 0
    except ValueError:
        return False


def _sources(section: AppConfig, key: str) -> list[AppConfig]:
    if isinstance(section.get(key), list):
        return section.sections(key)
    return [section.section(key)] if section.has(key) else []


def _file(section: AppConfig, key: str) -> Path | None:
    name = section.string(key)
    return section.base_dir(key) / name if name else None


def _source(section: AppConfig, defaults: Mapping[str, str], empty: dict[str, Any]) -> Source:
    dn = section.string("dn")
    if not dn:
        raise section.error("dn", "a distinguished name such as 'ou=people,dc=example,dc=net'")
    names = section.section("map")
    fields = (*FIELDS, *(key for key in defaults if key not in FIELDS))
    mapped = {field: name for field in fields if (name := names.string(field, defaults.get(field)))}
    source = Source(dn, _search(section.section("options")), mapped, _fixed(section))
    _check_fixed(section, source, empty)
    return source


def _search(options: AppConfig) -> Search:
    default = Search()
    scope = options.string("scope", default.scope)
    if scope not in SCOPES:
        raise options.error("scope", "'base', 'one' or 'sub'")
    # Filters of several lines are usual in YAML, and blanks around brackets are an error in LDAP.
    filter_ = AROUND_BRACKETS.sub(r"\1", options.string("filter", default.filter)).strip()
    attributes = options.get("attributes")
    named = [attributes] if isinstance(attributes, str) else options.string_list("attributes", list(default.attributes))
    return Search(
        scope=scope,
        filter=filter_,
        attributes=tuple(named),
        size_limit=_count(options, "sizeLimit", 0),
        time_limit=_count(options, "timeLimit", 0),
        aliases=_aliases(options),
        page_size=_page_size(options),
    )


def _page_size(options: AppConfig) -> int | None:
    paged = options.get("paged")
    if isinstance(paged, dict):
        return _count(options, "paged.pageSize", PAGE_SIZE) or PAGE_SIZE
    is_paged = options.boolean("paged")
    return None if is_paged is None else PAGE_SIZE * is_paged


def _aliases(options: AppConfig) -> int:
    number = options.integer("derefAliases", 0)
    if number not in range(4):
        raise options.error("derefAliases", "0 (never), 1 (in searching), 2 (in finding the base) or 3 (always)")
    return number


def _count(options: AppConfig, key: str, default: int) -> int:
    number = options.integer(key, default)
    if number < 0:
        raise options.error(key, "a whole number, not below 0")
    return number


def _fixed(section: AppConfig) -> tuple[tuple[tuple[str, ...], Any], ...]:
    values = section.section("set").data
    return tuple((_parse_path(path), value) for path, value in values.items() if value is not None)


def _parse_path(text: str) -> tuple[str, ...]:
    """``a.b.c``, or ``a['b.c']`` where a name has dots of its own."""
    return tuple(match[1] or match[0] for match in PATH_PART.finditer(text))


def _check_fixed(section: AppConfig, source: Source, empty: dict[str, Any]) -> None:
    try:
        started = source.start(empty)
        parts = (started["metadata"], started["metadata"]["annotations"], started["spec"], started["spec"]["profile"])
        is_whole = all(isinstance(part, dict) for part in parts)
    except (TypeError, KeyError, IndexError):
        is_whole = False
    if not is_whole:
        raise section.error("set", "paths such as 'metadata.namespace', which leave metadata, annotations and profile")


def _set(document: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *above, last = path
    place: Any = document
    for name in above:
        place = place.setdefault(name, {})
    place[last] = value
