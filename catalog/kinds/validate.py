"""
Is an entity sound? In three steps, as in the reference: its envelope, its formats, its kind.

The reference stops at its first fault. Each message here begins with the same words, and then names every other
fault that can be seen, those of the later steps too, so that an author mends a file once.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from catalog.entity_ref import DEFAULT_NAMESPACE, entity_ref_of
from catalog.kinds.formats import find_format_faults
from catalog.kinds.model import KindModel, kind_model, suggest_model
from catalog.kinds.relations import find_ref_faults
from catalog.kinds.schema_check import MAX_FAULTS, Fault, SchemaCheck
from catalog.kinds.schemas import ENTITY, ENVELOPE
from common.errors import InputError

ENVELOPE_CHECK = SchemaCheck(ENVELOPE)
ENTITY_CHECK = SchemaCheck(ENTITY)
ROOT_FIELDS = frozenset(("apiVersion", "kind", "metadata", "spec"))

# What to do about the faults that authors meet most, by place and keyword, or by place and missing property.
FIXES = {
    ("", "apiVersion"): "add `apiVersion: backstage.io/v1alpha1`",
    ("/spec/definition", "type"): (
        "definition must be text: put it under `definition: |`, or keep it in a file of its own and write"
        " `definition: { $text: ./file.yaml }`"
    ),
}
MAX_SHOWN_REF = 300
PLACEHOLDERS = ("$text", "$json", "$yaml")


def validate_envelope(entity: Any) -> None:
    """Raises InputError if ``apiVersion``, ``kind``, ``metadata.name`` or ``metadata.namespace`` is not there or no text."""
    if not ENVELOPE_CHECK.is_valid(entity):
        raise InputError(describe_faults(entity))


def validate_policies(entity: dict[str, Any]) -> dict[str, Any]:
    """
    The entity with its namespace set, for which it may be copied. Its envelope must be sound.

    Raises InputError if something is wrong with the frame that all kinds share: names, labels, tags, links.
    """
    faults = _policy_faults(entity)
    if faults:
        known = {fault.removeprefix("Malformed envelope, ") for fault in faults}
        faults += [text for brief, text in _kind_faults(entity) if brief not in known]
        raise InputError(f"Policy check failed for {_shown_ref(entity)}; caused by Error: {_join(faults)}")
    return with_namespace(entity)


def with_namespace(entity: dict[str, Any]) -> dict[str, Any]:
    """The entity itself, or a copy in the default namespace if it names none."""
    metadata = entity["metadata"]
    if metadata.get("namespace"):
        return entity
    return {**entity, "metadata": {"namespace": DEFAULT_NAMESPACE, **metadata}}


def validate_kind(entity: Mapping[str, Any]) -> None:
    """Raises InputError if the kind's own part is wrong, or nobody knows the kind in this version."""
    model = kind_model(entity)
    if model is None:
        text = (
            f"No processor recognized the entity {_shown_ref(entity)} as valid,"
            " possibly caused by a foreign kind or apiVersion"
        )
        raise InputError(_join([text + _spelling(entity), *(text for _, text in _kind_faults(entity))]))
    if not model.check.is_valid(entity):
        faults = [text for _, text in _kind_faults(entity)] or [str(fault) for fault in model.check.find_faults(entity)]
        raise InputError(
            f"Processor {model.processor} threw an error while validating the entity"
            f" {_shown_ref(entity)}; caused by TypeError: {_join(faults)}"
        )


def _shown_ref(entity: Mapping[str, Any]) -> str:
    ref = entity_ref_of(entity)
    return ref if len(ref) <= MAX_SHOWN_REF else ref[: MAX_SHOWN_REF - 1] + "…"


def describe_faults(entity: Any) -> str:
    """
    Everything that is wrong with a document as it was written, in one message with the ways out. Empty if nothing is.

    Goes on where the single steps stop, by guessing the version that the author left out.
    """
    found = {fault.brief: _text(fault) for fault in ENVELOPE_CHECK.find_faults(entity)}
    if isinstance(entity, dict):
        for fault in ENTITY_CHECK.find_faults(entity):
            if fault.keyword != "additionalProperties":
                found.setdefault(fault.brief, _text(fault))
        if not found:
            return _join([*_policy_faults(entity), *(text for _, text in _kind_faults(entity))])
        for brief, text in _kind_faults(entity):
            found.setdefault(brief, text)
        found.update({text: text for text in _unknown_fields(entity)})
    return _join(list(found.values()))


def _policy_faults(entity: dict[str, Any]) -> list[str]:
    if not ENTITY_CHECK.is_valid(entity):
        return [f"Malformed envelope, {fault.brief}" for fault in ENTITY_CHECK.find_faults(entity)]
    faults = _unknown_fields(entity) if not entity.keys() <= ROOT_FIELDS else []
    return faults + list(islice(find_format_faults(entity), MAX_FAULTS))


def _unknown_fields(entity: Mapping[str, Any]) -> list[str]:
    return [f"Unknown field {name[:100]}" for name in islice(entity.keys() - ROOT_FIELDS, MAX_FAULTS)]


def _kind_faults(entity: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The faults of the kind's own part, of the kind that is meant: brief, and with details and the way out."""
    model = suggest_model(entity)
    if model is None:
        return []
    faults = [fault for fault in model.check.find_faults(entity) if not _is_placeholder(fault)]
    refs = _ref_faults(
        model, entity, unsound={fault.path.split("/")[2] for fault in faults if fault.path[1:6] == "spec/"}
    )
    return [(fault.brief, _text(fault)) for fault in faults] + [(text, text) for text in refs]


def _ref_faults(model: KindModel, entity: Mapping[str, Any], *, unsound: set[str]) -> list[str]:
    metadata, spec = entity.get("metadata"), entity.get("spec")
    if not isinstance(metadata, Mapping) or not isinstance(spec, Mapping):
        return []
    sound = {name: value for name, value in spec.items() if name not in unsound}
    return find_ref_faults(model, {"metadata": metadata, "spec": sound})


def _is_placeholder(fault: Fault) -> bool:
    """``{$text: ./file}`` stands for a text that has not been read yet."""
    return isinstance(fault.found, dict) and len(fault.found) == 1 and next(iter(fault.found)) in PLACEHOLDERS


def _spelling(entity: Mapping[str, Any]) -> str:
    """What the author may have meant by an unknown kind or version."""
    model = suggest_model(entity)
    if model is None:
        return ""
    versions = " or ".join(f"`apiVersion: {version}`" for version in model.api_versions)
    wrong = [] if entity["kind"] == model.kind else [f"`kind: {model.kind}`"]
    wrong += [] if entity["apiVersion"] in model.api_versions else [versions]
    return f" (write {' and '.join(wrong)})"


def _text(fault: Fault) -> str:
    missing = fault.details.removeprefix("missingProperty: ") if fault.keyword == "required" else fault.keyword
    fix = FIXES.get((fault.path, missing))
    if fix is None and fault.message == "must be string" and isinstance(fault.found, (bool, int, float)):
        fix = f"put it in quotes: '{str(fault.found).lower()[:60]}'"
    return f"{fault} ({fix})" if fix else str(fault)


def _join(faults: list[str]) -> str:
    more = len(faults) - MAX_FAULTS
    shown = "; also ".join(faults[:MAX_FAULTS])
    return f"{shown}; and {more} more" if more > 0 else shown
