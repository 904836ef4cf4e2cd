"""Single entities and batches, by ref or uid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from catalog.entity_ref import EntityRef
from catalog.index.follow import current_index
from catalog.queries.bodies import read_bodies
from catalog.queries.cuts import CUTS, cut_bodies
from catalog.queries.evaluate import evaluate_all
from catalog.queries.fields import Projection
from catalog.queries.predicate import Predicate
from catalog.queries.reading import MAX_ROUNDS, TOO_RESTLESS
from common.database import in_list
from common.errors import InputError, NotFoundError, ServiceUnavailableError
from common.prepared import fetch_prepared

MAX_REFS = 10_000
MAX_REPEATED_BYTES = 64 * 1024 * 1024


def get_by_refs(
    refs: Sequence[str],
    *,
    predicate: Predicate | None = None,
    fields: Projection | None = None,
    visible: Predicate | None = None,
) -> list[bytes | None]:
    """
    One JSON text for each ref, in their order; None where there is no such entity or it does not match.

    Refs must be canonical. One statement, two if there is something to match or to cut.
    Raises InputError if there are too many refs, or the same large ones again and again.
    """
    if len(refs) > MAX_REFS:
        raise InputError(f"Too many entity refs: {len(refs)}, at most {MAX_REFS} are allowed")
    if predicate is None and visible is None:
        bodies = _find_cuts(set(refs), fields)
    else:
        bodies = read_matching("entity_ref", set(refs), predicate, visible)
        if fields is not None:
            bodies = {ref: fields.project(body) for ref, body in bodies.items()}
    found = [bodies.get(ref) for ref in refs]
    if len(refs) > len(bodies) and sum(len(body) for body in found if body) > MAX_REPEATED_BYTES:
        raise InputError("The same entities are asked for too often, please name each entity ref once")
    return found


def _find_cuts(wanted: Collection[str], fields: Projection | None) -> dict[str, bytes]:
    """Those wanted, cut down. One statement if all are in memory, two if not."""
    storable = [ref for ref in wanted if is_storable(ref)]
    if not storable:
        return {}
    condition, parameter = in_list(storable)
    rows = fetch_prepared(
        f"SELECT entity_ref, id, change_id FROM catalog_final_entity WHERE entity_ref {condition}", [parameter]
    )
    return read_cuts(rows, fields)


def read_cuts(rows: Collection[tuple[Any, ...]], fields: Projection | None) -> dict[str, bytes]:
    """
    By ref, the JSON texts of these ``(ref, id, change id)``, cut down to ``fields``.

    No statement if all are in memory. A text may be newer than its change id says, and is missing if its entity went.
    """
    kept = CUTS.find(fields)
    known = {number: kept[number] for _, number, change_id in rows if number in kept and kept[number][1] == change_id}
    missing = [number for _, number, _ in rows if number not in known]
    known.update((cut[0], cut) for cut in cut_bodies(read_bodies(missing), fields))
    return {ref: known[number][2] for ref, number, _ in rows if number in known}


def get_by_ref(ref: EntityRef, *, visible: Predicate | None = None) -> bytes:
    """The entity's JSON text. Raises NotFoundError."""
    body = read_matching("entity_ref", {str(ref)}, None, visible).get(str(ref))
    if body is None:
        raise NotFoundError(
            f"No entity named '{ref.name}' found, with kind '{ref.kind}' in namespace '{ref.namespace}'"
        )
    return body


def get_by_uid(uid: str, *, visible: Predicate | None = None) -> bytes:
    """The entity's JSON text. Raises NotFoundError."""
    body = read_matching("uid", {uid.lower()}, None, visible).get(uid.lower())
    if body is None:
        raise NotFoundError(f"No entity with uid {uid}")
    return body


def read_matching(
    column: str, wanted: Collection[str], predicate: Predicate | None, visible: Predicate | None
) -> dict[str, bytes]:
    """The JSON texts of those wanted that match. What a caller may see is judged on the very text that he gets."""
    if predicate is None and visible is None and column == "entity_ref" and len(wanted) > 1:
        return _find_cuts(wanted, None)
    for attempt in range(MAX_ROUNDS):
        rows = _read_rows(column, wanted)
        if predicate is None and visible is None:
            return {value: body for value, _, _, body in rows}
        index = current_index(may_be_old=attempt == 0)
        with index.lock:
            found = evaluate_all(index, predicate, visible)
            is_one_moment = all(index.change_of.get(number) == change_id for _, number, change_id, _ in rows)
        if is_one_moment:
            return {value: body for value, number, _, body in rows if number in found}
    raise ServiceUnavailableError(TOO_RESTLESS)


def _read_rows(column: str, wanted: Collection[str]) -> list[tuple[str, int, int, bytes]]:
    """(value, id, change id, JSON text). One statement; none for nothing."""
    storable = [value for value in wanted if is_storable(value)]
    if not storable:
        return []
    condition, parameter = in_list(storable)
    rows = fetch_prepared(
        f"SELECT {column}, id, change_id, body FROM catalog_final_entity WHERE {column} {condition}",
        [parameter],
        texts_as_bytes=True,
    )
    return [(value.decode(), number, change_id, body) for value, number, change_id, body in rows]


def is_storable(text: str) -> bool:
    """Neither NUL nor half characters are in any text of ours, and databases take offence at them."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text))
