"""The doors to the permissions on entities, and the rules that these are made of."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from catalog.access import PERMISSIONS, predicate_holds
from catalog.permission_rules import ENTITY, RULES, to_predicate
from common.api.answers import answer_with_etag
from common.api.conditions import apply_conditions, describe, ensure_service
from common.api.json_body import read_json_body
from common.identity import identity_of
from common.permissions import Criteria


def read_metadata(request: HttpRequest) -> HttpResponse:
    return answer_with_etag(request, describe(PERMISSIONS, RULES))


def apply(request: HttpRequest) -> HttpResponse:
    ensure_service(identity_of(request))
    return answer_with_etag(request, apply_conditions(read_json_body(request), RULES, {ENTITY: judge_entities}))


def judge_entities(criteria: Criteria, refs: list[str]) -> list[bool]:
    """By the index, as lists are."""
    return predicate_holds(to_predicate(criteria), refs)
