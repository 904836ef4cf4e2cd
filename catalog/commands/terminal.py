"""Printing texts that others wrote to a terminal."""

from __future__ import annotations

import textwrap

from rich.console import Console

_PIPE_WIDTH = 10_000


def open_console(*, stderr: bool = False) -> Console:
    """Wraps at the terminal's width; a pipe gets its lines whole."""
    console = Console(stderr=stderr, highlight=False, markup=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console


def indented(text: str) -> str:
    """Harmless, and set off from what it belongs to."""
    return textwrap.indent(harmless(text.rstrip()), "  ")


def harmless(text: str) -> str:
    """The text with control characters made visible: in a descriptor they could rewrite what the terminal shows."""
    return "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text)
