"""Every filter of the language by name, and how keyword arguments reach it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaffolder.templating.coercion import noted
from scaffolder.templating.filters import grouping, markup, scalars, selecting, sequences, texts
from scaffolder.templating.limits import Budget
from scaffolder.templating.scopes import Env
from scaffolder.templating.values import UNDEFINED, Value, ordered_record

FilterFunction = Callable[[Value, list[Value], Budget], Value]

# In the order in which a misspelt name is compared with them.
FILTERS: Final[dict[str, FilterFunction]] = {
    "abs": scalars.absolute,
    "batch": sequences.batch,
    "capitalize": texts.capitalize,
    "center": texts.center,
    "d": scalars.default,
    "default": scalars.default,
    "dictsort": grouping.dictsort,
    "dump": scalars.dump,
    "e": markup.escape,
    "escape": markup.escape,
    "first": sequences.first,
    "float": scalars.to_float,
    "forceescape": markup.force_escape,
    "groupby": grouping.groupby,
    "indent": texts.indent,
    "int": scalars.to_int,
    "join": sequences.join,
    "last": sequences.last,
    "length": sequences.length,
    "list": sequences.to_list,
    "lower": texts.to_lower,
    "nl2br": markup.nl2br,
    "random": sequences.random,
    "reject": selecting.reject,
    "rejectattr": selecting.rejectattr,
    "replace": texts.replace,
    "reverse": sequences.reverse,
    "round": scalars.rounded,
    "safe": markup.safe,
    "select": selecting.select,
    "selectattr": selecting.selectattr,
    "slice": sequences.slices,
    "sort": grouping.sort,
    "string": texts.to_string,
    "striptags": markup.striptags,
    "sum": sequences.total,
    "title": texts.title,
    "trim": texts.trim,
    "truncate": texts.truncate,
    "upper": texts.to_upper,
    "urlencode": markup.urlencode,
    "urlize": markup.urlize,
    "wordcount": texts.wordcount,
}
# These hand on elements of a list or record as they are, secret or not.
KEEPING_ELEMENTS: Final = frozenset(
    [
        "batch",
        "d",
        "default",
        "dictsort",
        "first",
        "groupby",
        "last",
        "list",
        "random",
        "reject",
        "rejectattr",
        "reverse",
        "select",
        "selectattr",
        "slice",
        "sort",
    ]
)
# Filters that take a keyword for one of their places; to all others keywords go as a record behind the rest.
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "int": ("default", "base"),
    "sort": ("reverse", "case_sensitive", "attribute"),
}


def ordered_arguments(name: str, positional: list[Value], keyword: dict[str, Value], env: Env) -> list[Value]:
    """The arguments in the order that the filter takes them."""
    places = PLACES.get(name)
    if places is not None:
        missing = places[len(positional) :]
        return [*positional[: len(places)], *(keyword.get(place, UNDEFINED) for place in missing)]
    if not keyword:
        return positional
    record = {key: noted(value, env.budget) for key, value in keyword.items()}
    return [*positional, ordered_record({**record, "__keywords": True})]
