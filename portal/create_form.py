"""``/create/<namespace>/<name>``: a template's form, page by page, until a task is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from catalog.entity_ref import EntityRef
from catalog.queries.predicate import Predicate
from common.errors import CallboardError, NotFoundError
from portal.begin_task import begin_task
from portal.form.field import Field, walk_all, with_errors, with_focus
from portal.form.filled import FilledForm
from portal.form.review import review_form
from portal.form.schema import Json, record
from portal.form.typed import Typed
from portal.form.wizard import Turn, edit_lists, read_page_number, take_turn
from portal.page import entity_url, form_url, render_page
from portal.root import at as page_at
from portal.suggestions import suggest_entities, with_suggestions
from portal.template_form import TemplateForm
from portal.words import short_name, short_ref
from scaffolder.api.access import CREATE_TASKS, require, visible_entities

MAX_GIVEN = 100_000
REVIEW = "Review"


@dataclass(frozen=True, slots=True)
class StepLink:
    number: int
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Problem:
    id: str
    label: str
    message: str


@require_http_methods(["GET", "HEAD", "POST"])
def show_form(request: HttpRequest, namespace: str, name: str) -> HttpResponse:
    visible = visible_entities(request)
    require(request, CREATE_TASKS)
    ref = EntityRef("template", namespace, name)
    try:
        template = TemplateForm.find(request, ref)
    except NotFoundError:
        return render_page(request, "missing.html", {"ref": short_ref(str(ref))[:200]}, status=404)
    if request.method == "POST":
        return answer_form(request, template, visible)
    form = template.fill(Typed(), read_given(request.GET.get("formData", "")))
    return render_form(request, template, form, Turn(0), Typed(), visible)


def answer_form(request: HttpRequest, template: TemplateForm, visible: Predicate | None) -> HttpResponse:
    """Another page of the form, or the task that was made of it."""
    go = request.POST.get("go", "")
    typed = edit_lists(Typed.read(request.POST.lists()), go)
    form = template.fill(typed)
    at = read_page_number(request.POST.get("page", ""))
    turn = take_turn(form, typed, at=at, go=go, check=template.check)
    if turn.is_done:
        try:
            return HttpResponseRedirect(page_at(f"/tasks/{begin_task(request, template, form)}"), status=303)
        except CallboardError as error:
            turn.faults.elsewhere.append(error.message)
    return render_form(request, template, form, turn, typed, visible)


def render_form(
    request: HttpRequest,
    template: TemplateForm,
    form: FilledForm,
    turn: Turn,
    typed: Typed,
    visible: Predicate | None,
) -> HttpResponse:
    """One page of it, with all that was typed into the others in hidden inputs."""
    is_review = turn.page >= len(form.pages)
    page = None if is_review else form.pages[turn.page]
    fields = with_errors(page.fields, turn.faults.by_name) if page else ()
    fields = with_focus(fields, find_focus(fields))
    shown = set(page.names()) if page else set()
    context: dict[str, Any] = {
        "section": "create",
        "title": template.title,
        "description": template.description,
        "template_name": short_name(str(template.ref)),
        "template_url": entity_url(str(template.ref)),
        "action": form_url(str(template.ref)),
        "labels": template.labels,
        "number": turn.page,
        "steps": list_step_links(form, turn.page),
        "is_review": is_review,
        "is_last": turn.page == len(form.pages) - 1,
        "note": turn.note,
        "problems": [Problem(found.id, found.label, message) for found in walk_all(fields) for message in found.errors],
        "elsewhere": turn.faults.elsewhere,
        "review": review_form(form) if is_review else (),
        "page_title": page.title if page else "",
        "page_help": page.help if page else "",
        "fields": with_suggestions(fields, partial(suggest_entities, visible=visible)),
        "carried": list(carry(typed, shown)),
    }
    return render_page(request, "form.html", context, script="form.js")


def find_focus(fields: Sequence[Field]) -> str:
    """The name of the first field with a fault, else of the first that its author wants it for."""
    found = list(walk_all(fields))
    first = [field.name for field in found if field.errors] + [field.name for field in found if field.has_autofocus]
    return first[0] if first else ""


def list_step_links(form: FilledForm, at: int) -> list[StepLink]:
    titles = [page.title for page in form.pages] + [REVIEW]
    states = ["done" if number < at else "current" if number == at else "ahead" for number in range(len(titles))]
    return [StepLink(number, title, state) for number, (title, state) in enumerate(zip(titles, states, strict=True))]


def carry(typed: Typed, shown: set[str]) -> Iterator[tuple[str, str]]:
    """What was typed elsewhere, also into fields that are not there for now: they may come back."""
    for name, contents in typed.inputs.items():
        if name not in shown:
            for content in contents:
                yield name, content


def read_given(text: str) -> dict[str, Json]:
    """Values to begin with, as JSON. What is none is not there."""
    try:
        return record(orjson.loads(text)) if text and len(text) <= MAX_GIVEN else {}
    except orjson.JSONDecodeError:
        return {}
