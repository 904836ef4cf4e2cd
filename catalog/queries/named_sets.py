"""
Sets of entities that other apps work out, for queries to filter by: their keys begin with ``callboard:``.

Nothing of an entity can be called so, since searchable keys begin with a field of the envelope.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from pyroaring import BitMap

from catalog.index.index import CatalogIndex

PREFIX = "callboard:"
# The entities that belong to one of the lower-cased values, under the index's lock. The bitmap is what the caller may
# see, None for everything: what is found must not depend on anything else.
NamedSet: TypeAlias = Callable[[CatalogIndex, Sequence[str], "BitMap | None"], BitMap]

_sets: dict[str, NamedSet] = {}


def add_named_set(key: str, find: NamedSet) -> None:
    """``key`` is lower-case and begins with the prefix. An app names its own when it starts. Twice is harmless."""
    if not key.startswith(PREFIX) or key != key.lower():
        raise ValueError(f"'{key}' does not begin with '{PREFIX}', or is not in lower case")
    _sets[key] = find


def find_in_named_set(key: str, values: Sequence[str], index: CatalogIndex, seen: BitMap | None) -> BitMap:
    """Nothing, if nobody has named such a set."""
    find = _sets.get(key)
    return BitMap() if find is None else find(index, values, seen)
