"""A step's lines in the log: a level in colour before the text, as terminals and Backstage's frontend show them."""

from __future__ import annotations

from scaffolder.execution.journal import Journal
from scaffolder.redaction import Redactor

LONGEST_LINE = 64 * 1024
COLOURS = {"error": 31, "warn": 33, "info": 32, "debug": 34}


class StepLogger:
    """Secrets are taken out before a line is cut, so that no half of one stays."""

    def __init__(self, journal: Journal, redactor: Redactor, step_id: str) -> None:
        self._journal = journal
        self._redactor = redactor
        self._step_id = step_id

    def debug(self, message: str) -> None:
        """Only for whoever watches the process, never for the task's readers."""

    def info(self, message: str) -> None:
        self._write("info", message)

    def warn(self, message: str) -> None:
        self._write("warn", message)

    def error(self, message: str) -> None:
        self._write("error", message)

    def _write(self, level: str, message: str) -> None:
        text = shorten(self._redactor.redact(message))
        self._journal.log(f"\x1b[{COLOURS[level]}m{level}\x1b[39m: {text}", step_id=self._step_id)


def shorten(text: str) -> str:
    if len(text) <= LONGEST_LINE:
        return text
    return f"{text[:LONGEST_LINE]}... ({len(text) - LONGEST_LINE} characters more)"
