"""Ancestry: through which entities an entity came into the catalog."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import orjson

from catalog.entity_ref import EntityRef
from catalog.queries.predicate import Predicate
from catalog.queries.refs import is_storable, read_matching
from common.database import fetch_prepared
from common.errors import NotFoundError

MAX_EDGES = 10_000

# Who emitted whom, from an entity upwards, as far as the emitters are in the catalog.
ANCESTRY = """
    WITH RECURSIVE ancestry(target_ref, source_ref) AS (
        SELECT edges.target_ref, edges.source_ref
        FROM catalog_refresh_edge AS edges
        JOIN catalog_final_entity AS finals ON finals.entity_ref = edges.source_ref
        WHERE edges.target_ref = %s
        UNION
        SELECT edges.target_ref, edges.source_ref
        FROM ancestry
        JOIN catalog_refresh_edge AS edges ON edges.target_ref = ancestry.source_ref
        JOIN catalog_final_entity AS finals ON finals.entity_ref = edges.source_ref
    )
    SELECT target_ref, source_ref FROM ancestry LIMIT %s
"""


def get_ancestry(ref: EntityRef, *, visible: Predicate | None = None) -> dict[str, Any]:
    """
    ``{"rootEntityRef", "items": [{"entity", "parentEntityRefs"}]}``, the entity itself first.

    Each ``entity`` is an ``orjson.Fragment`` of the stored JSON: dump the answer with orjson. What the caller may not
    see is left out, with all that only it leads to. Two statements. Raises NotFoundError.
    """
    root = str(ref)
    parents = _read_parents(root)
    bodies = read_matching("entity_ref", {root, *(ref for found in parents.values() for ref in found)}, None, visible)
    if root not in bodies:
        raise NotFoundError(f"No such entity {root}")
    todo, seen, items = [root], {root}, []
    while todo:
        current = todo.pop()
        shown = sorted(parent for parent in parents[current] if parent in bodies)
        items.append({"entity": orjson.Fragment(bodies[current]), "parentEntityRefs": shown})
        todo.extend(parent for parent in shown if parent not in seen)
        seen.update(shown)
    return {"rootEntityRef": root, "items": items}


def _read_parents(root: str) -> defaultdict[str, set[str]]:
    parents: defaultdict[str, set[str]] = defaultdict(set)
    for target_ref, source_ref in fetch_prepared(ANCESTRY, [root, MAX_EDGES]) if is_storable(root) else ():
        parents[target_ref].add(source_ref)
    return parents
