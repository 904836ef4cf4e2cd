"""Locations that users register: kept as rows, and as a bucket of Location entities."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from django.db import IntegrityError, transaction

from catalog.entity_ref import ANNOTATION_ORIGIN_LOCATION, EntityRef, LocationRef
from catalog.ingestion.dry_run import dry_run
from catalog.ingestion.location_entity import deferred_location, location_entity_ref
from catalog.ingestion.mutation import apply_delta_mutation, apply_full_mutation
from catalog.ingestion.queue import mark_due
from catalog.ingestion.result import DeferredEntity
from catalog.ingestion.sources import default_sources
from catalog.models import Location, RefreshLane, RefreshState
from catalog.settings import CatalogSettings, catalog_settings
from catalog.stitching.stitch import stitch_requested
from common.errors import ConflictError, InputError, NotFoundError

BUCKET = "DefaultLocationStore"
ALLOWED_TYPES = ("url",)
MAX_TARGET_LENGTH = 2048


@dataclass(frozen=True, slots=True)
class RegisteredLocation:
    """``exists`` is None unless it was a dry run; ``entities`` is empty unless it was."""

    location: dict[str, str]
    entities: list[dict[str, Any]]
    exists: bool | None = None


def location_json(row: Location) -> dict[str, str]:
    """A location in the API's words."""
    return {"id": row.id, "type": row.type, "target": row.target, "entityRef": row.entity_ref}


def register_location(
    type_: str, target: str, *, on_conflict: Literal["reject", "refresh"] = "reject"
) -> RegisteredLocation:
    """
    Keep a location and ask for it to be read soon.

    Raises InputError for a type that users may not register, ConflictError if it is there already (with
    ``on_conflict="refresh"`` that one is read again instead).
    """
    location = _checked(type_, target)
    with transaction.atomic():
        row = Location.objects.filter(type=type_, target=target).first()
        if row is not None and on_conflict == "reject":
            raise ConflictError(f"Location {location} already exists")
        existed = row is not None
        row = row or _insert(location)
        _put_entity(row)
        if existed:
            mark_due([row.entity_ref], RefreshLane.USER)
    return RegisteredLocation(location_json(row), [])


def try_location(type_: str, target: str) -> RegisteredLocation:
    """A dry run: what registering would bring in. Raises InputError with the faults."""
    location = _checked(type_, target)
    entities = dry_run(deferred_location(location), sources=default_sources())
    exists = Location.objects.filter(type=type_, target=target).exists()
    shown = {"type": type_, "target": target, "id": str(location), "entityRef": location_entity_ref(location)}
    return RegisteredLocation(shown, entities, exists)


def update_location(location_id: str, type_: str, target: str) -> dict[str, str]:
    """Point a location elsewhere; its entity keeps its name. Raises NotFoundError, ConflictError, InputError."""
    location = _checked(type_, target)
    with transaction.atomic():
        if Location.objects.filter(type=type_, target=target).exclude(id=location_id).exists():
            raise ConflictError(f"Location {location} already exists")
        row = _get(location_id)
        row.type, row.target = type_, target
        row.save(update_fields=["type", "target"])
        _put_entity(row)
    return location_json(row)


def delete_location(location_id: str) -> None:
    """Forget a location; the entities that only it led to go with it. Raises NotFoundError."""
    with transaction.atomic():
        row = _get(location_id)
        row.delete()
        apply_delta_mutation(BUCKET, removed=[row.entity_ref], settings=catalog_settings())
    stitch_requested(seconds=5.0)


def list_locations() -> list[dict[str, str]]:
    return [location_json(row) for row in Location.objects.order_by("created_at", "id")]


def get_location(location_id: str) -> dict[str, str]:
    return location_json(_get(location_id))


def location_of_entity(ref: EntityRef) -> dict[str, str]:
    """The registered location at the root of an entity's chain. Raises NotFoundError, saying what is missing."""
    state = RefreshState.objects.filter(entity_ref=str(ref)).values_list("unprocessed_entity", flat=True).first()
    if state is None:
        raise NotFoundError(f"found no entity for ref {ref}")
    origin = _origin(state)
    row = Location.objects.filter(type=origin.type, target=origin.target).first()
    if row is None:
        raise NotFoundError(f"Found no location with type {origin.type} and target {origin.target}")
    return location_json(row)


def restore_registered_locations(settings: CatalogSettings) -> None:
    """Make the bucket hold a Location entity for each row, whatever happened to them. For the start."""
    entities = [_deferred(row) for row in Location.objects.all()]
    apply_full_mutation(BUCKET, entities, settings=settings, lane=RefreshLane.TIME)


def _checked(type_: str, target: str) -> LocationRef:
    if type_ not in ALLOWED_TYPES:
        allowed = '["' + '","'.join(ALLOWED_TYPES) + '"]'
        raise InputError(f"Registered locations must be of an allowed type {allowed}")
    if not target or len(target) > MAX_TARGET_LENGTH or "\0" in target:
        raise InputError(f"Location target '{target[:100]}' must hold 1 to {MAX_TARGET_LENGTH} characters, and no NUL")
    return LocationRef.parse(f"{type_}:{target}")


def _insert(location: LocationRef) -> Location:
    ref = location_entity_ref(location)
    try:
        return Location.objects.create(id=str(uuid.uuid4()), type=location.type, target=location.target, entity_ref=ref)
    except IntegrityError:
        raise ConflictError(f"Location {location} already exists") from None


def _put_entity(row: Location) -> None:
    apply_delta_mutation(BUCKET, added=[_deferred(row)], settings=catalog_settings(), lane=RefreshLane.USER)


def _deferred(row: Location) -> DeferredEntity:
    return deferred_location(LocationRef(row.type, row.target), name=EntityRef.parse(row.entity_ref).name)


def _get(location_id: str) -> Location:
    row = Location.objects.filter(id=location_id).first() if "\0" not in location_id else None
    if row is None:
        raise NotFoundError(f"Found no location with ID {location_id}")
    return row


def _origin(unprocessed: str) -> LocationRef:
    return LocationRef.parse(orjson.loads(unprocessed)["metadata"]["annotations"][ANNOTATION_ORIGIN_LOCATION])
