"""A task from a form that was filled in. Whoever calls it has checked the form."""

from __future__ import annotations

from django.http import HttpRequest

from common.identity import identity_of
from portal.form.filled import FilledForm
from portal.template_form import TemplateForm
from scaffolder.api.caller import secrets_of, task_user
from scaffolder.bell import ring_for_tasks
from scaffolder.tasks.create import NewTask, create_task
from scaffolder.templates.task_spec import build_task_spec, build_template_info


def begin_task(request: HttpRequest, template: TemplateForm, form: FilledForm) -> str:
    """The task's id. Raises InputError if the template's location is none."""
    user = task_user(request)
    info = build_template_info(template.ref, template.entity)
    spec = build_task_spec(template.entity, values=form.values, user=user, template_info=info)
    secrets = secrets_of(request, form.secrets)
    task = create_task(NewTask(spec, user.ref or "", identity_of(request), secrets))
    ring_for_tasks()
    return task.id
