"""The doors to the permissions on tasks, actions and parts of templates, and the rules that these are made of."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from common.api.conditions import apply_conditions, describe, ensure_service
from common.api.json_body import read_json_body
from common.identity import identity_of
from scaffolder.access import PERMISSIONS
from scaffolder.permission_rules import ACTION, RULES, TASK, TEMPLATE
from scaffolder.tasks.read import judge_tasks

# Actions, and parts of templates, have no refs to ask by.
JUDGES = {TASK: judge_tasks, TEMPLATE: None, ACTION: None}


def read_metadata(request: HttpRequest) -> HttpResponse:
    return answer_with_etag(request, describe(PERMISSIONS, RULES))


def apply(request: HttpRequest) -> HttpResponse:
    ensure_service(identity_of(request))
    return answer_with_etag(request, apply_conditions(read_json_body(request), RULES, JUDGES))
