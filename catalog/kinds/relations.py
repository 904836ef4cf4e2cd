"""The relations that an entity states, each once for both directions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from catalog.entity_ref import EntityRef, entity_ref_of
from catalog.kinds.model import SORTED_FIELDS, RelationField, kind_model
from common.errors import InputError


class RelationPair(NamedTuple):
    """``source_ref --relation_type--> target_ref``, and backward ``--reverse_type-->``. Refs are canonical."""

    source_ref: str
    relation_type: str
    target_ref: str
    reverse_type: str


def build_relations(entity: Mapping[str, Any]) -> list[RelationPair]:
    """Of a sound entity. Raises InputError for a text that is no ref."""
    model = kind_model(entity)
    if model is None or not model.relation_fields:
        return []
    source, namespace, spec = entity_ref_of(entity), entity["metadata"]["namespace"], entity["spec"]
    found: dict[RelationPair, None] = {}
    for field in model.relation_fields:
        value = spec.get(field.field)
        if not value:
            continue
        for text in value if isinstance(value, list) else (value,):
            target = _target_ref(text, field, namespace)
            if target is not None:
                found[RelationPair(source, field.relation_type, target, field.reverse_type)] = None
    return list(found)


def _target_ref(text: Any, field: RelationField, namespace: str) -> str | None:
    if not isinstance(text, str):
        raise _no_ref(InputError(f"spec.{field.field} must hold entity references, but found {str(text)[:100]!r}"))
    ref = _resolve(text, field.default_kind, namespace)
    if field.allowed_kinds and ref.partition(":")[0] not in field.allowed_kinds:
        return None
    return ref


@lru_cache(maxsize=65536)
def _resolve(text: str, default_kind: str, default_namespace: str) -> str:
    try:
        return str(EntityRef.parse(text, default_kind=default_kind, default_namespace=default_namespace))
    except InputError as error:
        raise _no_ref(error) from error


def _no_ref(error: InputError) -> InputError:
    return InputError(
        f"Processor BuiltinKindsEntityProcessor threw an error while postprocessing; caused by Error: {error}"
    )


def sort_relation_fields(entity: Mapping[str, Any]) -> None:
    """Sort the lists that become relations, in place: authors' order says nothing, and must not look like a change."""
    spec = entity.get("spec")
    if not isinstance(spec, dict):
        return
    for field in SORTED_FIELDS:
        value = spec.get(field)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value.sort(key=_utf16)


def _utf16(text: str) -> bytes | str:
    return text if text.isascii() else text.encode("utf-16-be", "surrogatepass").decode("latin-1")
