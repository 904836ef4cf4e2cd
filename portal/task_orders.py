"""What a person may tell a task: to end, or to run again."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from common.errors import CallboardError, NotFoundError
from common.identity import identity_of
from portal.form.field import secrets_of
from portal.form.schema import record
from portal.form.typed import Typed
from portal.root import at
from portal.task_page import render_task, show_missing_task
from portal.task_secrets import explain_missing, find_template_of, wanted_secrets
from scaffolder.api import access
from scaffolder.api.caller import secrets_of as with_token
from scaffolder.bell import ring_for_tasks
from scaffolder.tasks.cancel import cancel_task
from scaffolder.tasks.retry import retry_task


@require_POST
def order_cancel(request: HttpRequest, task_id: str) -> HttpResponse:
    try:
        cancel_task(access.get_allowed_task(request, task_id, access.CANCEL_TASKS, access.READ_TASKS).id)
    except NotFoundError:
        return show_missing_task(request, task_id)
    return HttpResponseRedirect(at(f"/tasks/{task_id}"), status=303)


@require_POST
def order_retry(request: HttpRequest, task_id: str) -> HttpResponse:
    """With the secrets that it needs, as they are typed in anew."""
    try:
        task = access.get_allowed_task(request, task_id, access.CREATE_TASKS, access.READ_TASKS)
    except NotFoundError:
        return show_missing_task(request, task_id)
    template = find_template_of(request, task)
    typed = Typed.read(request.POST.lists())
    fields = wanted_secrets(template, record(orjson.loads(task.spec)), typed)
    try:
        if problem := explain_missing(template, fields):
            return render_task(request, task, status=400, problem=problem)
        retry_task(task_id, with_token(request, secrets_of(fields)), identity=identity_of(request))
    except CallboardError as error:
        return render_task(request, task, status=error.status, problem=error.message)
    ring_for_tasks()
    return HttpResponseRedirect(at(f"/tasks/{task_id}"), status=303)
