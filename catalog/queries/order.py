"""What a client may order by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OrderField:
    """A searchable key and a direction. No direction means ascending, but cannot be written into a cursor."""

    field: str
    order: Literal["asc", "desc"] | None = None
