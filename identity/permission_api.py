"""
``POST /api/permission/authorize``: may the caller do this?

A user hears yes or no. The conditions of a policy are told to nobody, as they tell what is in places that he cannot see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from catalog.api.permissions import judge_entities
from catalog.permission_rules import ENTITY
from common.api import zod
from common.api.answers import answer_with_etag
from common.api.conditions import Judge
from common.api.json_body import read_json_body
from common.errors import InputError, NotAllowedError
from common.identity import Identity, identity_of
from common.json_response import json_response
from common.permissions import ALLOW, DENY, Permission, policy
from identity.settings import identity_settings
from scaffolder.permission_rules import TASK
from scaffolder.tasks.read import judge_tasks

MAX_ITEMS = 1_000
MAX_REFS = 10_000
NEEDS_REF = (
    "Resource permissions require a resourceRef to be set. Direct user requests without a resourceRef are not allowed."
)

_ATTRIBUTES = zod.record({"action": zod.optional(zod.union(*map(zod.literal, ("create", "read", "update", "delete"))))})
_BASIC = zod.record({"type": zod.literal("basic"), "name": zod.text, "attributes": _ATTRIBUTES})
_RESOURCE = zod.record(
    {"type": zod.literal("resource"), "name": zod.text, "attributes": _ATTRIBUTES, "resourceType": zod.text}
)
_REFS = zod.optional(zod.union(zod.text, zod.array(zod.text, at_least=1, at_most=MAX_REFS)))
REQUEST = zod.record(
    {
        "items": zod.array(
            zod.union(
                zod.record({"id": zod.text, "resourceRef": zod.nothing, "permission": _BASIC}),
                zod.record({"id": zod.text, "resourceRef": _REFS, "permission": _RESOURCE}),
            ),
            at_most=MAX_ITEMS,
        )
    }
)
# What has no refs is for the scaffolder alone to judge.
JUDGES: Mapping[str, Judge] = {ENTITY: judge_entities, TASK: judge_tasks}


def read_health(request: HttpRequest) -> HttpResponse:
    return json_response({"status": "ok"})


def authorize(request: HttpRequest) -> HttpResponse:
    identity = identity_of(request)
    if identity.kind == "service":
        # As in Backstage: what a service may do stands in its token's restrictions, and it asks nobody.
        raise NotAllowedError("This endpoint does not allow 'service' credentials")
    body = read_json_body(request)
    zod.ensure_shape(body, REQUEST)
    items = body["items"]
    is_open = identity.kind == "none" and identity_settings().is_open
    if not is_open and any(_lacks_ref(item) for item in items):
        raise InputError(NEEDS_REF)
    if sum(len(item.get("resourceRef", ())) for item in items if isinstance(item.get("resourceRef"), list)) > MAX_REFS:
        raise InputError(f"Too many resourceRefs, at most {MAX_REFS} are allowed")
    return answer_with_etag(request, {"items": [_answer(identity, item) for item in items]})


def _lacks_ref(item: Mapping[str, Any]) -> bool:
    return item["permission"]["type"] == "resource" and "resourceRef" not in item


def _answer(identity: Identity, item: Mapping[str, Any]) -> dict[str, Any]:
    permission = _read_permission(item["permission"])
    decision = policy().decide(identity, permission)
    if decision in (ALLOW, DENY):
        return {"id": item["id"], "result": decision}
    if _lacks_ref(item):
        raise InputError(NEEDS_REF)
    refs = item["resourceRef"]
    judge = JUDGES.get(permission.resource_type or "")
    listed = refs if isinstance(refs, list) else [refs]
    holds = judge(decision, listed) if judge else [False] * len(listed)
    results = [ALLOW if is_true else DENY for is_true in holds]
    return {"id": item["id"], "result": results if isinstance(refs, list) else results[0]}


def _read_permission(given: Mapping[str, Any]) -> Permission:
    resource_type = given["resourceType"] if given["type"] == "resource" else None
    return Permission(given["name"], given["attributes"].get("action"), resource_type)
