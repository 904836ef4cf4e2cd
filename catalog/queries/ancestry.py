"""Ancestry: through which entities an entity came into the catalog."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import orjson

from catalog.entity_ref import EntityRef
from catalog.queries.predicate import Predicate
from catalog.queries.refs import is_storable, read_cuts, read_matching
from common.errors import NotFoundError
from common.prepared import fetch_prepared

MAX_EDGES = 10_000

# An entity, who emitted it, who emitted those, and so on, as far as they are in the catalog.
ANCESTRY = """
    WITH RECURSIVE ancestry(child_ref, entity_ref, id, change_id) AS (
        SELECT '', entity_ref, id, change_id FROM catalog_final_entity WHERE entity_ref = %s
        UNION
        SELECT edges.target_ref, finals.entity_ref, finals.id, finals.change_id
        FROM ancestry
        JOIN catalog_refresh_edge AS edges ON edges.target_ref = ancestry.entity_ref
        JOIN catalog_final_entity AS finals ON finals.entity_ref = edges.source_ref
    )
    SELECT child_ref, entity_ref, id, change_id FROM ancestry LIMIT %s
"""


def get_ancestry(ref: EntityRef, *, visible: Predicate | None = None) -> dict[str, Any]:
    """
    ``{"rootEntityRef", "items": [{"entity", "parentEntityRefs"}]}``, the entity itself first.

    Each ``entity`` is an ``orjson.Fragment`` of the stored JSON: dump the answer with orjson. What the caller may not
    see is left out, with all that only it leads to. One statement; one or two more if texts have to be read or judged.
    Raises NotFoundError.
    """
    root = str(ref)
    rows = fetch_prepared(ANCESTRY, [root, MAX_EDGES]) if is_storable(root) else []
    parents: defaultdict[str, set[str]] = defaultdict(set)
    for child_ref, entity_ref, _, _ in rows:
        parents[child_ref].add(entity_ref)
    if visible is None:
        bodies = read_cuts({row[1:] for row in rows}, None)
    else:
        bodies = read_matching("entity_ref", {row[1] for row in rows}, None, visible)
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
