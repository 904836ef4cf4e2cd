"""
What a caller may do in the catalog, and which entities he may see; for whoever reads the catalog on his behalf.

Both his token's restrictions and the policy are asked. Permissions have Backstage's names.
"""

from __future__ import annotations

from catalog.queries.predicate import AnyOf, Predicate
from common.errors import NotAllowedError
from common.identity import Identity, ensure_allowed
from common.permissions import ALLOW, DENY, Permission, policy

ENTITY = "catalog-entity"

READ_ENTITIES = Permission("catalog.entity.read", "read", ENTITY)
CREATE_ENTITIES = Permission("catalog.entity.create", "create")
DELETE_ENTITIES = Permission("catalog.entity.delete", "delete", ENTITY)
REFRESH_ENTITIES = Permission("catalog.entity.refresh", "update", ENTITY)
VALIDATE_ENTITIES = Permission("catalog.entity.validate", None)
READ_LOCATIONS = Permission("catalog.location.read", "read")
CREATE_LOCATIONS = Permission("catalog.location.create", "create")
DELETE_LOCATIONS = Permission("catalog.location.delete", "delete")
ANALYZE_LOCATIONS = Permission("catalog.location.analyze", None)
READ_UNPROCESSED = Permission("catalog.entities.unprocessed.read", "read")
DELETE_UNPROCESSED = Permission("catalog.entities.unprocessed.delete", "delete")

NOTHING = AnyOf(())


def require(identity: Identity, permission: Permission) -> Identity:
    """The caller, if he may. Raises NotAllowedError."""
    ensure_allowed(identity, "catalog", permission.action, permission.name)
    if policy().decide(identity, permission) == DENY:
        raise NotAllowedError(f"Not allowed: {permission.name}")
    return identity


def visible_entities(identity: Identity) -> Predicate | None:
    """
    Which entities he may see; None for every one, NOTHING for none.

    Raises NotAllowedError if his token is not good for reading the catalog at all.
    """
    ensure_allowed(identity, "catalog", READ_ENTITIES.action, READ_ENTITIES.name)
    decision = policy().decide(identity, READ_ENTITIES)
    return None if decision == ALLOW else NOTHING
