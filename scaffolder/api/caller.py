"""Who starts a task, and what he brings along."""

from __future__ import annotations

import re
from collections.abc import Mapping

import orjson
from django.http import HttpRequest

from catalog.queries.refs import get_by_refs
from common.identity import identity_of
from scaffolder.templates.task_spec import TaskUser

_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)


def task_user(request: HttpRequest) -> TaskUser:
    """Nobody, if the caller is a service or anybody."""
    identity = identity_of(request)
    if identity.kind != "user":
        return TaskUser()
    body = get_by_refs([identity.subject])[0]
    return TaskUser(identity.subject, None if body is None else orjson.loads(body))


def secrets_of(request: HttpRequest, given: Mapping[str, str]) -> dict[str, str]:
    """
    The secrets in the body, and a user's own token by the name under which templates know it.

    The token of a service is its operator's, and no business of whoever wrote the template.
    """
    bearer = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if bearer is None or identity_of(request).kind != "user":
        return dict(given)
    return {**given, "backstageToken": bearer[1]}
