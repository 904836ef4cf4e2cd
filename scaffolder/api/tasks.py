"""The doors to tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from catalog.entity_ref import EntityRef
from common.api.answers import answer_with_etag
from common.identity import identity_of
from scaffolder.api import access, event_stream
from scaffolder.api.caller import secrets_of, task_user
from scaffolder.api.request_check import check_request, refuse_deep
from scaffolder.api.task_params import parse_task_query
from scaffolder.bell import ring_for_tasks
from scaffolder.tasks.cancel import cancel_task
from scaffolder.tasks.create import NewTask, create_task
from scaffolder.tasks.read import list_tasks, task_json
from scaffolder.tasks.retry import retry_task
from scaffolder.templates.find import parse_template_ref
from scaffolder.templates.parameters import find_secret_errors, find_value_errors
from scaffolder.templates.task_spec import build_task_spec, build_template_info


def list_all(request: HttpRequest) -> HttpResponse:
    query = parse_task_query(check_request(request, "ListTasks").query)
    found, total = list_tasks(query, access.visible_tasks(request))
    return answer_with_etag(request, {"tasks": [task_json(task) for task in found], "totalTasks": total})


def create(request: HttpRequest) -> HttpResponse:
    body = check_request(request, "Scaffold").body
    refuse_deep(body)
    access.require(request, access.CREATE_TASKS)
    ref = parse_template_ref(body["templateRef"])
    template = access.find_shown_template(request, ref)
    values, secrets = body["values"], body.get("secrets", {})
    if errors := find_value_errors(values, template) or find_secret_errors(secrets, template):
        return answer_errors(request, errors)
    user = task_user(request)
    spec = build_task_spec(template, values=values, user=user, template_info=build_template_info(ref, template))
    new = NewTask(spec, user.ref or "", identity_of(request), secrets_of(request, secrets))
    task = create_task(new)
    ring_for_tasks()
    return answer_with_etag(request, {"id": task.id}, status=201)


def read(request: HttpRequest, task_id: str) -> HttpResponse:
    check_request(request, "GetTask")
    return answer_with_etag(request, task_json(access.get_allowed_task(request, task_id, access.READ_TASKS)))


def cancel(request: HttpRequest, task_id: str) -> HttpResponse:
    check_request(request, "CancelTask")
    task = access.get_allowed_task(request, task_id, access.CANCEL_TASKS, access.READ_TASKS)
    cancel_task(task.id)
    return answer_with_etag(request, {"status": "cancelled"})


def retry(request: HttpRequest, task_id: str) -> HttpResponse:
    secrets = check_request(request, "Retry").body.get("secrets", {})
    task = access.get_allowed_task(request, task_id, access.CREATE_TASKS, access.READ_TASKS)
    spec = orjson.loads(task.spec)
    if errors := _find_retry_errors(request, spec, secrets):
        return answer_errors(request, errors)
    retry_task(task_id, secrets_of(request, secrets), identity=identity_of(request))
    ring_for_tasks()
    return answer_with_etag(request, {"id": task_id}, status=201)


def _find_retry_errors(
    request: HttpRequest, spec: Mapping[str, Any], secrets: Mapping[str, str]
) -> list[dict[str, Any]]:
    """By the template as it is now. Raises NotFoundError if it has gone."""
    ref = spec["templateInfo"].get("entityRef")
    if not ref:
        return []
    template = access.find_shown_template(request, EntityRef.parse(ref))
    return find_secret_errors(secrets, template)


def poll_events(request: HttpRequest, task_id: str) -> HttpResponse:
    check_request(request, "StreamLogsPolling")
    return event_stream.poll_events(request, task_id)


def answer_errors(request: HttpRequest, errors: list[dict[str, Any]]) -> HttpResponse:
    """What a form shows beside its fields."""
    return answer_with_etag(request, {"errors": errors}, status=400)
