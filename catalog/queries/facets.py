"""Facets: how often each value of a key occurs."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.queries.predicate import Predicate


def count_facets(
    facets: Sequence[str], *, predicate: Predicate | None = None, visible: Predicate | None = None
) -> dict[str, list[tuple[str, int]]]:
    """For each facet, in the caller's spelling: its values as they were written, and how many entities have them."""
    raise NotImplementedError
