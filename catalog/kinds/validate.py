"""Is an entity sound? In three steps, as in the reference: its envelope, its formats, its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.entity_ref import DEFAULT_NAMESPACE, entity_ref_of
from catalog.kinds.formats import find_format_faults
from catalog.kinds.model import kind_model
from catalog.kinds.schema_check import Fault, SchemaCheck
from catalog.kinds.schemas import ENTITY, ENVELOPE
from common.errors import InputError

ENVELOPE_CHECK = SchemaCheck(ENVELOPE)
ENTITY_CHECK = SchemaCheck(ENTITY)
ROOT_FIELDS = frozenset(("apiVersion", "kind", "metadata", "spec"))

# What to do about the faults that authors meet most, by place and keyword.
FIXES = {
    ("", "apiVersion"): "add `apiVersion: backstage.io/v1alpha1`",
    ("/spec/definition", "type"): (
        "give `definition` as text: indent it below `definition: |`, or keep it in a file of its own and write"
        " `definition: { $text: ./openapi.yaml }`"
    ),
}


def validate_envelope(entity: Any) -> None:
    """Raises InputError with all faults of ``apiVersion``, ``kind``, ``metadata.name`` and ``metadata.namespace``."""
    if not ENVELOPE_CHECK.is_valid(entity):
        raise InputError(_join(_explain(ENVELOPE_CHECK.find_faults(entity))))


def validate_policies(entity: dict[str, Any]) -> dict[str, Any]:
    """
    A copy with its namespace set, if its envelope has no fault.

    Raises InputError with all faults of the frame that kinds share, and of its names, labels, tags and links.
    """
    faults = _policy_faults(entity)
    if faults:
        raise InputError(f"Policy check failed for {entity_ref_of(entity)}; caused by Error: {_join(faults)}")
    return with_namespace(entity)


def with_namespace(entity: dict[str, Any]) -> dict[str, Any]:
    metadata = entity["metadata"]
    if metadata.get("namespace"):
        return entity
    return {**entity, "metadata": {"namespace": DEFAULT_NAMESPACE, **metadata}}


def _policy_faults(entity: dict[str, Any]) -> list[str]:
    if not ENTITY_CHECK.is_valid(entity):
        faults = ENTITY_CHECK.find_faults(entity)
        return [f"Malformed envelope, {fault.place} {fault.message}" for fault in faults]
    unknown = [f"Unknown field {name}" for name in entity if name not in ROOT_FIELDS]
    return [*unknown, *find_format_faults(with_namespace(entity))]


def validate_kind(entity: Mapping[str, Any]) -> None:
    """Raises InputError with all faults of the kind's own part, or if nobody knows the kind in this version."""
    model = kind_model(entity)
    if model is None:
        raise InputError(
            f"No processor recognized the entity {entity_ref_of(entity)} as valid,"
            " possibly caused by a foreign kind or apiVersion"
        )
    if not model.check.is_valid(entity):
        faults = _explain(model.check.find_faults(entity))
        raise InputError(
            f"Processor {model.processor} threw an error while validating the entity"
            f" {entity_ref_of(entity)}; caused by TypeError: {_join(faults)}"
        )


def describe_faults(entity: Any) -> str:
    """
    Everything that is wrong with a document, in one message with the ways out. Empty if nothing is.

    Goes on where the single steps stop, by guessing the version that the author left out.
    """
    faults = _explain(ENVELOPE_CHECK.find_faults(entity))
    if isinstance(entity, dict) and isinstance(entity.get("metadata"), dict) and isinstance(entity.get("kind"), str):
        guess = {"apiVersion": "backstage.io/v1alpha1", **entity}
        model = kind_model(guess) if isinstance(guess["apiVersion"], str) else None
        if model is None and guess["kind"] == "Template":
            model = kind_model({**guess, "apiVersion": "scaffolder.backstage.io/v1beta3"})
        if model is not None:
            faults += _explain(model.check.find_faults(guess))
    return _join(faults)


def _explain(faults: Iterable[Fault]) -> list[str]:
    return [f"{fault}{_fix(fault)}" for fault in faults]


def _fix(fault: Fault) -> str:
    missing = fault.details.removeprefix("missingProperty: ") if fault.keyword == "required" else fault.keyword
    fix = FIXES.get((fault.path, missing))
    return f" ({fix})" if fix else ""


def _join(faults: list[str]) -> str:
    return "; also ".join(faults)
