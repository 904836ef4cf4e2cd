"""Checks a request against its operation in the description of notifications."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.http import HttpRequest

from common.api import request_check
from common.api.json_body import read_json_body
from common.api.openapi import ApiDescription
from common.api.schema_check import find_fault
from common.errors import InputError

DESCRIPTION = ApiDescription(Path(__file__).with_name("openapi.json"))
MAYBE_SINGLE = ("entityRef", "excludeEntityRef")

check_request = partial(request_check.check_request, DESCRIPTION)


def check_new_notification(request: HttpRequest) -> Any:
    """The body, with a list wherever there may be a list or a single text. Raises InputError."""
    body = read_json_body(request)
    recipients = body.get("recipients") if isinstance(body, dict) else None
    if isinstance(recipients, dict):
        for name in MAYBE_SINGLE:
            if isinstance(recipients.get(name), str):
                recipients[name] = [recipients[name]]
    schema = DESCRIPTION.operation("CreateNotifications").body or {}
    if fault := find_fault(body, schema, "request/body", DESCRIPTION):
        raise InputError(fault)
    return body
