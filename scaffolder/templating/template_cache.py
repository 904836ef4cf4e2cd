"""Compiled templates, kept for the next time: the least used go first when there are too many or too long ones."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from scaffolder.templating.compiler import CompiledTemplate, compile_template
from scaffolder.templating.lexer import Syntax

MOST_TEMPLATES: Final = 2_048
MOST_WEIGHT: Final = 64 * 1024 * 1024

Key = tuple[str, Syntax]


class TemplateCache:
    def __init__(self, most_templates: int = MOST_TEMPLATES, most_weight: int = MOST_WEIGHT) -> None:
        self._most_templates = most_templates
        self._most_weight = most_weight
        self._templates: OrderedDict[Key, CompiledTemplate] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._templates)

    def get(self, source: str, syntax: Syntax) -> CompiledTemplate:
        """The compiled template, made now if it is not there. Two threads may both make it; one of them is kept."""
        key = (source, syntax)
        with self._lock:
            template = self._templates.get(key)
            if template is not None:
                self._templates.move_to_end(key)
                return template
        template = compile_template(source, syntax)
        self._keep(key, template)
        return template

    def _keep(self, key: Key, template: CompiledTemplate) -> None:
        with self._lock:
            if key not in self._templates:
                self._weight += template.weight
            self._templates[key] = template
            while len(self._templates) > self._most_templates or self._weight > self._most_weight:
                _, dropped = self._templates.popitem(last=False)
                self._weight -= dropped.weight


TEMPLATES: Final = TemplateCache()
