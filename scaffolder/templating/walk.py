"""Every node of a tree."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from typing import Any, cast

from scaffolder.templating.nodes import Arguments, Node, Signature


@cache
def field_names(kind: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cast(type[Node], kind)))


def descendants(roots: Iterable[Any]) -> Iterator[Node]:
    """The nodes of these trees, roots included, in no particular order."""
    pending = list(roots)
    while pending:
        item = pending.pop()
        if isinstance(item, list | tuple):
            pending.extend(item)
        elif isinstance(item, Node | Arguments | Signature):
            if isinstance(item, Node):
                yield item
            pending.extend(getattr(item, name) for name in field_names(type(item)))
