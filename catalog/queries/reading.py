"""Choosing in the index, then reading bodies from the database, as if both were one moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar

from catalog.index.follow import current_index
from catalog.index.index import CatalogIndex
from common.database import fetch_all, in_list
from common.errors import ServiceUnavailableError

# Each round reads only what changed since the one before, so a second is rare and a third all but impossible.
MAX_ROUNDS = 10
TOO_RESTLESS = "The catalog changes faster than it can be read, please try again"


class Choice(Protocol):
    """What a query found in the index: the entities to show, in order; an entity may come more than once."""

    @property
    def numbers(self) -> Sequence[int]: ...


AnyChoice = TypeVar("AnyChoice", bound=Choice)


def read_chosen(choose: Callable[[CatalogIndex], AnyChoice]) -> tuple[AnyChoice, list[bytes]]:
    """
    What ``choose`` finds, and the JSON texts of its entities.

    ``choose`` runs under the index's lock, and again if an entity was written before its text was read: nobody is
    shown what has just become hidden from him. Two statements if nothing changes meanwhile.
    """
    known: dict[int, tuple[int, bytes]] = {}
    for attempt in range(MAX_ROUNDS):
        index = current_index(may_be_old=attempt == 0)
        with index.lock:
            choice = choose(index)
            changes = {number: index.change_of[number] for number in choice.numbers}
        known.update(_read_bodies([number for number in changes if _change_of(number, known) != changes[number]]))
        if all(_change_of(number, known) == change for number, change in changes.items()):
            return choice, [known[number][1] for number in choice.numbers]
    raise ServiceUnavailableError(TOO_RESTLESS)


def _change_of(number: int, known: dict[int, tuple[int, bytes]]) -> int | None:
    return known[number][0] if number in known else None


def _read_bodies(numbers: Collection[int]) -> dict[int, tuple[int, bytes]]:
    """The change id and JSON text of each entity that there is. One statement; none for no entities."""
    if not numbers:
        return {}
    condition, parameter = in_list(numbers)
    sql = f"SELECT id, change_id, body FROM catalog_final_entity WHERE id {condition}"
    return {number: (change_id, body.encode()) for number, change_id, body in fetch_all(sql, [parameter])}
