"""Every node of a tree."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scaffolder.templating.nodes import Arguments, Node, Signature

# What each kind of node is made of, found out when it is first met.
PARTS: Final[dict[type[Any], tuple[str, ...]]] = {}


def parts_of(kind: type[Any]) -> tuple[str, ...]:
    is_part = issubclass(kind, Node | Arguments | Signature)
    names = tuple(field.name for field in dataclasses.fields(kind) if field.name != "offset") if is_part else ()
    PARTS[kind] = names
    return names


def descendants(roots: Iterable[Any]) -> Iterator[Node]:
    """The nodes of these trees, roots included, in no particular order."""
    pending = list(roots)
    while pending:
        item = pending.pop()
        kind = type(item)
        if kind is list or kind is tuple:
            pending.extend(item)
            continue
        if isinstance(item, Node):
            yield item
        names = PARTS[kind] if kind in PARTS else parts_of(kind)
        pending.extend([getattr(item, name) for name in names])
