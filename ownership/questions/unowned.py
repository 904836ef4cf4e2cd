"""What does nobody own?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyroaring import BitMap

from catalog.queries.predicate import Predicate
from ownership.closure import OWNED_BY
from ownership.files.book import book
from ownership.owner_refs import OwnerRefs
from ownership.questions.stewards import refs_of, stewards_of
from ownership.questions.table import PageRequest, Table
from ownership.questions.walk import Row, walk
from ownership.scope import OWNABLE, Scope, kind_of

COLUMNS = ("entityRef", "kind", "inherited", "inheritedFrom", "stewards")


def list_unowned(
    visible: Predicate | None, page: PageRequest, *, kinds: Sequence[str] = (), leaves_out_inheriting: bool = False
) -> Table:
    """
    Entities that state no owner, with those whom they inherit and whom CODEOWNERS names.

    Of the kinds that can have an owner, unless others are asked for. Two statements at most, and one for each 500
    entities.
    """
    files = book().find_all()
    wanted = [kind.lower() for kind in kinds] or OWNABLE
    head: dict[str, Any] = {}

    def begin(scope: Scope) -> tuple[BitMap, Callable[[str, int], Row | None]]:
        numbers = scope.of_kinds(wanted) - scope.index.having(OWNED_BY)
        refs = OwnerRefs(scope)
        if not head:
            heirs = sum(bool(scope.inherited_by(number)) for number in numbers) if leaves_out_inheriting else 0
            head["totalItems"] = len(numbers) - heirs

        def make_row(entity: str, number: int) -> Row | None:
            inherited = scope.inherited_by(number)
            if inherited and leaves_out_inheriting:
                return None
            return {
                "entityRef": entity,
                "kind": kind_of(entity),
                "inherited": list(dict.fromkeys(owner.owner for owner in inherited)),
                "inheritedFrom": list(dict.fromkeys(owner.through[-1] for owner in inherited)),
                "stewards": refs_of(stewards_of(scope, number, files, refs)),
            }

        return numbers, make_row

    rows, cursor = walk(visible, page, begin, is_sparse=leaves_out_inheriting)
    return Table(COLUMNS, rows, head, cursor)
