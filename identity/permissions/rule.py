"""One rule of the policy: whom it is about, which permissions, which resources, and what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.entity_ref import EntityRef
from common.app_config import AppConfig
from common.errors import InputError
from common.identity import Identity
from common.permissions import Permission
from identity.permissions.conditions import RESOURCE_TYPES, Condition, read_condition, read_texts

ACTIONS = ("create", "read", "update", "delete")
KEYS = ("name", "effect", "who", "permissions", "actions", "on")
ANYONE, USERS, GUEST = "anyone", "users", "guest"
SERVICE = "service:"
WHO = (
    "'anyone', 'users', 'guest', an entity ref such as 'group:default/team-a' or 'user:default/alice',"
    " or 'service:<subject>'"
)
PATTERN = re.compile(r"[A-Za-z0-9_.*-]+")
# Permissions of plugins that we do not know may be named too, but what begins so should be one of ours.
OUR_PREFIXES = ("catalog.", "scaffolder.")


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """``place`` is where it is written. ``pattern`` matches the names of its permissions."""

    place: str
    name: str
    is_allowing: bool
    who: tuple[str, ...]
    pattern: re.Pattern[str]
    actions: frozenset[str] | None
    condition: Condition | None

    def is_about(self, identity: Identity, permission: Permission, guest_ref: str) -> bool:
        """Whatever the resource is."""
        return (
            self.pattern.fullmatch(permission.name) is not None
            and (self.actions is None or permission.action in self.actions)
            and (self.condition is None or self.condition.resource_type == permission.resource_type)
            and any(_is_meant(who, identity, guest_ref) for who in self.who)
        )


def _is_meant(who: str, identity: Identity, guest_ref: str) -> bool:
    if identity.kind == "service":
        return who in (f"{SERVICE}*", SERVICE + identity.subject)
    if who == ANYONE:
        return True
    is_guest = identity.kind == "none" or identity.subject == guest_ref
    if who == GUEST:
        return is_guest
    if identity.kind == "none":
        return False
    return who == USERS or who == identity.subject or who in identity.ownership_refs


def read_rule(section: AppConfig, place: str, known: Sequence[str]) -> PolicyRule:
    """``known``: the names of all our permissions. Raises ConfigError with the file, key, value and what was expected."""
    for key in section.keys():  # noqa: SIM118  not a dict
        if key not in KEYS:
            raise section.error(key, "one of the keys " + ", ".join(f"'{name}'" for name in KEYS))
    effect = section.string("effect")
    if effect not in ("allow", "deny"):
        raise section.error("effect", "'allow' or 'deny'")
    condition = read_condition(section.section("on")) if section.has("on") else None
    return PolicyRule(
        place=place,
        name=section.string("name", ""),
        is_allowing=effect == "allow",
        who=tuple(_read_who(section, text) for text in read_texts(section, "who")),
        pattern=_read_permissions(section, known),
        actions=_read_actions(section),
        condition=condition,
    )


def _read_who(section: AppConfig, text: str) -> str:
    if text in (ANYONE, USERS, GUEST) or (text.startswith(SERVICE) and len(text) > len(SERVICE)):
        return text
    try:
        return str(EntityRef.parse(text))
    except InputError:
        raise section.error("who", f"{WHO}; '{text}' is none of them") from None


def _read_permissions(section: AppConfig, known: Sequence[str]) -> re.Pattern[str]:
    names = read_texts(section, "permissions") if section.has("permissions") else ("*",)
    for name in names:
        if not PATTERN.fullmatch(name):
            raise section.error(
                "permissions", f"names of permissions, in which * stands for anything; '{name}' is none"
            )
        if name.startswith(OUR_PREFIXES) and not any(_to_pattern(name).fullmatch(other) for other in known):
            raise section.error("permissions", f"names among {', '.join(known)}; '{name}' is none of them")
    return re.compile("|".join(_to_pattern(name).pattern for name in names))


def _to_pattern(name: str) -> re.Pattern[str]:
    return re.compile("[^\n]*".join(re.escape(part) for part in name.split("*")))


def _read_actions(section: AppConfig) -> frozenset[str] | None:
    if not section.has("actions"):
        return None
    actions = read_texts(section, "actions")
    if not set(actions) <= set(ACTIONS):
        raise section.error("actions", "some of " + ", ".join(f"'{action}'" for action in ACTIONS))
    return frozenset(actions)


def describe_rule(rule: PolicyRule) -> dict[str, Any]:
    """For whoever asks why."""
    types = {type_: word for word, type_ in RESOURCE_TYPES.items()}
    shown = {
        "place": rule.place,
        "name": rule.name,
        "effect": "allow" if rule.is_allowing else "deny",
        "who": list(rule.who),
        "on": types[rule.condition.resource_type] if rule.condition else None,
    }
    return {key: value for key, value in shown.items() if value}
