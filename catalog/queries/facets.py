"""Facets: how often each value of a key occurs."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.index.follow import current_index
from catalog.queries.evaluate import evaluate_all
from catalog.queries.predicate import Predicate
from common.errors import InputError

MAX_FACETS = 100


def count_facets(
    facets: Sequence[str], *, predicate: Predicate | None = None, visible: Predicate | None = None
) -> dict[str, list[tuple[str, int]]]:
    """
    For each facet, in the caller's spelling: its values as they were written, and how many entities have them.

    Raises InputError if there are too many facets.
    """
    if len(facets) > MAX_FACETS:
        raise InputError(f"Too many facets: {len(facets)}, at most {MAX_FACETS} are allowed")
    is_about_all = predicate is None and visible is None
    index = current_index()
    with index.lock:
        within = None if is_about_all else evaluate_all(index, predicate, visible)
        counts = {key: index.count_values(key, within) for key in {facet.lower() for facet in facets}}
    return {facet: counts[facet.lower()] for facet in facets}
