"""
What a caller may do in the catalog, and which entities he may see; for whoever reads the catalog on his behalf.

Both his token's restrictions and the policy are asked. Permissions have Backstage's names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from catalog.entity_ref import EntityRef
from catalog.permission_rules import ENTITY, to_predicate
from catalog.queries.predicate import AnyOf, Predicate
from catalog.queries.refs import read_matching
from common.errors import InputError, NotAllowedError
from common.identity import Identity, ensure_allowed
from common.permissions import ALLOW, DENY, Criteria, Permission, policy

READ_ENTITIES = Permission("catalog.entity.read", "read", ENTITY)
CREATE_ENTITIES = Permission("catalog.entity.create", "create")
DELETE_ENTITIES = Permission("catalog.entity.delete", "delete", ENTITY)
REFRESH_ENTITIES = Permission("catalog.entity.refresh", "update", ENTITY)
VALIDATE_ENTITIES = Permission("catalog.entity.validate", None)
READ_LOCATIONS = Permission("catalog.location.read", "read")
CREATE_LOCATIONS = Permission("catalog.location.create", "create")
DELETE_LOCATIONS = Permission("catalog.location.delete", "delete")
ANALYZE_LOCATIONS = Permission("catalog.location.analyze", None)
READ_INGESTION = Permission("catalog.ingestion.read", "read")
MANAGE_INGESTION = Permission("catalog.ingestion.manage", "update")
READ_UNPROCESSED = Permission("catalog.entities.unprocessed.read", "read")
DELETE_UNPROCESSED = Permission("catalog.entities.unprocessed.delete", "delete")

# As the catalog tells of them. Those of the unprocessed entities belong to a module that tells of none.
PERMISSIONS = (
    READ_ENTITIES,
    CREATE_ENTITIES,
    DELETE_ENTITIES,
    REFRESH_ENTITIES,
    VALIDATE_ENTITIES,
    READ_LOCATIONS,
    CREATE_LOCATIONS,
    DELETE_LOCATIONS,
    ANALYZE_LOCATIONS,
    READ_INGESTION,
    MANAGE_INGESTION,
)

NOTHING = AnyOf(())
# A policy gives each caller the same criteria each time, so that the index knows them again.
_predicate_of: Any = lru_cache(maxsize=4096)(to_predicate)


def require(identity: Identity, permission: Permission) -> Identity:
    """
    The caller, if he may. Raises NotAllowedError.

    For a permission on entities: if he may with some at least. Which they are, ``ensure_entity`` knows.
    """
    ensure_allowed(identity, "catalog", permission.action, permission.name)
    if policy().decide(identity, permission) == DENY:
        raise NotAllowedError(f"You are not allowed to do this: it needs the permission {permission.name}")
    return identity


def is_allowed(identity: Identity, permission: Permission) -> bool:
    """Whether the policy lets him. Raises NotAllowedError if his token is not good for it at all."""
    ensure_allowed(identity, "catalog", permission.action, permission.name)
    return policy().decide(identity, permission) != DENY


def visible_entities(identity: Identity) -> Predicate | None:
    """
    Which entities he may see; None for every one, NOTHING for none.

    Raises NotAllowedError if his token is not good for reading the catalog at all.
    """
    return allowed_entities(identity, READ_ENTITIES)


def allowed_entities(identity: Identity, permission: Permission) -> Predicate | None:
    """With which entities he may do it; None for every one, NOTHING for none. Raises as ``visible_entities`` does."""
    ensure_allowed(identity, "catalog", permission.action, permission.name)
    return allowed_by_policy(identity, permission)


def allowed_by_policy(identity: Identity, permission: Permission) -> Predicate | None:
    """The same, whatever his token is good for: where another permission of his was asked for already."""
    decision = policy().decide(identity, permission)
    if decision == ALLOW:
        return None
    return NOTHING if decision == DENY else predicate_of(decision)


def predicate_of(criteria: Criteria) -> Predicate:
    """The same object for the same criteria, as long as they are in use."""
    predicate: Predicate = _predicate_of(criteria)
    return predicate


def predicate_holds(predicate: Predicate, refs: Sequence[str]) -> list[bool]:
    """Whether it is true of each of these entities, by the index; false for one that is not there."""
    wanted = {ref: canonical for ref in refs if (canonical := _canonical(ref))}
    found = read_matching("entity_ref", set(wanted.values()), None, predicate)
    return [wanted.get(ref) in found for ref in refs]


def _canonical(ref: str) -> str | None:
    try:
        return str(EntityRef.parse(ref))
    except InputError:
        return None


def ensure_entity(
    identity: Identity, permission: Permission, column: Literal["entity_ref", "uid"], value: str
) -> Identity:
    """
    The caller, if he may do it with this entity. Raises NotAllowedError.

    The index answers, as it does for lists. What does not appear in the catalog satisfies no condition.
    """
    require(identity, permission)
    allowed = allowed_entities(identity, permission)
    if allowed is not None and not read_matching(column, {value}, None, allowed):
        raise NotAllowedError(f"You are not allowed to do this with {value}: it needs the permission {permission.name}")
    return identity
