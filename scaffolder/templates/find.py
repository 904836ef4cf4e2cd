"""Templates in the catalog, as the caller sees them."""

from __future__ import annotations

from typing import Any

import orjson

from catalog.entity_ref import EntityRef
from catalog.queries.predicate import Predicate
from catalog.queries.refs import get_by_ref
from common.errors import InputError, NotFoundError

KIND = "template"
API_VERSION = "scaffolder.backstage.io/v1beta3"


def parse_template_ref(text: str) -> EntityRef:
    """``[template:][<namespace>/]<name>``. Raises InputError."""
    return EntityRef.parse(text, default_kind=KIND)


def find_template(ref: EntityRef, *, visible: Predicate | None) -> dict[str, Any]:
    """
    The entity, as it was ingested.

    Raises InputError for a ref to something else and for a version that we cannot run; NotFoundError.
    """
    if ref.kind.lower() != KIND:
        raise InputError("Invalid kind, only 'Template' kind is supported")
    try:
        body = get_by_ref(ref, visible=visible)
    except NotFoundError:
        raise NotFoundError(f"Template {ref} not found") from None
    template: dict[str, Any] = orjson.loads(body)
    if template["apiVersion"] != API_VERSION:
        raise InputError(f"Unsupported apiVersion field in schema entity, {template['apiVersion']}")
    return template
