"""``accessRestrictions`` of an entry of ``backend.auth.externalAccess``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from common.app_config import AppConfig
from common.identity import Restriction

# By plugin; None for a token that may do anything.
Restrictions: TypeAlias = Mapping[str, Restriction] | None

ACTIONS = ("create", "read", "update", "delete")


def read_restrictions(entry: AppConfig) -> Restrictions:
    """None if the entry names none. Raises ConfigError."""
    restrictions: dict[str, Restriction] = {}
    for section in entry.sections("accessRestrictions"):
        _refuse_other_keys(section, "plugin", "permission", "permissionAttribute")
        plugin = section.string("plugin")
        if plugin is None:
            raise section.error("plugin", "the id of a plugin, such as 'catalog'")
        if plugin in restrictions:
            raise section.error("plugin", "each plugin once")
        restrictions[plugin] = _read_restriction(section)
    return restrictions or None


def _read_restriction(section: AppConfig) -> Restriction:
    attribute = section.section("permissionAttribute")
    _refuse_other_keys(attribute, "action")
    actions = _read_names(attribute, "action")
    if actions is not None and not actions <= set(ACTIONS):
        raise attribute.error("action", "some of " + ", ".join(f"'{action}'" for action in ACTIONS))
    return Restriction(permissions=_read_names(section, "permission"), actions=actions)


def _read_names(section: AppConfig, key: str) -> frozenset[str] | None:
    """A list, or one text; names may be separated by commas or spaces. None if there are none."""
    value: Any = section.get(key)
    texts = section.string_list(key) if isinstance(value, list) else [section.string(key)]
    names = frozenset(name for text in texts or () if text for name in re.split(r"[ ,]", text) if name)
    return names or None


def _refuse_other_keys(section: AppConfig, *known: str) -> None:
    for key in section.data:
        if key not in known:
            raise section.error(key, "one of the keys " + ", ".join(f"'{name}'" for name in known))
