"""The doors to what frontends keep for a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_empty, answer_with_etag
from common.api.json_body import read_json_body
from common.errors import InputError
from comms.callers import require_user
from comms.user_settings.store import delete_setting, get_setting, get_settings, set_setting

PLUGIN = "user-settings"


def read_one(request: HttpRequest, bucket: str, key: str) -> HttpResponse:
    user = require_user(request, PLUGIN, "read")
    return answer_with_etag(request, get_setting(user, bucket, key))


def read_many(request: HttpRequest) -> HttpResponse:
    user = require_user(request, PLUGIN, "read")
    return answer_with_etag(request, {"items": get_settings(user, parse_names(read_json_body(request)))})


def write(request: HttpRequest, bucket: str, key: str) -> HttpResponse:
    user = require_user(request, PLUGIN, "update")
    body = read_json_body(request)
    if not isinstance(body, dict) or "value" not in body:
        raise InputError('Missing required field "value"')
    return answer_with_etag(request, set_setting(user, bucket, key, body["value"]))


def delete(request: HttpRequest, bucket: str, key: str) -> HttpResponse:
    delete_setting(require_user(request, PLUGIN, "delete"), bucket, key)
    return answer_empty(204)


def parse_names(body: Any) -> list[tuple[str, str]]:
    """``{"items": [{"bucket", "key"}]}``. Raises InputError."""
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise InputError("request/body must have required property 'items', a list")
    for position, item in enumerate(items):
        if not (isinstance(item, dict) and isinstance(item.get("bucket"), str) and isinstance(item.get("key"), str)):
            raise InputError(f"request/body/items/{position} must have the properties 'bucket' and 'key', both texts")
    return [(item["bucket"], item["key"]) for item in items]
