"""What does an owner own, and all who stand below him?"""

from __future__ import annotations

from collections.abc import Sequence

from catalog.queries.predicate import Predicate
from ownership.closure import canonical_owner
from ownership.questions.table import PageRequest, Table, cut_page
from ownership.scope import kind_of, open_scope

COLUMNS = ("entityRef", "kind", "owners")


def list_owned_by(
    owner: str, visible: Predicate | None, page: PageRequest, *, is_transitive: bool = False, kinds: Sequence[str] = ()
) -> Table:
    """
    By kind and name. The owner need not exist: who else would tell what those own that have gone?

    ``head`` counts by kind what there is, whatever the page; ``below`` is how many owners stand below this one.
    Raises InputError if it is no entity ref. One statement.
    """
    ref = canonical_owner(owner)
    with open_scope(visible) as scope:
        owned = scope.owned_by(ref, is_transitive=is_transitive)
        numbers = scope.cut(owned.numbers)
        counts = scope.index.count_values("kind", numbers)
        if kinds:
            numbers = numbers & scope.of_kinds([kind.lower() for kind in kinds])
        found, cursor = cut_page(scope.page(numbers, page.after, page.most + 1), page.most, lambda row: row[0])
        rows = [
            {
                "entityRef": entity,
                "kind": kind_of(entity),
                "owners": [owner for owner in scope.owners_of(number) if owner in owned.owners],
            }
            for entity, number in found
        ]
        head = {
            "owner": ref,
            "exists": scope.exists(ref),
            "below": len(owned.owners) - 1,
            "kinds": {kind.lower(): count for kind, count in counts},
            "totalItems": len(numbers),
        }
    return Table(COLUMNS, rows, head, cursor)
