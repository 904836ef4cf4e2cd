"""The relations that an entity states, each once for both directions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from catalog.entity_ref import DEFAULT_NAMESPACE, EntityRef, entity_ref_of
from catalog.kinds.model import SORTED_FIELDS, KindModel, RelationField, kind_model
from common.errors import InputError

MAX_FAULTS = 20
MAX_TRIES = 200
MAX_MESSAGE = 400
# A cache of refs must not become a store of whatever long texts descriptors hold.
MAX_CACHED_LENGTH = 300


class RelationPair(NamedTuple):
    """``source_ref --relation_type--> target_ref``, and backward ``--reverse_type-->``. Refs are canonical."""

    source_ref: str
    relation_type: str
    target_ref: str
    reverse_type: str


def build_relations(entity: Mapping[str, Any]) -> list[RelationPair]:
    """Of a sound entity. Raises InputError that names all values which are no refs."""
    model = kind_model(entity)
    if model is None or not model.relation_fields:
        return []
    source, namespace = entity_ref_of(entity), entity["metadata"].get("namespace") or DEFAULT_NAMESPACE
    found: dict[RelationPair, None] = {}
    for field, value in _stated(model, entity["spec"]):
        try:
            target = _target_ref(value, field, namespace)
        except InputError:
            raise _not_all_refs(model, entity) from None
        if not field.allowed_kinds or target.partition(":")[0] in field.allowed_kinds:
            found[RelationPair(source, field.relation_type, target, field.reverse_type)] = None
    return list(found)


def find_ref_faults(model: KindModel, entity: Mapping[str, Any]) -> list[str]:
    """What is wrong with the refs of an entity, up to 20 of them, in the reference's words."""
    spec, namespace = entity.get("spec"), entity["metadata"].get("namespace")
    faults: dict[str, None] = {}
    tries = MAX_TRIES
    for field, value in _stated(model, spec) if isinstance(spec, Mapping) else ():
        try:
            _target_ref(value, field, namespace if namespace and isinstance(namespace, str) else DEFAULT_NAMESPACE)
        except InputError as error:
            message = error.message
            faults[message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 1] + "…"] = None
            tries -= 1
        if len(faults) == MAX_FAULTS or not tries:
            break
    return list(faults)


def _stated(model: KindModel, spec: Mapping[str, Any]) -> Iterator[tuple[RelationField, Any]]:
    for field in model.relation_fields:
        value = spec.get(field.field)
        if value or isinstance(value, dict):  # to JavaScript an empty mapping is something
            yield from ((field, item) for item in value) if isinstance(value, list) else ((field, value),)


def _not_all_refs(model: KindModel, entity: Mapping[str, Any]) -> InputError:
    faults = find_ref_faults(model, entity)
    name = "TypeError" if "was not on the form" in faults[0] else "Error"
    return InputError(
        f"Processor {model.processor} threw an error while postprocessing; caused by {name}: {'; also '.join(faults)}"
    )


def _target_ref(value: Any, field: RelationField, namespace: str) -> str:
    if isinstance(value, str):
        if len(value) <= MAX_CACHED_LENGTH:
            return _resolve(value, field.default_kind, namespace)
        return str(EntityRef.parse(value, default_kind=field.default_kind, default_namespace=namespace))
    if not value and not isinstance(value, (list, dict)):
        raise InputError("Entity reference must not be empty")
    return _compound_ref(value, field, namespace)


@lru_cache(maxsize=65536)
def _resolve(text: str, default_kind: str, default_namespace: str) -> str:
    return str(EntityRef.parse(text, default_kind=default_kind, default_namespace=default_namespace))


def _compound_ref(value: Any, field: RelationField, namespace: str) -> str:
    """``{kind, namespace, name}``, which only fields without a schema may hold."""
    parts = value if isinstance(value, dict) else {}

    def part(name: str, default: str = "") -> str:
        text = parts.get(name) or default
        if text and isinstance(text, str):
            return text
        example = ' (e.g. did not start with "component:" or similar)' if name == "kind" else ""
        shown = json.dumps(value, ensure_ascii=False, separators=(",", ":"))[:200]
        raise InputError(f"Entity reference {shown} had missing or empty {name}{example}")

    return str(EntityRef(part("kind", field.default_kind), part("namespace", namespace), part("name")))


def sort_relation_fields(entity: Mapping[str, Any]) -> None:
    """Sort the lists that become relations, in place: their order says nothing, and must not look like a change."""
    spec = entity.get("spec")
    if not isinstance(spec, dict):
        return
    for field in SORTED_FIELDS:
        value = spec.get(field)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            # JavaScript sorts by UTF-16 units, which differs from code points only beyond the first 65,536.
            value.sort(key=None if all(map(str.isascii, value)) else _utf16)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")
