"""What a provider of suggestions is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from common.errors import InputError
from integrations.registry import ScmIntegrations

# ``{"id": ..., "title"?: ...}`` each.
Suggestions = Iterable[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """``context`` is what the form knows already. ``transport`` takes the place of the network in tests."""

    resource: str
    token: str = field(repr=False)
    context: Mapping[str, str]
    integrations: ScmIntegrations
    transport: httpx.BaseTransport | None = None

    def need(self, *names: str, message: str) -> list[str]:
        """Those parts of the context. Raises InputError with the message if one is missing."""
        found = [self.context.get(name) or "" for name in names]
        if not all(found):
            raise InputError(message)
        return found

    def refuse(self) -> InputError:
        return InputError(f"Invalid resource: {self.resource}")


Provider = Callable[[Question], Suggestions]


def ids_of(items: Iterable[Any], key: str) -> Suggestions:
    """Items that lack it are passed over."""
    return [{"id": str(item[key])} for item in items if isinstance(item, Mapping) and item.get(key) is not None]
