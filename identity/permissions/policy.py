"""
The policy: the first rule that fits decides, as in a firewall.

Operators are bound by no rule. A service is bound only by rules that name it or all services; where none does, it may
do what its token is good for, as in Backstage. All others are refused what no rule speaks about, unless the
configuration says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from common.identity import Identity
from common.permissions import ALLOW, DENY, Criteria, Decision, FirstOf, Permission, is_operator
from identity.permissions.conditions import bind
from identity.permissions.rule import PolicyRule

KEPT_DECISIONS = 4096


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule that is about the caller and the permission. Without criteria it fits whatever the resource is."""

    rule: PolicyRule
    criteria: Criteria | None


class RulePolicy:
    """``guest_ref``: the user that guests sign in as. Safe to share between threads."""

    def __init__(self, rules: tuple[PolicyRule, ...], *, allows_by_default: bool, guest_ref: str = "") -> None:
        self.rules = rules
        self.allows_by_default = allows_by_default
        self.guest_ref = guest_ref
        # The same object for the same question, so that whoever keeps what criteria came to knows them again.
        self._kept: Any = lru_cache(maxsize=KEPT_DECISIONS)(self._decide)

    def decide(self, identity: Identity, permission: Permission) -> Decision:
        if is_operator(identity):
            return ALLOW
        decision: Decision = self._kept(identity.kind, identity.subject, identity.ownership_refs, permission)
        return decision

    def _decide(self, kind: Any, subject: str, ownership_refs: frozenset[str], permission: Permission) -> Decision:
        identity = Identity(kind, subject, ownership_refs)
        cases: list[tuple[Criteria, bool]] = []
        otherwise = self.default_for(identity)
        for bound in self.bound_rules(identity, permission):
            if bound.criteria is None:
                otherwise = bound.rule.is_allowing
                break
            cases.append((bound.criteria, bound.rule.is_allowing))
        # The last rules of all change nothing if they say what holds anyway.
        while cases and cases[-1][1] == otherwise:
            cases.pop()
        if cases:
            return FirstOf(tuple(cases), otherwise)
        return ALLOW if otherwise else DENY

    def default_for(self, identity: Identity) -> bool:
        """What holds where no rule speaks."""
        return self.allows_by_default or identity.kind == "service"

    def bound_rules(self, identity: Identity, permission: Permission) -> Iterator[BoundRule]:
        """Those that are about this question, in their order, up to the first that fits in any case."""
        claims = claims_of(identity)
        for rule in self.rules:
            if rule.is_about(identity, permission, self.guest_ref):
                yield BoundRule(rule, bind(rule.condition.criteria, claims) if rule.condition else None)
                if rule.condition is None:
                    return


def claims_of(identity: Identity) -> tuple[str, ...]:
    """What ``$self`` stands for."""
    own = {identity.subject} if identity.kind == "user" else set()
    return tuple(sorted(own | identity.ownership_refs))
