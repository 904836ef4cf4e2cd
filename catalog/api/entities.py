"""The other doors to entities."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from catalog.api import access
from catalog.api.doors import CatalogView
from catalog.api.request_check import check_request
from catalog.bell import ring_for_processing
from catalog.ingestion.delete import delete_entity_by_uid
from catalog.ingestion.refresh import refresh_entity
from catalog.queries.refs import get_by_uid
from common.api.answers import answer_empty
from common.api.doors import refuse_nul
from common.errors import NotFoundError
from common.json_response import json_text_response


class EntityByUidView(CatalogView):
    def get(self, request: Request, uid: str) -> HttpResponse:
        check_request(request, "GetEntityByUid")
        try:
            return json_text_response(get_by_uid(uid, visible=access.visible_entities(request)))
        except NotFoundError:
            raise NotFoundError(f"No entity with uid {uid}") from None

    def delete(self, request: Request, uid: str) -> HttpResponse:
        """204 whether it was there or not, as the answer of a repeated request must be the same."""
        check_request(request, "DeleteEntityByUid")
        caller = access.ensure_entity(request, access.DELETE_ENTITIES, "uid", uid)
        try:
            delete_entity_by_uid(uid, changed_by=caller.subject)
        except NotFoundError:
            return answer_empty(204)
        ring_for_processing()
        return answer_empty(204)


class RefreshView(CatalogView):
    def post(self, request: Request) -> HttpResponse:
        body = check_request(request, "RefreshEntity").body
        refuse_nul(body["entityRef"])
        access.ensure_entity(request, access.REFRESH_ENTITIES, "entity_ref", body["entityRef"])
        refresh_entity(body["entityRef"])
        ring_for_processing()
        return answer_empty(200)
