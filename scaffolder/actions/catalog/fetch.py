"""``catalog:fetch``: entities of the catalog, by their refs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from catalog.access import visible_entities
from catalog.entity_ref import DEFAULT_NAMESPACE, EntityRef
from catalog.queries.predicate import Predicate
from catalog.queries.refs import get_by_refs
from common.errors import InputError, NotFoundError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm_schema import flag, schema, text, texts


def fetch_entities(context: ActionContext) -> None:
    """Raises InputError for what is no ref, NotFoundError for an entity that is not there unless it is optional."""
    visible = visible_entities(context.identity)
    given = context.input
    ref, refs = given.get("entityRef"), given.get("entityRefs")
    if not ref and refs is None:
        if given.get("optional"):
            return
        raise InputError("Missing entity reference or references: give 'entityRef' or 'entityRefs'")
    if ref:
        context.output("entity", _find(context, [ref], visible)[0])
    if refs is not None:
        context.output("entities", _find(context, refs, visible))


def _find(context: ActionContext, refs: Sequence[str], visible: Predicate | None) -> list[Any]:
    given = context.input
    parsed = [
        EntityRef.parse(
            ref,
            default_kind=given.get("defaultKind") or "",
            default_namespace=given.get("defaultNamespace") or DEFAULT_NAMESPACE,
        )
        for ref in refs
    ]
    bodies = get_by_refs([str(ref) for ref in parsed], visible=visible)
    missing = [ref for ref, body in zip(refs, bodies, strict=True) if body is None]
    if missing and not given.get("optional"):
        raise NotFoundError(f"Entity {missing[0]} not found")
    return [None if body is None else orjson.loads(body) for body in bodies]


def _example(description: str, given: str) -> Example:
    return Example(
        description,
        f"steps:\n  - id: look\n    name: Look it up\n    action: catalog:fetch\n    input:\n      {given}\n",
    )


ACTION: Final = Action(
    id="catalog:fetch",
    description="Gives one entity of the catalog, or several.",
    run=fetch_entities,
    input=schema(
        {
            "entityRef": text("The ref of an entity"),
            "entityRefs": texts("The refs of several entities"),
            "optional": flag("Give null for an entity that is not there, instead of failing"),
            "defaultKind": text("The kind of refs that name none"),
            "defaultNamespace": text("The namespace of refs that name none"),
        }
    ),
    output=schema(
        {
            "entity": {"description": "The entity of 'entityRef'"},
            "entities": {"type": "array", "description": "The entities of 'entityRefs', in their order"},
        }
    ),
    examples=(
        _example("Look up one entity", "entityRef: component:default/cart"),
        _example("Look up several", "entityRefs: [component:default/cart, group:default/team-a]"),
    ),
    supports_dry_run=True,
    only_reads=True,
)
