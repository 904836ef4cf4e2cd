"""Where does an entity name another owner than CODEOWNERS does?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.queries.predicate import Predicate
from ownership.closure import OWNED_BY
from ownership.files.book import KnownFile, book
from ownership.owner_refs import OwnerRefs
from ownership.questions.stewards import refs_of, stewards_of
from ownership.questions.table import PageRequest, Table, encode_cursor
from ownership.scope import OWNABLE, Scope, kind_of, open_scope

COLUMNS = ("entityRef", "kind", "owners", "stewards", "unmapped", "file", "line", "pattern")
# Nobody else can use the index while so many are looked at.
AT_ONCE = 500


def list_conflicts(visible: Predicate | None, page: PageRequest, *, kinds: Sequence[str] = ()) -> Table:
    """
    Entities whose owners and stewards are known, and are not the same, nor one below the other.

    Not counted: that would take a look at all entities for each page. Two statements, and one more for each 500
    entities that it looks through.
    """
    files = {repository: file for repository, file in book().find_all().items() if file.answers}
    rows: list[dict[str, Any]] = []
    after: str | None = page.after
    while after is not None and files:
        with open_scope(visible) as scope:
            found, after = _look_through(scope, files, [kind.lower() for kind in kinds] or OWNABLE, after)
        rows += found
        if len(rows) > page.most:
            rows = rows[: page.most]
            return Table(COLUMNS, rows, {}, encode_cursor(rows[-1]["entityRef"]) if rows else None)
    return Table(COLUMNS, rows)


def _look_through(
    scope: Scope, files: Mapping[str, KnownFile], kinds: Sequence[str], after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """The conflicts among the next entities, and where to go on."""
    found = scope.page(scope.of_kinds(kinds) & scope.index.having(OWNED_BY), after, AT_ONCE)
    refs = OwnerRefs(scope)
    rows = [row for entity, number in found if (row := _find_conflict(scope, entity, number, files, refs))]
    return rows, found[-1][0] if len(found) == AT_ONCE else None


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
