"""What a task may not show, and how it is taken out of texts and JSON."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from scaffolder.redaction.finder import Finder
from scaffolder.redaction.forms import forms_of

HIDDEN = "***"


class Redactor:
    """
    Knows secrets and finds them again in all forms of ``forms.py``. Safe to use from several threads.

    A secret of one character is not looked for, and one of two or three only where it stands alone. Redact a text
    before it is cut: half a secret is not found.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._finder = Finder()
        self._lock = threading.Lock()
        for secret in secrets:
            self.add(secret)

    def add(self, text: str) -> None:
        """Hide this from now on. Adding it twice is cheap."""
        with self._lock:
            if text not in self._known:
                self._known.add(str(text))
                for form in forms_of(str(text)):
                    self._finder.add(form)

    def redact(self, text: str) -> str:
        """The text with ``***`` for each secret; secrets that overlap or touch become one."""
        with self._lock:
            spans = self._finder.spans(text)
        if not spans:
            return str(text)
        ends = [0, *(end for _, end in spans)]
        starts = [*(start for start, _ in spans), len(text)]
        return HIDDEN.join(text[end:start] for end, start in zip(ends, starts, strict=True))

    def redact_value(self, value: Any) -> Any:
        """
        A copy of JSON with all its texts redacted, keys as well; the last of several keys that become one stays.

        Takes any depth, since what is nested too deep for others must not slip through.
        """
        outermost = [value]
        unfinished: list[Any] = [outermost]
        while unfinished:
            container = unfinished.pop()
            for key, item in enumerate(container) if isinstance(container, list) else container.items():
                if isinstance(item, str):
                    container[key] = self.redact(item)
                elif isinstance(item, dict | list | tuple):
                    container[key] = copy = self._copy(item)
                    unfinished.append(copy)
        return outermost[0]

    def _copy(self, container: Any) -> Any:
        """One level of it, with the keys redacted."""
        if isinstance(container, dict):
            return {self.redact(key) if isinstance(key, str) else key: item for key, item in container.items()}
        return list(container)
