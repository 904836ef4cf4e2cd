"""Policies for tests: rules as an operator would write them, and people who are bound by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from common.app_config import AppConfig
from common.identity import Identity
from common.permissions import policy, set_policy
from identity.permissions.policy import RulePolicy
from identity.permissions.read import read_rule_policy
from identity.settings import user_tokens

ALICE = Identity("user", "user:default/alice", frozenset({"user:default/alice", "group:default/team-a"}))
BOB = Identity("user", "user:default/bob", frozenset({"user:default/bob", "group:default/team-b"}))
CI = Identity("service", "external:ci")


def make_policy(*rules: dict[str, Any], default: str | None = "deny", **config: Any) -> RulePolicy:
    section = {"rules": list(rules)} | ({"default": default} if default else {})
    found = read_rule_policy(AppConfig.from_dict({"callboard": {"permission": section}, **config}))
    assert found is not None
    return found


@contextmanager
def ruled_by(*rules: dict[str, Any], default: str | None = "deny") -> Iterator[RulePolicy]:
    """Until the end of the block, the process decides by these rules."""
    before, new = policy(), make_policy(*rules, default=default)
    set_policy(new)
    try:
        yield new
    finally:
        set_policy(before)


def allow(who: Any, permissions: Any = "*", **more: Any) -> dict[str, Any]:
    return {"effect": "allow", "who": who, "permissions": permissions, **more}


def deny(who: Any, permissions: Any = "*", **more: Any) -> dict[str, Any]:
    return {"effect": "deny", "who": who, "permissions": permissions, **more}


def bearer(identity: Identity) -> dict[str, str]:
    """Headers for the test client."""
    return {"Authorization": f"Bearer {user_tokens().issue(identity.subject, sorted(identity.ownership_refs)).token}"}
