"""Rules that pick tools by their ids and by what they do, as ``filter`` of app-config has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from common.app_config import AppConfig
from common.glob_pattern import compile_glob

ATTRIBUTES = ("destructive", "readOnly", "idempotent")


class Filtered(Protocol):
    """What a filter looks at; ``tools.tool.Tool`` is one."""

    @property
    def id(self) -> str: ...
    @property
    def attributes(self) -> Described: ...


class Described(Protocol):
    def as_json(self) -> dict[str, bool]: ...


@dataclass(frozen=True, slots=True)
class ToolRule:
    """True of a tool whose id matches, if there is a pattern, and which has all of these attributes."""

    id: re.Pattern[str] | None
    attributes: tuple[tuple[str, bool], ...]

    @classmethod
    def from_app_config(cls, section: AppConfig) -> Self:
        pattern, attributes = section.string("id"), section.section("attributes")
        read = {name: attributes.boolean(name) for name in ATTRIBUTES}
        return cls(
            compile_glob(pattern) if pattern else None,
            tuple((name, value) for name, value in read.items() if value is not None),
        )

    def matches(self, tool_id: str, attributes: Mapping[str, bool]) -> bool:
        if self.id and not self.id.match(tool_id):
            return False
        return all(attributes[name] == value for name, value in self.attributes)


@dataclass(frozen=True, slots=True)
class ToolFilter:
    """What any rule of ``exclude`` is true of is out; of the rest, ``include`` takes what it is true of, or everything."""

    include: tuple[ToolRule, ...] = ()
    exclude: tuple[ToolRule, ...] = ()

    @classmethod
    def from_app_config(cls, section: AppConfig) -> Self:
        """Raises ConfigError."""
        return cls(
            tuple(map(ToolRule.from_app_config, section.sections("include"))),
            tuple(map(ToolRule.from_app_config, section.sections("exclude"))),
        )

    def lets_through(self, tool: Filtered) -> bool:
        attributes = tool.attributes.as_json()
        if any(rule.matches(tool.id, attributes) for rule in self.exclude):
            return False
        return not self.include or any(rule.matches(tool.id, attributes) for rule in self.include)
