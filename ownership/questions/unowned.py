"""What does nobody own?"""

from __future__ import annotations

from collections.abc import Sequence

from pyroaring import BitMap

from catalog.queries.predicate import Predicate
from ownership.closure import OWNED_BY
from ownership.files.book import book
from ownership.owner_refs import OwnerRefs
from ownership.questions.stewards import refs_of, stewards_of
from ownership.questions.table import PageRequest, Table, cut_page
from ownership.scope import OWNABLE, Scope, kind_of, open_scope

COLUMNS = ("entityRef", "kind", "inherited", "inheritedFrom", "stewards")


def list_unowned(
    visible: Predicate | None, page: PageRequest, *, kinds: Sequence[str] = (), leaves_out_inheriting: bool = False
) -> Table:
    """
    Entities that state no owner, with those whom they inherit and whom CODEOWNERS names.

    Of the kinds that can have an owner, unless others are asked for. Three statements at most.
    """
    files = book().find_all()
    with open_scope(visible) as scope:
        wanted = [kind.lower() for kind in kinds] or OWNABLE
        numbers = scope.of_kinds(wanted) - scope.index.having(OWNED_BY)
        if leaves_out_inheriting:
            numbers = _without_heirs(scope, numbers)
        refs = OwnerRefs(scope)
        found, cursor = cut_page(scope.page(numbers, page.after, page.most + 1), page.most, lambda row: row[0])
        rows = []
        for entity, number in found:
            inherited = scope.inherited_by(number)
            rows.append(
                {
                    "entityRef": entity,
                    "kind": kind_of(entity),
                    "inherited": list(dict.fromkeys(owner.owner for owner in inherited)),
                    "inheritedFrom": list(dict.fromkeys(owner.through[-1] for owner in inherited)),
                    "stewards": refs_of(stewards_of(scope, number, files, refs)),
                }
            )
    return Table(COLUMNS, rows, {"totalItems": len(numbers)}, cursor)


def _without_heirs(scope: Scope, numbers: BitMap) -> BitMap:
    return BitMap([number for number in numbers if not scope.inherited_by(number)])
