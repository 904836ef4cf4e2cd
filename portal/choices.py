"""The kinds and the filters of the catalog page, each value with how many entities it leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.queries.facets import count_facets
from catalog.queries.predicate import Predicate
from portal.question import ALL_KINDS, FILTERS, Filter, Question
from portal.words import kind_words, short_name

MAX_CHOICES = 200
KIND_ORDER = ("component", "api", "resource", "system", "domain", "group", "user", "template", "airesource", "location")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a filter: what is sent, what is read, how many entities it leaves."""

    value: str
    label: str
    count: int
    is_chosen: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """``left_out``: how many more values there are than a list of choices can hold."""

    filter: Filter
    choices: list[Choice]
    left_out: int


def list_kinds(question: Question, visible: Predicate | None) -> list[Choice]:
    """The known ones first, then whatever else there is, then all together. One index question."""
    counts = _by_lower_case(count_facets(["kind"], visible=visible)["kind"])
    if not counts:
        return []
    known = [kind for kind in KIND_ORDER if kind in counts]
    kinds = known + sorted(counts.keys() - set(known))
    is_known = question.kind in (*kinds, ALL_KINDS)
    chosen = question.kind if is_known else kinds[0]
    choices = [
        Choice(kind, kind_words(kind), counts[kind][1], kind == chosen, question.with_kind(kind).url())
        for kind in kinds
    ]
    everything = question.with_kind(ALL_KINDS).url()
    total = sum(choice.count for choice in choices)
    return [*choices, Choice(ALL_KINDS, "All", total, chosen == ALL_KINDS, everything)]


def list_filters(question: Question, visible: Predicate | None) -> list[FilterChoices]:
    """
    The filters that this kind has values for. A filter's counts heed all others, but not itself and not the text.

    One index question, and one more for each filter in use.
    """
    unused = [item.key for item in FILTERS if item.name not in question.filters]
    counts = count_facets(unused, predicate=question.predicate(), visible=visible)
    for item in FILTERS:
        if item.name in question.filters:
            others = question.predicate(without=item.name)
            counts |= count_facets([item.key], predicate=others, visible=visible)
    found = [_choices_of(item, counts[item.key], question.filters.get(item.name, "")) for item in FILTERS]
    return [entry for entry in found if entry.choices]


def _choices_of(item: Filter, counts: Iterable[tuple[str, int]], asked: str) -> FilterChoices:
    merged = _by_lower_case(counts)
    chosen = asked.lower()
    if chosen and chosen not in merged:
        merged[chosen] = (asked, 0)  # so that the form does not lose it
    most = sorted(merged, key=lambda value: (value != chosen, -merged[value][1], value))[:MAX_CHOICES]
    choices = [
        Choice(merged[value][0], _label(item, merged[value][0]), merged[value][1], value == chosen) for value in most
    ]
    return FilterChoices(item, sorted(choices, key=lambda choice: choice.label.lower()), len(merged) - len(most))


def _label(item: Filter, value: str) -> str:
    if item.name != "owner":
        return value
    return short_name(value) if value.startswith("group:") else value.replace(":default/", ":")


def _by_lower_case(counts: Iterable[tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """Lower-cased value: its commonest spelling, and how many have any of its spellings."""
    totals: Counter[str] = Counter()
    spellings: dict[str, str] = {}
    for value, count in sorted(counts, key=lambda pair: (-pair[1], pair[0])):
        totals[value.lower()] += count
        spellings.setdefault(value.lower(), value)
    return {value: (spellings[value], count) for value, count in totals.items()}
