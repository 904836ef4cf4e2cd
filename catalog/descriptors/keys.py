"""The keys of one mapping: texts as JavaScript makes them, each at most once."""

from __future__ import annotations

from typing import Any

from catalog.descriptors.faults import YamlFault
from catalog.descriptors.scalars import Scalar, key_text

_MAX_ONE_LINE = 80


class KeyRing:
    """A mapping as it is read. Two keys of equal value are a fault; ``1`` and ``"1"`` are not, and the later wins."""

    __slots__ = ("_seen", "items")

    def __init__(self) -> None:
        self.items: dict[str, Any] = {}
        self._seen: set[tuple[bool, Scalar]] = set()

    def claim(self, key: Any, *, is_scalar: bool, pos: int) -> None:
        """Take a key that begins at ``pos``. Raises YamlFault if an equal one is taken."""
        if not is_scalar:
            return
        # In Python True equals 1; for JavaScript's === it does not.
        identity = (isinstance(key, bool), key)
        if identity in self._seen:
            raise YamlFault("Map keys must be unique", pos)
        self._seen.add(identity)

    def put(self, key: Any, value: Any) -> None:
        """Set the value of a key."""
        self.items[_text(key)] = value


def _text(key: Any) -> str:
    return flow_text(key) if isinstance(key, (dict, list)) else key_text(key)


def flow_text(value: Any) -> str:
    """A collection as one line of YAML: what it becomes when it is used as a key, such as ``{{ name }}``."""
    if isinstance(value, dict):
        return _bracketed([_pair(key, item) for key, item in value.items()], "{", "}")
    if isinstance(value, list):
        return _bracketed([flow_text(item) for item in value], "[", "]")
    return "null" if value is None else key_text(value)


def _pair(key: str, item: Any) -> str:
    mark = "? " if key.startswith(("{ ", "[ ")) else ""
    return mark + key if item is None else f"{mark}{key}: {flow_text(item)}"


def _bracketed(parts: list[str], opening: str, closing: str) -> str:
    if not parts:
        return opening + closing
    if sum(map(len, parts)) + 3 * len(parts) + 1 > _MAX_ONE_LINE:
        return f"{opening}\n  " + ",\n  ".join(parts) + f"\n{closing}"
    return f"{opening} {', '.join(parts)} {closing}"
