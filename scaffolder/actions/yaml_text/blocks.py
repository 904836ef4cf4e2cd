"""Texts of several lines as blocks: ``|`` keeps the lines, ``>`` folds them."""

from __future__ import annotations

import re

from scaffolder.actions.yaml_text.folding import BLOCK, fold
from scaffolder.actions.yaml_text.place import Place
from scaffolder.actions.yaml_text.quotes import has_marker, quoted

_BLANK_LAST_LINE = re.compile(r"\n[\t ]+\Z")
_BREAKS = re.compile(r"\n+")
_INNER_BREAKS = re.compile(r"\n+(?!\n|\Z)")
_LEADING = re.compile(r"[ \n]*")
# A line that is indented further, and the breaks behind it that end such lines: those are not folded.
_INDENTED = re.compile("(?:\\A|\n)([\t ][^\n\r\u2028\u2029]*)(?:([\n\t ]*)\n(?![\n\t ]))?")


def block(text: str, place: Place, *, type_: str | None = None, needs_indent: bool = False) -> str:
    """``type_`` is BLOCK_FOLDED, BLOCK_LITERAL or None for whichever fits."""
    style = place.options.block_quote
    if not style or _BLANK_LAST_LINE.search(text):
        return quoted(text, place)
    indent = place.indent or ("  " if needs_indent or has_marker(text) else "")
    is_literal = _is_literal(text, place, style, type_, indent)
    if not text:
        return "|\n" if is_literal else ">\n"
    start, middle, end, chomping = _split(text)
    digit = ("2" if indent else "1") if " " in _leading(start + middle) else ""
    header = f"{digit}{chomping}"
    start, end = _indented(start, indent), _INNER_BREAKS.sub(lambda match: match.group() + indent, end)
    if not is_literal:
        folded = fold(start + _foldable(middle, indent) + end, place.fold(indent, len(place.indent)), BLOCK)
        if not folded.overflows or style == "folded" or type_ == "BLOCK_FOLDED":
            return f">{header}\n{indent}{folded.text}"
    return f"|{header}\n{indent}{start}{_indented(middle, indent)}{end}"


def _is_literal(text: str, place: Place, style: bool | str, type_: str | None, indent: str) -> bool:
    if style == "literal":
        return True
    if style == "folded" or type_ == "BLOCK_FOLDED":
        return False
    width = place.options.line_width
    if type_ == "BLOCK_LITERAL" or not width or width < 0:
        return True
    return all(len(line) <= width - len(indent) for line in text.split("\n"))


def _split(text: str) -> tuple[str, str, str, str]:
    """The empty lines before the text proper, that text, what is behind it, and how the header keeps that."""
    middle = text.rstrip("\n\t ")
    end = text[len(middle) :]
    first_break = end.find("\n")
    if first_break == -1:
        chomping = "-"
    elif not middle or first_break != len(end) - 1:
        chomping = "+"
    else:
        chomping = ""
    start = middle[: _leading(middle).rfind("\n") + 1]
    return start, middle[len(start) :], end.removesuffix("\n"), chomping


def _leading(text: str) -> str:
    found = _LEADING.match(text)
    return found.group() if found else ""


def _indented(text: str, indent: str) -> str:
    return _BREAKS.sub(lambda match: match.group() + indent, text)


def _foldable(text: str, indent: str) -> str:
    """Each break doubled, for folding takes one away, but not around lines that are indented further."""
    doubled = _BREAKS.sub(lambda match: "\n" + match.group(), text)
    settled = _INDENTED.sub(lambda match: (match.group(1) or "") + (match.group(2) or ""), doubled)
    return _indented(settled, indent)
