"""What was filled in, to be looked over before a task is made of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.form.field import Field, Missing
from portal.form.filled import FilledForm
from portal.form.meaning import content_of

HIDDEN = "••••••"


@dataclass(frozen=True, slots=True)
class Answer:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ReviewedPage:
    number: int
    title: str
    answers: list[Answer]


def review_form(form: FilledForm) -> list[ReviewedPage]:
    """Secrets and what the author masks are dots."""
    return [ReviewedPage(number, page.title, list(_answers(page.fields))) for number, page in enumerate(form.pages)]


def _answers(fields: Iterable[Field], above: str = "") -> Iterator[Answer]:
    for field in fields:
        label = f"{above} / {field.label}" if above else field.label
        if not field.is_shown_in_review:
            continue
        if field.widget in ("group", "list"):
            yield from _answers(field.parts, label)
            continue
        if text := _text(field):
            yield Answer(label, text)
        yield from (Answer(part.label, HIDDEN) for part in field.parts if part.secret and part.content)


def _text(field: Field) -> str:
    if field.secret or field.mask:
        return HIDDEN if field.content else ""
    if field.widget == "checkbox":
        return "Yes" if field.value else "No"
    if field.choices:
        chosen = [choice.label for choice in field.choices if choice.is_chosen]
        return ", ".join(chosen) or content_of(field.value)
    if isinstance(field.value, list):
        return ", ".join(map(content_of, field.value))
    return "" if isinstance(field.value, Missing) else content_of(field.value)
