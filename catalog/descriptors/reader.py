"""The careful way to read YAML: bounded in every direction, exact about duplicate keys, and good at naming faults."""

from __future__ import annotations

import re
from typing import Any

from catalog.descriptors.block import read_document
from catalog.descriptors.budget import Budget
from catalog.descriptors.cursor import Cursor
from catalog.descriptors.faults import YamlFault
from catalog.descriptors.split import Slice, is_empty, prologue_end

_DIRECTIVE = re.compile(r"^%([^\s#]*)[ \t]*([^\n#]*)", re.MULTILINE)


def read_carefully(text: str, document: Slice, budget: Budget) -> Any:
    """
    The value of one document.

    Raises YamlFault if it cannot be read, LimitExceededError if it holds more than is left.
    """
    budget.depth = 0
    cursor = Cursor(text, document.content, document.end, budget)
    end = prologue_end(text, document) if document.marker is None else document.marker
    has_directives = _read_directives(cursor, document.start, end)
    if document.marker is None and has_directives:
        if is_empty(text, end, document.end):
            return None
        raise YamlFault("Missing directives-end/doc-start indicator line", end)
    cursor.line_start = cursor.pos if document.marker is None else document.marker
    return read_document(cursor, is_on_marker_line=document.marker is not None)


def _read_directives(cursor: Cursor, start: int, end: int) -> bool:
    """Take the tag handles that directives declare. Says whether there are any directives."""
    found = False
    for directive in _DIRECTIVE.finditer(cursor.text, start, end):
        name, parts, found = directive[1], directive[2].split(), True
        if name == "YAML":
            _require_version(parts, directive)
        elif name == "TAG":
            _declare_handle(cursor, parts, directive)
    return found


def _require_version(parts: list[str], directive: re.Match[str]) -> None:
    start, end = directive.start(), directive.end()
    if len(parts) != 1:
        raise YamlFault("%YAML directive should contain exactly one part", start, end)
    if parts[0] == "1.1":
        raise YamlFault(
            "YAML 1.1 is not read, since its words and numbers mean other things; remove this line", start, end
        )


def _declare_handle(cursor: Cursor, parts: list[str], directive: re.Match[str]) -> None:
    if len(parts) != 2:
        raise YamlFault("%TAG directive should contain exactly two parts", directive.start(), directive.end())
    cursor.tags[parts[0]] = parts[1]
