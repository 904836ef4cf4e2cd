"""What can go wrong in a template, inside (``Fault``) and as a reader sees it (``TemplateRenderError``)."""

from __future__ import annotations

import json
from typing import ClassVar

from common.errors import CallboardError

LONGEST_MESSAGE = 1024
LONGEST_QUOTE = 200


class Fault(Exception):
    """
    A failure while a template is read or run, before it has a line and a column.

    ``offset`` is where in the template it happened; whoever knows it first fills it in.
    """

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class SyntaxFault(Fault):
    """The text is not of the language."""


class LimitFault(Fault):
    """One of the bounds on steps, depth, size and time was passed."""


class TimeFault(LimitFault):
    """There is no time left."""


class TemplateRenderError(CallboardError):
    """A template that cannot be read or run; ``line`` and ``column`` count from one. Has Backstage's name and status."""

    name: ClassVar[str] = "TemplateRenderError"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        place = f"Template error at line {line}, column {column}: " if line is not None else ""
        super().__init__(bounded(f"{place}{message}"))
        self.line = line
        self.column = column


class TemplateLimitError(TemplateRenderError):
    """A template that was stopped because it asks for too much."""

    name: ClassVar[str] = "TemplateLimitError"
    status: ClassVar[int] = 400


class TemplateTimeError(TemplateLimitError):
    """A template that was stopped because it took too long."""


ERRORS: tuple[tuple[type[Fault], type[TemplateRenderError]], ...] = (
    (TimeFault, TemplateTimeError),
    (LimitFault, TemplateLimitError),
)


def error_of(fault: Fault, source: str) -> TemplateRenderError:
    """The error to show for a fault in this template text."""
    kind = next((error for type_, error in ERRORS if isinstance(fault, type_)), TemplateRenderError)
    if fault.offset is None:
        return kind(fault.message)
    before = source[: fault.offset]
    line_start = before.rfind("\n") + 1
    return kind(fault.message, line=before.count("\n") + 1, column=len(before) - line_start + 1)


def quoted(text: str) -> str:
    """Text out of a template as a message shows it."""
    return json.dumps(text[:LONGEST_QUOTE] + "…" if len(text) > LONGEST_QUOTE else text, ensure_ascii=False)


def bounded(message: str) -> str:
    """The message on one line and not longer than a log line should be."""
    shown = "".join(f"\\u{ord(c):04x}" if is_unsafe(c) else c for c in message[: LONGEST_MESSAGE + 1])
    return shown if len(shown) <= LONGEST_MESSAGE else shown[:LONGEST_MESSAGE] + "…"


def is_unsafe(character: str) -> bool:
    """Whether it could break a line, hide text or turn its direction in a terminal; lone surrogates cannot be sent."""
    code = ord(character)
    return (
        code < 0x20
        or 0x7F <= code <= 0x9F
        or code in (0x61C, 0x200E, 0x200F, 0x2028, 0x2029)
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
        or 0xD800 <= code <= 0xDFFF
    )
