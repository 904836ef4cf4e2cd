"""Why somebody may do something, or may not: which rule of the policy decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.api.permissions import judge_entities
from catalog.entity_ref import EntityRef
from catalog.permission_rules import ENTITY
from catalog.queries.refs import get_by_refs
from common.app_config import AppConfig
from common.errors import InputError, NotFoundError
from common.identity import ANONYMOUS, Identity
from common.permissions import Criteria, Permission
from identity.ownership import find_ownership_refs
from identity.permissions.policy import claims_of
from identity.permissions.read import OURS, read_rule_policy
from identity.permissions.rule import GUEST, SERVICE, PolicyRule, describe_rule
from scaffolder.permission_rules import TASK
from scaffolder.tasks.read import get_task, judge_tasks

CONDITIONAL = "CONDITIONAL"


@dataclass(frozen=True, slots=True)
class Considered:
    """A rule that is about the question, and whether it fits the resource; None if none was named."""

    rule: PolicyRule
    fits: bool | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """``rule`` decided, or, if there is none, ``reason``."""

    caller: str
    permission: str
    resource: str | None
    decision: str
    rule: PolicyRule | None
    reason: str
    ownership_refs: tuple[str, ...]
    considered: tuple[Considered, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "user": self.caller,
            "permission": self.permission,
            "resource": self.resource,
            "decision": self.decision,
            "rule": describe_rule(self.rule) if self.rule else None,
            "reason": self.reason,
            "ownershipRefs": list(self.ownership_refs),
            "considered": [{**describe_rule(one.rule), "fits": one.fits} for one in self.considered],
        }


def explain(config: AppConfig, caller: str, permission_name: str, resource: str | None) -> Explanation:
    """
    ``caller``: a user's entity ref, ``guest`` or ``service:<subject>``. Raises InputError, NotFoundError, ConfigError.
    """
    identity = _identity_of(caller)
    permission = _find_permission(permission_name)
    named = _check_resource(permission, resource)
    policy = read_rule_policy(config)
    known = (identity.subject, permission.name, named)
    refs = claims_of(identity)
    if policy is None or not config.boolean("permission.enabled", False):
        missing = "permission.enabled is not true" if policy else "there are no rules"
        return Explanation(*known, "ALLOW", None, f"everybody may do everything, as {missing}", refs)
    considered: list[Considered] = []
    is_open = False
    for bound in policy.bound_rules(identity, permission):
        fits = True if bound.criteria is None else _judge(permission, bound.criteria, named)
        considered.append(Considered(bound.rule, fits))
        if fits and not is_open:
            reason = bound.rule.name or "the first rule that fits"
            return Explanation(*known, _decision(bound.rule.is_allowing), bound.rule, reason, refs, tuple(considered))
        is_open = is_open or fits is None
    if is_open:
        reason = "it depends on the resource: the first of these rules that fits it decides"
        return Explanation(*known, CONDITIONAL, None, reason, refs, tuple(considered))
    allows = policy.default_for(identity)
    reason = "no rule is about it, and services are not bound then"
    if identity.kind != "service":
        reason = f"no rule fits, and callboard.permission.default is {'allow' if allows else 'deny'}"
    return Explanation(*known, _decision(allows), None, reason, refs, tuple(considered))


def _decision(is_allowed: bool) -> str:
    return "ALLOW" if is_allowed else "DENY"


def _identity_of(caller: str) -> Identity:
    if caller == GUEST:
        return ANONYMOUS
    if caller.startswith(SERVICE):
        return Identity("service", caller.removeprefix(SERVICE))
    ref = str(EntityRef.parse(caller, default_kind="user"))
    return Identity("user", ref, frozenset(find_ownership_refs(ref)))


def _find_permission(name: str) -> Permission:
    """One that we do not know is a plugin's, and taken to be about nothing in particular."""
    found = next((permission for permission in OURS if permission.name == name), None)
    if found is None and name.startswith(("catalog.", "scaffolder.")):
        raise InputError(f"There is no permission '{name}'; there are {', '.join(one.name for one in OURS)}")
    return found or Permission(name, None)


def _check_resource(permission: Permission, resource: str | None) -> str | None:
    """In canonical form. Raises InputError, NotFoundError."""
    if resource is None:
        return None
    if permission.resource_type == ENTITY:
        ref = str(EntityRef.parse(resource, default_kind="component"))
        if get_by_refs([ref]) == [None]:
            raise NotFoundError(f"There is no entity {ref}")
        return ref
    if permission.resource_type == TASK:
        return get_task(resource).id
    raise InputError(f"{permission.name} is about no entity and no task, so it cannot be asked for '{resource}'")


def _judge(permission: Permission, criteria: Criteria, resource: str | None) -> bool | None:
    if resource is None:
        return None
    judge = judge_entities if permission.resource_type == ENTITY else judge_tasks
    return judge(criteria, [resource])[0]
