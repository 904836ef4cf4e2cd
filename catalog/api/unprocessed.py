"""What was found but does not appear, and why; as Backstage's module for unprocessed entities shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from catalog.api import access
from catalog.api.doors import CatalogView
from catalog.api.request_check import check_request
from catalog.ingestion.delete import delete_unprocessed
from catalog.ingestion.unprocessed import UnprocessedEntity, list_failed, list_pending
from common.api.answers import answer_empty, answer_with_etag
from common.errors import NotFoundError


class FailedEntitiesView(CatalogView):
    def get(self, request: Request) -> HttpResponse:
        owner = _check(request, "GetFailedEntities")
        return answer_with_etag(request, _describe("failed", list_failed(), owner))


class PendingEntitiesView(CatalogView):
    def get(self, request: Request) -> HttpResponse:
        owner = _check(request, "GetPendingEntities")
        return answer_with_etag(request, _describe("pending", list_pending(), owner))


class UnprocessedEntityView(CatalogView):
    def delete(self, request: Request, entity_id: str) -> HttpResponse:
        """204 whether it was there or not, as the answer of a repeated request must be the same."""
        check_request(request, "DeleteUnprocessedEntity")
        access.require(request, access.DELETE_UNPROCESSED)
        try:
            delete_unprocessed(entity_id)
        except NotFoundError:
            return answer_empty(204)
        return answer_empty(204)


def _check(request: Request, operation_id: str) -> str | None:
    owner: str | None = check_request(request, operation_id).query.get("owner")
    access.require(request, access.READ_UNPROCESSED)
    return owner


def _describe(type_: str, entities: list[UnprocessedEntity], owner: str | None) -> dict[str, Any]:
    shown = [_describe_one(entity) for entity in entities if owner is None or _owner_of(entity) == owner]
    return {"type": type_, "entities": shown}


def _describe_one(entity: UnprocessedEntity) -> dict[str, Any]:
    return {
        "entity_id": entity.uid,
        "entity_ref": entity.entity_ref,
        "unprocessed_entity": entity.unprocessed_entity,
        "errors": entity.errors,
        "next_update_at": _time(entity.next_update_at),
        "last_discovery_at": _time(entity.last_discovery_at),
        "location_key": entity.location_key,
    }


def _owner_of(entity: UnprocessedEntity) -> object:
    spec = entity.unprocessed_entity.get("spec")
    return spec.get("owner") if isinstance(spec, dict) else None


def _time(moment: datetime | None) -> str | None:
    """As JavaScript writes it: UTC, milliseconds, Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
