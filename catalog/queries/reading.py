"""Choosing in the index, then reading bodies from the database, as if both were one moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from catalog.index.follow import current_index
from catalog.index.index import CatalogIndex
from catalog.queries.bodies import Body, read_bodies
from catalog.queries.cuts import CUTS, cut_bodies
from catalog.queries.fields import Projection
from common.errors import ServiceUnavailableError

# Each round reads only what changed since the one before, so a second is rare and a third all but impossible.
MAX_ROUNDS = 10
NO_BODY: Body = (0, 0, b"")
TOO_RESTLESS = "The catalog changes faster than it can be read, please try again"


class Choice(Protocol):
    """What a query found in the index: the entities to show, in order; an entity may come more than once."""

    @property
    def numbers(self) -> Sequence[int]: ...


AnyChoice = TypeVar("AnyChoice", bound=Choice)


def read_chosen(
    choose: Callable[[CatalogIndex], AnyChoice], fields: Projection | None = None
) -> tuple[AnyChoice, list[bytes]]:
    """
    What ``choose`` finds, and the JSON texts of its entities, cut down to ``fields``.

    ``choose`` runs under the index's lock, and again if an entity was written before its text was read: nobody is
    shown what has just become hidden from him. Two statements if nothing changes meanwhile.
    """
    known: dict[int, Body] = {}
    for attempt in range(MAX_ROUNDS):
        index = current_index(may_be_old=attempt == 0)
        with index.lock:
            choice = choose(index)
            changes = [index.change_of[number] for number in choice.numbers]
        wanted = list(zip(choice.numbers, changes, strict=True))
        if attempt == 0:
            CUTS.follow(index)
            kept = CUTS.find(fields)
            known.update((number, kept[number]) for number in choice.numbers if number in kept)
        missing = [number for number, change_id in wanted if number not in known or known[number][1] != change_id]
        known.update((body[0], body) for body in cut_bodies(read_bodies(missing), fields))
        found = [known.get(number, NO_BODY) for number in choice.numbers]
        if [change_id for _, change_id, _ in found] == changes:
            return choice, [text for _, _, text in found]
    raise ServiceUnavailableError(TOO_RESTLESS)
