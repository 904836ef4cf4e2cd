"""The doors to the questions about ownership. They hold no rule."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from catalog.entity_ref import EntityRef
from common.api.answers import answer_with_etag
from common.api.doors import refuse_nul
from common.api.openapi_answers import answer_description, answer_description_page
from ownership.api.access import require, visible_to
from ownership.api.answers import answer_table
from ownership.api.params import is_true, parse_format, parse_page, parse_resolve
from ownership.api.request_check import DESCRIPTION, check_request
from ownership.questions.by import list_owned_by
from ownership.questions.conflicts import list_conflicts
from ownership.questions.dangling import list_dangling
from ownership.questions.of import find_owners_of
from ownership.questions.paths import find_owners_of_path
from ownership.questions.resolve import resolve
from ownership.questions.unowned import list_unowned


def read_owners(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    visible = visible_to(request)
    refuse_nul(kind, namespace, name)
    check_request(request, "GetOwnersOfEntity")
    return answer_with_etag(request, find_owners_of(EntityRef(kind, namespace, name), visible))


def read_owned(request: HttpRequest, owner: str) -> HttpResponse:
    visible = visible_to(request)
    refuse_nul(owner)
    query = check_request(request, "GetOwnedBy").query
    format_ = parse_format(query, request.headers.get("Accept", ""))
    table = list_owned_by(
        owner,
        visible,
        parse_page(query, format_),
        is_transitive=is_true(query, "transitive"),
        kinds=query.get("kind", ()),
    )
    return answer_table(request, table, format_)


def read_unowned(request: HttpRequest) -> HttpResponse:
    visible = visible_to(request)
    query = check_request(request, "GetUnowned").query
    format_ = parse_format(query, request.headers.get("Accept", ""))
    table = list_unowned(
        visible,
        parse_page(query, format_),
        kinds=query.get("kind", ()),
        leaves_out_inheriting=query.get("inherited") == "exclude",
    )
    return answer_table(request, table, format_)


def read_dangling(request: HttpRequest) -> HttpResponse:
    visible = visible_to(request)
    query = check_request(request, "GetDangling").query
    format_ = parse_format(query, request.headers.get("Accept", ""))
    return answer_table(request, list_dangling(visible, parse_page(query, format_)), format_)


def read_conflicts(request: HttpRequest) -> HttpResponse:
    visible = visible_to(request)
    query = check_request(request, "GetConflicts").query
    format_ = parse_format(query, request.headers.get("Accept", ""))
    table = list_conflicts(visible, parse_page(query, format_), kinds=query.get("kind", ()))
    return answer_table(request, table, format_)


def read_path(request: HttpRequest) -> HttpResponse:
    visible = visible_to(request)
    query = check_request(request, "GetOwnersOfPath").query
    return answer_with_etag(request, find_owners_of_path(query["repo"], query["path"], visible))


def resolve_all(request: HttpRequest) -> HttpResponse:
    visible = visible_to(request)
    checked = check_request(request, "Resolve")
    refs, paths = parse_resolve(checked.body)
    format_ = parse_format(checked.query, request.headers.get("Accept", ""))
    return answer_table(request, resolve(refs, paths, visible), format_)


def read_description(request: HttpRequest) -> HttpResponse:
    require(request)
    return answer_description(request, DESCRIPTION)


def read_page(request: HttpRequest) -> HttpResponse:
    require(request)
    return answer_description_page(request, DESCRIPTION)
