"""What stands around the rows of the catalog page: column heads, orders, the filters in use. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.choices import FilterChoices
from portal.question import ALL_KINDS, SORT_KEYS, Question

ORDER_WORDS = {
    "name": ("Name", "Name, backwards"),
    "owner": ("Owner", "Owner, backwards"),
    "type": ("Type", "Type, backwards"),
    "lifecycle": ("Lifecycle", "Lifecycle, backwards"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """``url`` sorts by it, or is empty; ``direction`` is what it is sorted in, as ARIA has it."""

    name: str
    label: str
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Active:
    """A filter in use, and the address of the page without it."""

    label: str
    value: str
    url: str


def list_columns(question: Question, filters: Sequence[FilterChoices]) -> list[Column]:
    """Name, and whatever entities of this kind can have."""
    columns = [_column("name", "Name", question)]
    if question.kind == ALL_KINDS:
        columns.append(Column("kind", "Kind", "", ""))
    return columns + [_column(entry.filter.name, entry.filter.label, question) for entry in filters]


def _column(name: str, label: str, question: Question) -> Column:
    if name not in SORT_KEYS:
        return Column(name, f"{label}s", "", "")
    direction = "" if question.sort_name != name else "descending" if question.sort.startswith("-") else "ascending"
    return Column(name, label, question.with_sort(name).url(), direction)


def list_orders(question: Question, filters: Sequence[FilterChoices]) -> list[tuple[str, str, bool]]:
    """(value, words, is chosen) of each order that makes sense for this kind."""
    names = ["name", *(entry.filter.name for entry in filters if entry.filter.name in SORT_KEYS)]
    if question.sort_name not in names:
        names.append(question.sort_name)
    pairs = [(prefix + name, ORDER_WORDS[name][prefix == "-"]) for name in names for prefix in ("", "-")]
    return [(value, words, value == question.sort) for value, words in pairs]


def list_active(question: Question, filters: Sequence[FilterChoices]) -> list[Active]:
    active = [Active("Search", question.text, question.without_text().url())] if question.text else []
    for entry in filters:
        for choice in entry.choices:
            if choice.is_chosen:
                url = question.with_filter(entry.filter.name, "").url()
                active.append(Active(entry.filter.label, choice.label, url))
    return active
