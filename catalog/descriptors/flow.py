"""Nodes in flow style: scalars on one or several lines, aliases, ``[sequences]`` and ``{mappings}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.descriptors.cursor import Anchored, Cursor
from catalog.descriptors.faults import YamlFault
from catalog.descriptors.flow_scalars import read_plain, read_quoted
from catalog.descriptors.keys import KeyRing
from catalog.descriptors.properties import (
    NAME,
    Properties,
    close_anchor,
    open_anchor,
    read_alias,
    read_properties,
    require_collection_tag,
    resolve,
)

_MAX_KEY = 1024
_BLOCK_FAULT = "Block collections are not allowed within flow collections"


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow collection that is being read, and how far its lines are indented."""

    is_map: bool
    min_indent: int
    is_outermost: bool
    is_document: bool

    @property
    def name(self) -> str:
        """As messages call it."""
        return "flow map" if self.is_map else "flow sequence"

    @property
    def closing(self) -> str:
        """The bracket that ends it."""
        return "}" if self.is_map else "]"

    def unclosed(self, pos: int) -> YamlFault:
        """The fault of a missing end, or of a line that stands too far left."""
        where = " " if self.is_document else " in block collection must be sufficiently indented and "
        must = "must " if self.is_document else ""
        return YamlFault(f"{self.name.capitalize()}{where}{must}end with a {self.closing}", pos)


def read_node(cursor: Cursor, min_indent: int, properties: Properties | None, *, flow: Frame | None = None) -> Any:
    """One node, whose later lines are indented by ``min_indent``. Leaves the cursor right behind it."""
    start, nodes = cursor.pos, cursor.budget.nodes
    if cursor.peek() == "*":
        if properties:
            raise YamlFault("An alias node must not specify any properties", start, cursor.match(NAME))
        return read_alias(cursor)
    is_named = open_anchor(cursor, properties)
    value = _read_unnamed(cursor, min_indent, properties, flow)
    if is_named:
        close_anchor(cursor, value, nodes)
    return value


def _read_unnamed(cursor: Cursor, min_indent: int, properties: Properties | None, flow: Frame | None) -> Any:
    char, start = cursor.peek(), cursor.pos
    if char in ("[", "{"):
        require_collection_tag(properties)
        return _read_collection(cursor, min_indent, flow)
    if char in ("'", '"'):
        return resolve(read_quoted(cursor, min_indent), start, is_plain=False, properties=properties)
    text = read_plain(cursor, min_indent, in_flow=flow is not None)
    return resolve(text, start, is_plain=True, properties=properties)


def empty_node(cursor: Cursor, properties: Properties | None) -> Any:
    """A node that is not there: null, or what its tag makes of an empty text."""
    value = resolve("", cursor.pos, is_plain=True, properties=properties)
    if properties and properties.anchor is not None:
        cursor.anchors[properties.anchor] = Anchored(value, 0, 0)
    return value


def _read_collection(cursor: Cursor, min_indent: int, around: Frame | None) -> dict[str, Any] | list[Any]:
    cursor.budget.enter()
    frame = Frame(cursor.peek() == "{", min_indent, around is None, cursor.budget.depth == 1)
    cursor.pos += 1
    value = _read_map(cursor, frame) if frame.is_map else _read_sequence(cursor, frame)
    cursor.pos += 1
    cursor.budget.leave()
    return value


def _read_map(cursor: Cursor, frame: Frame) -> dict[str, Any]:
    ring = KeyRing()
    while _at_item(cursor, frame):
        start, key, is_scalar = _read_item(cursor, frame)
        value = _read_value(cursor, frame)
        ring.claim(key, is_scalar=is_scalar, pos=start)
        ring.put(key, value)
        _skip_comma(cursor, frame)
    return ring.items


def _read_sequence(cursor: Cursor, frame: Frame) -> list[Any]:
    items: list[Any] = []
    while _at_item(cursor, frame):
        cursor.budget.spend(1)
        start, is_explicit = cursor.pos, _is_indicator(cursor, "?")
        _, item, _ = _read_item(cursor, frame)
        if is_explicit or cursor.peek() == ":":
            _require_one_line(cursor, start, is_explicit=is_explicit)
            item = _read_single_pair(cursor, frame, item)
        items.append(item)
        _skip_comma(cursor, frame)
    return items


def _require_one_line(cursor: Cursor, start: int, *, is_explicit: bool) -> None:
    if is_explicit:
        return
    if "\n" in cursor.text[start : cursor.pos]:
        raise YamlFault("Implicit keys of flow sequence pairs need to be on a single line", start)
    if cursor.pos - start > _MAX_KEY:
        raise YamlFault(
            "The : indicator must be at most 1024 chars after the start of an implicit flow sequence key", cursor.pos
        )


def _read_single_pair(cursor: Cursor, frame: Frame, key: Any) -> dict[str, Any]:
    """``[key: value]`` is a sequence of one mapping."""
    cursor.budget.enter()
    ring = KeyRing()
    ring.put(key, _read_value(cursor, frame))
    cursor.budget.leave()
    return ring.items


def _at_item(cursor: Cursor, frame: Frame) -> bool:
    """Go to the next item. False at the closing bracket."""
    _skip_gap(cursor, frame)
    char = cursor.peek()
    if char in ("]", "}"):
        if char != frame.closing:
            raise frame.unclosed(cursor.pos)
        return False
    if char == ",":
        raise YamlFault(f"Unexpected , in {frame.name}", cursor.pos)
    return True


def _read_item(cursor: Cursor, frame: Frame) -> tuple[int, Any, bool]:
    """A key, or an item: where it begins, its value, whether it is a scalar. Leaves the cursor at the next token."""
    if _is_indicator(cursor, "?"):
        cursor.pos += 1
        _skip_gap(cursor, frame)
    properties = _read_properties(cursor, frame)
    start, char = cursor.pos, cursor.peek()
    if char in (",", "]", "}") or _is_indicator(cursor, ":"):
        return start, empty_node(cursor, properties), True
    if _is_indicator(cursor, "-"):
        raise YamlFault(_BLOCK_FAULT, start, start + 2)
    value = read_node(cursor, frame.min_indent, properties, flow=frame)
    _skip_gap(cursor, frame)
    if cursor.peek() == ":" and not (char in "'\"[{" or _is_indicator(cursor, ":")):
        raise YamlFault(f"Missing , or : between {frame.name} items", cursor.pos)
    return start, value, char not in "[{*"


def _read_properties(cursor: Cursor, frame: Frame) -> Properties | None:
    if cursor.peek() not in ("&", "!"):
        return None
    properties = read_properties(cursor)
    _skip_gap(cursor, frame)
    return properties


def _is_indicator(cursor: Cursor, char: str) -> bool:
    if cursor.peek() != char:
        return False
    return cursor.is_gap(cursor.pos + 1) or cursor.text[cursor.pos + 1] in ",[]{}"


def _read_value(cursor: Cursor, frame: Frame) -> Any:
    """The value behind a key, null if there is none. Leaves the cursor at the next token."""
    cursor.budget.spend(1)
    if cursor.peek() != ":":
        return None
    cursor.pos += 1
    _skip_gap(cursor, frame)
    properties = _read_properties(cursor, frame)
    if cursor.peek() in (",", "]", "}"):
        return empty_node(cursor, properties)
    start = cursor.pos
    if _is_indicator(cursor, "-"):
        raise YamlFault(_BLOCK_FAULT, start, start + 2)
    value = read_node(cursor, frame.min_indent, properties, flow=frame)
    end = cursor.pos
    _skip_gap(cursor, frame)
    if cursor.peek() == ":":
        raise _key_in_value(cursor, start, end)
    return value


def _key_in_value(cursor: Cursor, start: int, end: int) -> YamlFault:
    """``{a: b c: d}``: a comma is missing, and Backstage says it like this."""
    if "\n" in cursor.text[start:end]:
        return YamlFault("Implicit keys need to be on a single line", start, end)
    return YamlFault(_BLOCK_FAULT, start, cursor.pos + 1)


def _skip_comma(cursor: Cursor, frame: Frame) -> None:
    if cursor.peek() == ",":
        cursor.pos += 1
    elif cursor.peek() not in ("]", "}"):
        raise YamlFault(f"Missing , or : between {frame.name} items", cursor.pos)


def _skip_gap(cursor: Cursor, frame: Frame) -> None:
    """Go past blanks, line breaks and comments. Each new line has to be indented enough."""
    cursor.skip_blanks()
    while cursor.is_line_end():
        if (newline := cursor.line_end()) >= cursor.end:
            raise frame.unclosed(cursor.end)
        cursor.pos = newline + 1
        cursor.skip_empty_lines()
        cursor.skip_blanks()
        if not cursor.is_line_end():
            _require_indent(cursor, frame)


def _require_indent(cursor: Cursor, frame: Frame) -> None:
    line = cursor.text[cursor.line_start : cursor.pos]
    indent = len(line) - len(line.lstrip(" "))
    if indent >= frame.min_indent:
        return
    # Many people write the closing bracket right below the key.
    is_closing = cursor.peek() in ("]", "}") and frame.is_outermost and indent == frame.min_indent - 1
    if not is_closing:
        raise frame.unclosed(cursor.pos)
