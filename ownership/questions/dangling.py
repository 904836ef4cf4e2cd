"""Which owners are named that do not exist?"""

from __future__ import annotations

from bisect import bisect_right

from catalog.queries.predicate import Predicate
from ownership.closure import OWNED_BY
from ownership.questions.table import PageRequest, Table, cut_page
from ownership.scope import open_scope

COLUMNS = ("ownerRef", "count", "entities")
SHOWN = 20


def list_dangling(visible: Predicate | None, page: PageRequest) -> Table:
    """
    By ref, with how many entities name them, and the first of those; the rest is what such an owner owns.

    To whoever may not see an owner he does not exist. One statement.
    """
    with open_scope(visible) as scope:
        named = dict.fromkeys(owner.lower() for owner, _ in scope.index.count_values(OWNED_BY, scope.seen))
        missing = sorted(owner for owner in named if not scope.exists(owner))
        start = bisect_right(missing, page.after)
        found, cursor = cut_page(missing[start : start + page.most + 1], page.most, str)
        rows = []
        for owner in found:
            numbers = scope.cut(scope.index.matching(OWNED_BY, [owner]))
            entities = [entity for entity, _ in scope.page(numbers, "", SHOWN)]
            rows.append({"ownerRef": owner, "count": len(numbers), "entities": entities})
    return Table(COLUMNS, rows, {"totalItems": len(missing)}, cursor)
