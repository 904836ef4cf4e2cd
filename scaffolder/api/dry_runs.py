"""The door to dry runs: a template that was sent along, run without any effect."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from common.errors import InputError
from common.identity import identity_of
from scaffolder.actions.action import TemplateInfo
from scaffolder.api import access
from scaffolder.api.caller import secrets_of, task_user
from scaffolder.api.request_check import check_request, refuse_deep
from scaffolder.api.tasks import answer_errors
from scaffolder.dry_run import DryRunRequest, DryRunResult, dry_run
from scaffolder.templates.given import check_given_template
from scaffolder.templates.parameters import find_secret_errors, find_value_errors
from scaffolder.templates.task_spec import build_dry_run_info, build_task_spec


def run(request: HttpRequest) -> HttpResponse:
    body = check_request(request, "DryRun").body
    refuse_deep(body)
    access.require(request, access.CREATE_TASKS, access.DRY_RUN_TEMPLATES)
    access.visible_entities(request)
    template = check_given_template(body["template"])
    values, secrets = body["values"], body.get("secrets", {})
    files = [_read_file(file, number) for number, file in enumerate(body["directoryContents"])]
    if errors := find_value_errors(values, template) or find_secret_errors(secrets, template):
        return answer_errors(request, errors)
    info = build_dry_run_info(template)
    spec = build_task_spec(template, values=values, user=task_user(request), template_info=info)
    result = dry_run(
        DryRunRequest(
            spec=spec,
            template_info=TemplateInfo(info["entityRef"], None, info["entity"]),
            directory_contents=files,
            secrets=secrets_of(request, secrets),
            identity=identity_of(request),
        )
    )
    return answer_with_etag(request, _result_json(result, spec["steps"]))


def _read_file(file: Mapping[str, Any], number: int) -> tuple[str, bytes]:
    where = f"request/body/directoryContents/{number}"
    for name in ("path", "base64Content"):
        if name not in file:
            raise InputError(f"{where} must have required property '{name}'")
    text = file["base64Content"]
    try:
        # As lenient as Node: characters that are not of the alphabet are passed over, and it may lack its padding.
        return file["path"], base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError) as error:
        raise InputError(f"{where}/base64Content is not base64: {error}") from None


def _result_json(result: DryRunResult, steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    files = [
        {
            "path": file.path,
            "executable": file.is_executable,
            "base64Content": base64.b64encode(file.content).decode(),
        }
        for file in result.files
    ]
    return {"log": result.log, "directoryContents": files, "output": result.output, "steps": steps}
