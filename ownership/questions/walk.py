"""Going through many entities, some at a time, so that nobody else waits long for the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pyroaring import BitMap

from catalog.queries.predicate import Predicate
from ownership.questions.table import PageRequest, encode_cursor
from ownership.scope import Scope, open_scope

AT_ONCE = 500

Row: TypeAlias = Mapping[str, Any]
# Gets the scope of a step, and gives what makes the row of an entity, by its ref and number; None for no row.
Begin: TypeAlias = Callable[[Scope], tuple[BitMap, Callable[[str, int], Row | None]]]


def walk(
    visible: Predicate | None, page: PageRequest, begin: Begin, *, is_sparse: bool = False
) -> tuple[list[Row], str | None]:
    """
    The rows of a page, by ref, and the cursor of the next. ``is_sparse``: most entities make no row.

    ``begin`` is called for each step, and says which entities there are. One statement for each step.
    """
    rows: list[Row] = []
    step = AT_ONCE if is_sparse else min(AT_ONCE, page.most + 1)
    after = page.after
    while True:
        with open_scope(visible) as scope:
            numbers, make_row = begin(scope)
            found = scope.page(numbers, after, step)
            rows += [row for entity, number in found if (row := make_row(entity, number))]
        if len(rows) > page.most:
            rows = rows[: page.most]
            return rows, encode_cursor(rows[-1]["entityRef"])
        if len(found) < step:
            return rows, None
        after = found[-1][0]
