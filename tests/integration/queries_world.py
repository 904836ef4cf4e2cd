"""Final entities and their changes, written as the stitcher writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from catalog.change_log import append_changes
from catalog.entity_ref import entity_ref_of
from catalog.index.terms import build_terms, encode_terms
from catalog.models import Change, FinalEntity


def make_entity(
    name: str, *, kind: str = "Component", owner: str = "group:default/team-a", **spec: Any
) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default", **spec.pop("metadata", {})}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "metadata": {"uid": f"uid-{kind.lower()}-{name}", **metadata},
        "spec": spec,
        "relations": [{"type": "ownedBy", "targetRef": owner}] if owner else [],
    }


def write(*entities: dict[str, Any]) -> list[int]:
    """Write or rewrite them in one transaction. Returns their numbers."""
    numbers = [_number_of(entity_ref_of(entity)) for entity in entities]
    for place, number in enumerate(numbers):
        numbers[place] = number or max([0, *numbers, _highest_number()]) + 1
    with transaction.atomic():
        first = append_changes(
            [
                (number, entity_ref_of(entity), Change.Operation.WRITTEN, "user:default/guest")
                for number, entity in zip(numbers, entities, strict=True)
            ]
        )
        FinalEntity.objects.filter(id__in=numbers).delete()
        FinalEntity.objects.bulk_create(
            _row(number, first + place, entity)
            for place, (number, entity) in enumerate(zip(numbers, entities, strict=True))
        )
    return numbers


def _row(number: int, change_id: int, entity: dict[str, Any]) -> FinalEntity:
    return FinalEntity(
        id=number,
        entity_ref=entity_ref_of(entity),
        uid=entity["metadata"]["uid"],
        etag="etag",
        body=orjson.dumps(entity).decode(),
        terms=encode_terms(build_terms(entity)),
        change_id=change_id,
        updated_at=timezone.now(),
    )


def _number_of(ref: str) -> int:
    return FinalEntity.objects.filter(entity_ref=ref).values_list("id", flat=True).first() or 0


def _highest_number() -> int:
    return Change.objects.order_by("-entity_id").values_list("entity_id", flat=True).first() or 0


def delete(*refs: str) -> None:
    found = list(FinalEntity.objects.filter(entity_ref__in=refs).values_list("id", "entity_ref"))
    with transaction.atomic():
        append_changes([(number, ref, Change.Operation.DELETED, "user:default/guest") for number, ref in found])
        FinalEntity.objects.filter(entity_ref__in=refs).delete()


def names(bodies: Sequence[bytes | None]) -> list[str | None]:
    return [body and orjson.loads(body)["metadata"]["name"] for body in bodies]  # type: ignore[misc]
