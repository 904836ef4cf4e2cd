"""The doors to notifications."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from common.api.doors import refuse_nul
from common.api.openapi_answers import answer_description, answer_description_page
from common.identity import ensure_allowed, identity_of
from comms.api.params import parse_choices, parse_filter, parse_new_notification, parse_order
from comms.api.request_check import DESCRIPTION, check_new_notification, check_request
from comms.callers import require_service, require_user
from comms.notifications.choices import save_choices, show_choices
from comms.notifications.read import count_notifications, get_notification, list_notifications, list_topics
from comms.notifications.send import send
from comms.notifications.update import update_notifications
from comms.settings import comms_settings

PLUGIN = "notifications"


def list_all(request: HttpRequest) -> HttpResponse:
    user = require_user(request, PLUGIN, "read")
    query = check_request(request, "ListNotifications").query
    found = list_notifications(
        user,
        parse_filter(query),
        order=parse_order(query.get("orderField", ())),
        offset=query.get("offset", 0),
        limit=query.get("limit"),
    )
    return answer_with_etag(request, found)


def read_one(request: HttpRequest, id_: str) -> HttpResponse:
    user = require_user(request, PLUGIN, "read")
    refuse_nul(id_)
    return answer_with_etag(request, get_notification(user, id_))


def read_status(request: HttpRequest) -> HttpResponse:
    return answer_with_etag(request, count_notifications(require_user(request, PLUGIN, "read")))


def read_topics(request: HttpRequest) -> HttpResponse:
    user = require_user(request, PLUGIN, "read")
    return answer_with_etag(
        request, {"topics": list_topics(user, parse_filter(check_request(request, "GetTopics").query))}
    )


def update(request: HttpRequest) -> HttpResponse:
    user = require_user(request, PLUGIN, "update")
    body = check_request(request, "UpdateNotifications").body
    refuse_nul(*body["ids"])
    changed = update_notifications(user, body["ids"], read=body.get("read"), saved=body.get("saved"))
    return answer_with_etag(request, changed)


def create(request: HttpRequest) -> HttpResponse:
    service = require_service(request, PLUGIN, "create")
    new = parse_new_notification(check_new_notification(request), origin=service)
    return answer_with_etag(request, send(new))


def read_settings(request: HttpRequest) -> HttpResponse:
    user = require_user(request, PLUGIN, "read")
    return answer_with_etag(request, show_choices(user, comms_settings().defaults))


def update_settings(request: HttpRequest) -> HttpResponse:
    user = require_user(request, PLUGIN, "update")
    save_choices(user, list(parse_choices(check_request(request, "UpdateSettings").body)))
    return answer_with_etag(request, show_choices(user, comms_settings().defaults))


def read_description(request: HttpRequest) -> HttpResponse:
    ensure_allowed(identity_of(request), PLUGIN, "read")
    return answer_description(request, DESCRIPTION)


def read_page(request: HttpRequest) -> HttpResponse:
    ensure_allowed(identity_of(request), PLUGIN, "read")
    return answer_description_page(request, DESCRIPTION)
