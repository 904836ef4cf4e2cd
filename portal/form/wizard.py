"""Back and forth through the pages of a form. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from portal.form.faults import Faults
from portal.form.filled import FilledForm
from portal.form.typed import Typed

NEW_FIELDS = "What you chose asks for more: please go through this page again."
Check = Callable[[FilledForm], Faults]


@dataclass(frozen=True, slots=True)
class Turn:
    """Where to go: ``page`` counts from 0, and the one after the last is the review."""

    page: int
    faults: Faults = field(default_factory=Faults)
    note: str = ""
    is_done: bool = False


def edit_lists(typed: Typed, go: str) -> Typed:
    """``add:<list>`` and ``remove:<item>``; whatever else changes nothing."""
    verb, _, name = go.partition(":")
    edits = {"add": typed.with_item, "remove": typed.without_item}
    return edits[verb](name) if verb in edits and name.startswith("/") else typed


def take_turn(form: FilledForm, typed: Typed, *, at: int, go: str, check: Check) -> Turn:
    """``go`` is the button: ``next``, ``back``, ``page:<number>``, ``create``; any other stays on the page."""
    review = len(form.pages)
    at = min(max(at, 0), review)
    match go.partition(":"):
        case "back", _, _:
            return Turn(max(at - 1, 0))
        case "next", _, _ if at < review:
            return _go_on(form, typed, at, check)
        case "page", _, number:
            return Turn(min(read_page_number(number), review))
        case "create", _, _:
            return _finish(form, check)
        case _:
            return Turn(at)


def _go_on(form: FilledForm, typed: Typed, at: int, check: Check) -> Turn:
    page = form.pages[at]
    if any(name not in typed for name in page.names()):
        return Turn(at, note=NEW_FIELDS)
    faults = check(form).of_page(page)
    return Turn(at, faults) if faults else Turn(at + 1)


def _finish(form: FilledForm, check: Check) -> Turn:
    """To the first page with a fault, if there is any."""
    faults = check(form)
    for number, page in enumerate(form.pages):
        if of_page := faults.of_page(page):
            of_page.elsewhere = faults.elsewhere
            return Turn(number, of_page)
    return Turn(len(form.pages), faults, is_done=not faults)


def read_page_number(text: str) -> int:
    """What is no number is the first page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
