"""Anchors and tags, and what they do to a node."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from catalog.descriptors.cursor import Anchored, Cursor
from catalog.descriptors.faults import YamlFault
from catalog.descriptors.scalars import resolve_plain, resolve_tagged

NAME = re.compile(r"[^ \t\r\n,\[\]{}]*")
_TAG = re.compile(r"!(?:<[^ \t\r\n>]*>?|(?:[\w\-#;/?:@&=+$.!~*'()]++|%[0-9a-fA-F]{2})*+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Properties:
    """The anchor and the tag of a node, and where they begin."""

    start: int
    anchor: str | None = None
    tag: str | None = None


def read_properties(cursor: Cursor) -> Properties:
    """The anchor and the tag here, in either order, with the blanks behind them."""
    found = Properties(cursor.pos)
    while cursor.peek() in ("&", "!"):
        start = cursor.pos
        one = _read_anchor(cursor) if cursor.peek() == "&" else _read_tag(cursor)
        if not cursor.is_gap(cursor.pos) and cursor.peek() not in ",]}":
            raise YamlFault("Tags and anchors must be separated from the next token by white space", cursor.pos)
        found = _joined(found, one, start, cursor.pos)
        cursor.skip_blanks()
    return found


def merge_properties(first: Properties | None, second: Properties | None) -> Properties | None:
    """Properties that stand on several lines are one set."""
    return _joined(first, second, second.start, second.start + 1) if first and second else first or second


def _joined(first: Properties, second: Properties, start: int, end: int) -> Properties:
    for what in ("anchor", "tag"):
        if getattr(first, what) is not None and getattr(second, what) is not None:
            raise YamlFault(f"A node can have at most one {what}", start, end)
    anchor = second.anchor if first.anchor is None else first.anchor
    return Properties(first.start, anchor, second.tag if first.tag is None else first.tag)


def _read_anchor(cursor: Cursor) -> Properties:
    start = cursor.pos
    return Properties(start, anchor=read_name(cursor, "Anchor"))


def read_name(cursor: Cursor, what: str) -> str:
    """The name behind ``&`` or ``*``."""
    start = cursor.pos
    cursor.pos += 1
    cursor.pos = cursor.match(NAME)
    if cursor.pos == start + 1:
        raise YamlFault(f"{what} cannot be an empty string", start)
    return cursor.text[start + 1 : cursor.pos]


def _read_tag(cursor: Cursor) -> Properties:
    start = cursor.pos
    cursor.pos = cursor.match(_TAG)
    source = cursor.text[start : cursor.pos]
    if source.startswith("!<"):
        if not source.endswith(">"):
            raise YamlFault("Verbatim tags must end with a >", start, cursor.pos)
        return Properties(start, tag=source[2:-1])
    return Properties(start, tag=source if source == "!" else _resolve_handle(cursor, source, start))


def _resolve_handle(cursor: Cursor, source: str, start: int) -> str:
    handle = source[: source.rfind("!") + 1]
    suffix = source[len(handle) :]
    if not suffix:
        raise YamlFault(f"The {source} tag has no suffix", start, cursor.pos)
    if handle not in cursor.tags:
        raise YamlFault(f"Could not resolve tag: {source}", start, cursor.pos)
    return cursor.tags[handle] + suffix


def resolve(text: str, start: int, *, is_plain: bool, properties: Properties | None) -> Any:
    """The value of a scalar, from its text, its style and its tag."""
    if "\0" in text:
        raise YamlFault("A value holds a NUL character, which no database can keep; remove it", start)
    if properties is None or properties.tag is None:
        return resolve_plain(text) if is_plain else text
    try:
        return resolve_tagged(text, properties.tag)
    except ValueError as error:
        raise YamlFault(str(error), properties.start) from None


def require_collection_tag(properties: Properties | None) -> None:
    """Refuse the tags that would make a set or an ordered list of a collection. Others mean nothing here."""
    if properties and properties.tag:
        resolve("", properties.start, is_plain=False, properties=properties)


def open_anchor(cursor: Cursor, properties: Properties | None) -> bool:
    """Remember that the node that begins here has a name, until ``close_anchor``. False if it has none."""
    if properties is None or properties.anchor is None:
        return False
    cursor.open_anchors.append(properties.anchor)
    return True


def close_anchor(cursor: Cursor, value: Any, nodes_before: int) -> None:
    """The node with the innermost open name has ended; aliases may stand for it from now on."""
    name = cursor.open_anchors.pop()
    cursor.anchors[name] = Anchored(value, cursor.budget.nodes - nodes_before, _height(value))


def _height(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_height, value.values()), default=0)
    return 1 + max(map(_height, value), default=0) if isinstance(value, list) else 0


def read_alias(cursor: Cursor) -> Any:
    """What an alias stands for, as a copy of its own."""
    start = cursor.pos
    name = read_name(cursor, "Alias")
    if name in cursor.open_anchors:
        raise YamlFault(f"The alias *{name} stands inside of what it names, so it would never end", start, cursor.pos)
    if name not in cursor.anchors:
        message = f"Unresolved alias (the anchor must be set before the alias): {name}"
        cursor.unresolved = cursor.unresolved or YamlFault(message, start, cursor.pos)
        return None
    anchored = cursor.anchors[name]
    cursor.budget.spend(anchored.nodes)
    cursor.budget.require_depth(cursor.budget.depth + anchored.height)
    return _copy(anchored.value)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
