"""Where does an entity name another owner than CODEOWNERS does?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyroaring import BitMap

from catalog.queries.predicate import Predicate
from ownership.closure import OWNED_BY
from ownership.files.book import KnownFile, book
from ownership.owner_refs import OwnerRefs
from ownership.questions.stewards import refs_of, stewards_of
from ownership.questions.table import PageRequest, Table
from ownership.questions.walk import Row, walk
from ownership.scope import OWNABLE, Scope, kind_of

COLUMNS = ("entityRef", "kind", "owners", "stewards", "unmapped", "file", "line", "pattern")


def list_conflicts(visible: Predicate | None, page: PageRequest, *, kinds: Sequence[str] = ()) -> Table:
    """
    Entities whose owners and stewards are known, and are not the same, nor one below the other.

    Not counted: that would take a look at all entities for each page. Two statements at most, and one for each 500
    entities that it looks through.
    """
    files = {repository: file for repository, file in book().find_all().items() if file.answers}
    wanted = [kind.lower() for kind in kinds] or OWNABLE

    def begin(scope: Scope) -> tuple[BitMap, Callable[[str, int], Row | None]]:
        refs = OwnerRefs(scope)
        numbers = scope.of_kinds(wanted) & scope.index.having(OWNED_BY) if files else BitMap()
        return numbers, lambda entity, number: _find_conflict(scope, entity, number, files, refs)

    rows, cursor = walk(visible, page, begin, is_sparse=True)
    return Table(COLUMNS, rows, {}, cursor)


def _find_conflict(
    scope: Scope, entity: str, number: int, files: Mapping[str, KnownFile], refs: OwnerRefs
) -> dict[str, Any] | None:
    stewards = stewards_of(scope, number, files, refs)
    owners, known = scope.owners_of(number), refs_of(stewards)
    if not known or any(_agree(scope, owner, steward) for owner in owners for steward in known):
        return None
    first = next(steward for steward in stewards if steward.ref)
    return {
        "entityRef": entity,
        "kind": kind_of(entity),
        "owners": owners,
        "stewards": known,
        "unmapped": [steward.owner for steward in stewards if not steward.ref],
        "file": first.file.url,
        "line": first.rule.line,
        "pattern": first.rule.pattern,
    }


def _agree(scope: Scope, owner: str, steward: str) -> bool:
    """Whether they are the same, or one is a member of the other, or stands below it."""
    if owner == steward:
        return True
    pairs = ((owner, steward), (steward, owner))
    return any(lower in scope.owned_by(upper, is_transitive=True).owners for upper, lower in pairs)
