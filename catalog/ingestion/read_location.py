"""What a Location points at: each target read (conditionally), parsed and checked against the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson

from catalog.captured import CapturedFile
from catalog.descriptors import BrokenDocument, parse_descriptor
from catalog.entity_ref import LocationRef, entity_ref_of
from catalog.ingestion.result import DeferredEntity, ErrorData, error_data
from catalog.ingestion.sources import SourceFile, SourceRead, Sources, read_captured_files
from catalog.kinds.validate import describe_faults, validate_envelope
from common.errors import CallboardError, InputError, NotAllowedError, NotFoundError, NotModifiedError
from common.hashing import content_hash

ALLOWED_TYPES = ("url",)  # that a Location may name when it is itself of another type
PARALLEL_READS = 8
PLAIN_NAME = re.compile(r"[^\x00-\x20:/]{1,100}")

TargetState = dict[str, Any]  # {"etag", "hash", "children": [ref], "errors": [ErrorData]}


@dataclass(frozen=True, slots=True)
class TargetRead:
    """
    One target's outcome. ``children`` is None where nothing new was read.

    ``state["children"]`` is what the target keeps alive: with any error also what it gave before.
    """

    target: str
    state: TargetState
    children: list[DeferredEntity] | None = None
    errors: list[ErrorData] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LocationContext:
    """The Location that is read: where it lies, and the root of its chain."""

    entity_ref: str
    location: LocationRef
    origin: LocationRef


def list_targets(
    entity: Mapping[str, Any], context: LocationContext, sources: Sources
) -> tuple[list[LocationRef], bool]:
    """The absolute targets of a sound Location, each once, and whether they may be missing. Raises InputError."""
    spec = entity.get("spec") or {}
    type_ = spec.get("type", context.location.type)
    if type_ != context.location.type and type_ not in ALLOWED_TYPES:
        allowed = orjson.dumps(ALLOWED_TYPES).decode()
        raise InputError(f"Registered locations must be of an allowed type {allowed}")
    base = context.location if type_ == context.location.type else LocationRef(type_, context.location.target)
    targets = [*([spec["target"]] if spec.get("target") else []), *(spec.get("targets") or [])]
    if len(targets) > sources.limits.max_children:
        raise InputError(
            f"Location names {len(targets)} targets, which is more than the limit of {sources.limits.max_children}"
        )
    absolute = [
        sources.resolve(target, base) if type_ == context.location.type else LocationRef(type_, target)
        for target in targets
    ]
    return list(dict.fromkeys(absolute)), spec.get("presence") == "optional"


def read_targets(
    targets: list[LocationRef],
    *,
    context: LocationContext,
    is_optional: bool,
    previous: Mapping[str, TargetState],
    sources: Sources,
    captured: Mapping[str, CapturedFile] | None = None,
) -> Iterator[TargetRead]:
    """Read all targets in order, ``url`` ones a few at a time. Never raises for a single target's fault."""

    def read(target: LocationRef) -> TargetRead:
        known = captured.get(target.target) if captured and target.type == "url" else None
        return read_target(
            target,
            context=context,
            is_optional=is_optional,
            previous=previous.get(str(target)),
            sources=sources,
            captured=[known] if known else (),
        )

    if all(target.type == "file" for target in targets) or len(targets) == 1:
        yield from map(read, targets)
        return
    remaining = iter(targets)
    with ThreadPoolExecutor(PARALLEL_READS, thread_name_prefix="read") as pool:
        while window := list(islice(remaining, PARALLEL_READS * 2)):
            yield from pool.map(read, window)


def read_target(
    target: LocationRef,
    *,
    context: LocationContext,
    is_optional: bool,
    previous: TargetState | None,
    sources: Sources,
    captured: Sequence[CapturedFile] = (),
) -> TargetRead:
    """
    One target, whatever happens: read anew, unchanged, absent though optional, or failed.

    ``captured`` is what a provider has read of it already: then nobody else is asked.
    """
    kept = previous or {"etag": None, "hash": "", "children": [], "errors": []}
    try:
        if captured:
            found = read_captured_files(captured)
        else:
            found = sources.read(target, origin=context.origin, etag=kept["etag"])
    except NotModifiedError:
        return TargetRead(str(target), kept, errors=kept["errors"])
    except NotFoundError as error:
        return _not_found(target, kept, is_optional, str(error))
    except CallboardError as error:
        message = f"Unable to read {target.type}, {error}"[:5000]
        return TargetRead(str(target), kept, errors=[{"name": "Error", "message": message}])
    if not found.files:
        return _not_found(target, kept, is_optional, f"no matching files found for {target.target}")
    digest = content_hash(b"\0".join(file.data for file in found.files))
    if previous is not None and digest == kept["hash"]:
        return TargetRead(str(target), {**kept, "etag": found.etag}, errors=kept["errors"])
    return _parse(target, found, kept, digest, context, sources)


def _not_found(target: LocationRef, kept: TargetState, is_optional: bool, message: str) -> TargetRead:
    if is_optional:
        return TargetRead(str(target), {"etag": None, "hash": "", "children": [], "errors": []}, children=[])
    error = {"name": "NotFoundError", "message": f"Unable to read {target.type}, {message}"[:5000]}
    return TargetRead(str(target), kept, errors=[error])


def _parse(
    target: LocationRef, found: SourceRead, kept: TargetState, digest: str, context: LocationContext, sources: Sources
) -> TargetRead:
    children: list[DeferredEntity] = []
    errors: list[ErrorData] = []
    for file in found.files:
        try:
            _parse_file(file, context, sources, children, errors)
        except CallboardError as error:
            errors.append(error_data(error))
    refs = [child.entity_ref for child in children]
    if errors:
        # A broken document may be one that was good before, and that one must not go.
        refs = list(dict.fromkeys([*refs, *kept["children"]]))
    state = {"etag": found.etag, "hash": digest, "children": refs, "errors": errors}
    return TargetRead(str(target), state, children, errors=errors)


def _parse_file(
    file: SourceFile,
    context: LocationContext,
    sources: Sources,
    children: list[DeferredEntity],
    errors: list[ErrorData],
) -> None:
    for document in parse_descriptor(file.data, location=str(file.location), limits=sources.limits):
        if isinstance(document, BrokenDocument):
            errors.append(error_data(document.error))
            continue
        child, error = _emit(document.entity, file.location, context, sources)
        if child is not None and child.entity_ref != context.entity_ref:
            children.append(child)
        if error is not None:
            errors.append(error)


def _emit(
    entity: dict[str, Any], location: LocationRef, context: LocationContext, sources: Sources
) -> tuple[DeferredEntity | None, ErrorData | None]:
    """The document as a deferred entity, or why not; both for one whose faults are worth a row of their own."""
    try:
        validate_envelope(entity)
    except CallboardError:
        fault = InputError(f"{location}: {describe_faults(entity)}")
        return _broken(entity, location, context), error_data(fault)
    if not isinstance(entity["metadata"].get("annotations") or {}, dict):
        return None, error_data(InputError(f"metadata.annotations must be a valid object, at {location}"))
    if not sources.catalog.rules.allows(entity, context.origin):
        return None, error_data(
            NotAllowedError(
                f"Entity {entity_ref_of(entity)} at {location}, originated at {context.origin},"
                " is not of an allowed kind for that location"
            )
        )
    return DeferredEntity.build(entity, location=location, origin=str(context.origin)), None


def _broken(entity: dict[str, Any], location: LocationRef, context: LocationContext) -> DeferredEntity | None:
    metadata = entity.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("annotations") or {}, dict):
        return None
    parts = (entity.get("kind"), metadata.get("namespace", "default"), metadata.get("name"))
    if not all(isinstance(part, str) and PLAIN_NAME.fullmatch(part) for part in parts):
        return None
    return DeferredEntity.build(entity, location=location, origin=str(context.origin))
