"""Block style: mappings and sequences by indent, and the document as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from catalog.descriptors.block_scalars import read_block_scalar
from catalog.descriptors.cursor import Cursor
from catalog.descriptors.faults import YamlFault
from catalog.descriptors.flow import empty_node, read_node
from catalog.descriptors.keys import KeyRing
from catalog.descriptors.properties import (
    Properties,
    close_anchor,
    merge_properties,
    open_anchor,
    read_properties,
    require_collection_tag,
    resolve,
)

_MAX_KEY = 1024


@dataclass(slots=True)
class _Site:
    """Where a node stands: its parent's column, what is before it, and the properties that it may have."""

    parent: int
    before: Literal["document", "-", "?", ":"]
    is_new_line: bool
    tab: int | None = None
    outer: Properties | None = None
    inner: Properties | None = None

    @property
    def is_compact(self) -> bool:
        """Whether the node is on the line of a key, where no other key may be."""
        return self.before == ":" and not self.is_new_line


@dataclass(frozen=True, slots=True)
class _Key:
    value: Any
    is_scalar: bool
    start: int
    is_explicit: bool = False


def read_document(cursor: Cursor, *, is_on_marker_line: bool) -> Any:
    """The value of the document. The cursor stands behind its ``---``, or at the start of a line."""
    if not is_on_marker_line:
        cursor.start_line()
    value = _read_value(cursor, _Site(-1, "document", is_new_line=not is_on_marker_line))
    if cursor.pos < cursor.end:
        raise cursor.unexpected()
    if cursor.unresolved:
        raise cursor.unresolved
    return value


def _read_value(cursor: Cursor, site: _Site) -> Any:
    """The node at a site. Leaves the cursor at the content of a later line."""
    cursor.budget.spend(1)
    if not _find_node(cursor, site):
        return empty_node(cursor, site.outer)
    if cursor.is_indicator("-") or cursor.is_indicator("?") or cursor.is_indicator(":"):
        return _read_marked_collection(cursor, site)
    if cursor.peek() in ("|", ">"):
        return _read_block_scalar(cursor, site)
    return _read_flow_node_or_mapping(cursor, site)


def _find_node(cursor: Cursor, site: _Site) -> bool:
    """Go to the node, past line breaks, comments and properties. False if there is none."""
    start = cursor.pos
    cursor.skip_blanks()
    tab = cursor.text.find("\t", start, cursor.pos)
    site.tab = cursor.tab if site.is_new_line else (None if tab == -1 else tab)
    while True:
        if cursor.is_line_end():
            cursor.finish_line()
            site.outer, site.inner = merge_properties(site.outer, site.inner), None
            site.is_new_line, site.tab = True, cursor.tab
            if not _belongs(cursor, site):
                return False
        elif cursor.peek() in ("&", "!"):
            site.inner = read_properties(cursor)
        else:
            return True


def _belongs(cursor: Cursor, site: _Site) -> bool:
    """Whether the line is indented enough. A sequence may stand right below its key."""
    return cursor.indent > site.parent or (
        cursor.indent == site.parent and site.before == ":" and cursor.is_indicator("-")
    )


def _read_marked_collection(cursor: Cursor, site: _Site) -> Any:
    """A collection that an indicator begins."""
    is_sequence, nodes = cursor.peek() == "-", cursor.budget.nodes
    if site.is_compact:
        if is_sequence:
            raise YamlFault("Unexpected block-seq-ind on same line with key", cursor.pos)
        raise YamlFault("Nested mappings are not allowed in compact mappings", cursor.pos)
    if site.inner and is_sequence:
        raise YamlFault("Missing newline after block sequence props", site.inner.start)
    if site.inner:
        raise YamlFault(f"Anchors and tags must be after the {cursor.peek()} indicator", cursor.pos)
    is_named = _open_collection(cursor, site, cursor.pos)
    column = cursor.column
    value = _read_sequence(cursor, column) if is_sequence else _read_mapping(cursor, column, None)
    if is_named:
        close_anchor(cursor, value, nodes)
    return value


def _open_collection(cursor: Cursor, site: _Site, start: int) -> bool:
    """Check that a collection may begin here. Says whether it has an anchor to close."""
    if site.tab is not None:
        raise YamlFault("Tabs are not allowed as indentation", site.tab)
    if site.before == "document" and not site.is_new_line:
        raise YamlFault("Block collection cannot start on same line with directives-end marker", start)
    require_collection_tag(site.outer)
    return open_anchor(cursor, site.outer)


def _read_block_scalar(cursor: Cursor, site: _Site) -> Any:
    start, nodes = cursor.pos, cursor.budget.nodes
    properties = merge_properties(site.outer, site.inner)
    is_named = open_anchor(cursor, properties)
    text = read_block_scalar(cursor, site.parent)
    value = resolve(text, start, is_plain=False, properties=properties)
    if is_named:
        close_anchor(cursor, value, nodes)
    return value


def _read_flow_node_or_mapping(cursor: Cursor, site: _Site) -> Any:
    """A node in flow style is the whole value, or the first key of a mapping if a colon follows."""
    start, nodes, first = cursor.pos, cursor.budget.nodes, cursor.peek()
    column = (site.inner.start if site.inner else start) - cursor.line_start
    value = read_node(cursor, site.parent + 1, site.inner)
    end = cursor.pos
    cursor.skip_blanks()
    if cursor.is_indicator(":"):
        begin = site.inner.start if site.inner else start
        if site.is_compact:
            raise YamlFault("Nested mappings are not allowed in compact mappings", begin)
        _require_one_line(cursor, start, end)
        key = _Key(value, first not in "[{*", start)
        is_named = _open_collection(cursor, site, begin)
        value = _read_mapping(cursor, column, key)
        if is_named:
            close_anchor(cursor, value, nodes)
        return value
    if site.tab is not None and site.before == "document" and site.is_new_line and first not in "[{":
        raise YamlFault("Tabs are not allowed as indentation", site.tab)
    if site.outer:
        cursor.pos, cursor.budget.nodes = start, nodes
        value = read_node(cursor, site.parent + 1, merge_properties(site.outer, site.inner))
    cursor.finish_line()
    return value


def _require_one_line(cursor: Cursor, start: int, end: int) -> None:
    if "\n" in cursor.text[start:end]:
        raise YamlFault("Implicit keys need to be on a single line", start, end)
    if cursor.pos - start > _MAX_KEY:
        raise YamlFault(
            "The : indicator must be at most 1024 chars after the start of an implicit block mapping key", start, end
        )


def _read_mapping(cursor: Cursor, column: int, first: _Key | None) -> dict[str, Any]:
    """The mapping whose keys begin in a column. The cursor stands at the first key, or at the colon behind ``first``."""
    cursor.budget.enter()
    ring = KeyRing()
    key = first or _read_key(cursor, column)
    while True:
        ring.claim(key.value, is_scalar=key.is_scalar, pos=key.start)
        ring.put(key.value, _read_mapped(cursor, column, key))
        if cursor.indent < column:
            break
        if cursor.indent > column:
            raise _misplaced_item(cursor, column)
        key = _read_key(cursor, column)
    cursor.budget.leave()
    return ring.items


def _misplaced_item(cursor: Cursor, column: int) -> YamlFault:
    if cursor.is_indicator("-"):
        return YamlFault("A block sequence may not be used as an implicit map key", cursor.after(column))
    return YamlFault("All mapping items must start at the same column", cursor.after(column))


def _read_mapped(cursor: Cursor, column: int, key: _Key) -> Any:
    """The value of a key. An explicit key may have none, and its value may be a mapping on the same line."""
    if key.is_explicit and not (cursor.indent == column and cursor.is_indicator(":")):
        return empty_node(cursor, None)
    cursor.pos += 1
    return _read_value(cursor, _Site(column, "?" if key.is_explicit else ":", is_new_line=False))


def _read_key(cursor: Cursor, column: int) -> _Key:
    """The next key. Leaves the cursor at its colon."""
    cursor.forbid_tab()
    start = cursor.pos
    if cursor.is_indicator("?"):
        cursor.pos += 1
        value = _read_value(cursor, _Site(column, "?", is_new_line=False))
        return _Key(value, not isinstance(value, (dict, list)), start, is_explicit=True)
    if cursor.is_indicator("-"):
        raise _misplaced_item(cursor, column)
    properties = read_properties(cursor) if cursor.peek() in ("&", "!") else None
    if cursor.is_indicator(":"):
        return _Key(empty_node(cursor, properties), True, start)
    if properties and cursor.is_line_end():
        raise YamlFault("Implicit map keys need to be followed by map values", start, cursor.pos)
    start, char = cursor.pos, cursor.peek()
    value = read_node(cursor, column, properties)
    end = cursor.pos
    cursor.skip_blanks()
    _require_one_line(cursor, start, end)
    if not cursor.is_indicator(":"):
        if not cursor.is_line_end():
            raise cursor.unexpected()
        raise YamlFault("Implicit map keys need to be followed by map values", start, end)
    return _Key(value, char not in "[{*", start)


def _read_sequence(cursor: Cursor, column: int) -> list[Any]:
    """The sequence whose dashes stand in a column. The cursor stands at the first."""
    cursor.budget.enter()
    items: list[Any] = []
    while not items or (cursor.indent == column and cursor.is_indicator("-")):
        if items:
            cursor.forbid_tab()
        cursor.pos += 1
        items.append(_read_value(cursor, _Site(column, "-", is_new_line=False)))
    if cursor.indent > column:
        if cursor.is_indicator("-"):
            raise YamlFault("All sequence items must start at the same column", cursor.pos)
        raise YamlFault("Sequence item without - indicator", cursor.after(column))
    cursor.budget.leave()
    return items
