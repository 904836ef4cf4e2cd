"""Single entities and batches, by ref or uid."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.entity_ref import EntityRef
from catalog.queries.fields import Projection
from catalog.queries.predicate import Predicate


def get_by_refs(
    refs: Sequence[str],
    *,
    predicate: Predicate | None = None,
    fields: Projection | None = None,
    visible: Predicate | None = None,
) -> list[bytes | None]:
    """One JSON text for each ref, in their order; None where there is no such entity or it does not match."""
    raise NotImplementedError


def get_by_ref(ref: EntityRef, *, visible: Predicate | None = None) -> bytes:
    """The entity's JSON text. Raises NotFoundError."""
    raise NotImplementedError


def get_by_uid(uid: str, *, visible: Predicate | None = None) -> bytes:
    """The entity's JSON text. Raises NotFoundError."""
    raise NotImplementedError
