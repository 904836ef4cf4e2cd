"""What does an owner own, and all who stand below him?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyroaring import BitMap

from catalog.queries.predicate import Predicate
from ownership.closure import canonical_owner
from ownership.questions.table import PageRequest, Table
from ownership.questions.walk import Row, walk
from ownership.scope import Scope, kind_of

COLUMNS = ("entityRef", "kind", "owners")


def list_owned_by(
    owner: str, visible: Predicate | None, page: PageRequest, *, is_transitive: bool = False, kinds: Sequence[str] = ()
) -> Table:
    """
    By kind and name. The owner need not exist: who else would tell what those own that have gone?

    ``head`` counts by kind what there is, whatever the page; ``below`` is how many owners stand below this one.
    Raises InputError if it is no entity ref. One statement for each 500 entities.
    """
    ref = canonical_owner(owner)
    wanted = [kind.lower() for kind in kinds]
    head: dict[str, Any] = {}

    def begin(scope: Scope) -> tuple[BitMap, Callable[[str, int], Row]]:
        owned = scope.owned_by(ref, is_transitive=is_transitive)
        numbers = everything = scope.cut(owned.numbers)
        if wanted:
            numbers = numbers & scope.of_kinds(wanted)
        if not head:
            counts = scope.index.count_values("kind", everything)
            head.update(
                owner=ref,
                exists=scope.exists(ref),
                below=len(owned.owners) - 1,
                kinds={kind.lower(): count for kind, count in counts},
                totalItems=len(numbers),
            )

        def make_row(entity: str, number: int) -> Row:
            owners = [owner for owner in scope.owners_of(number) if owner in owned.owners]
            return {"entityRef": entity, "kind": kind_of(entity), "owners": owners}

        return numbers, make_row

    rows, cursor = walk(visible, page, begin)
    return Table(COLUMNS, rows, head, cursor)
