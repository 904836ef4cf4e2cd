"""``catalog.rules``: which kinds may come from where. Asked for every entity that anything emits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from catalog.entity_ref import LocationRef
from common.app_config import AppConfig
from common.glob_pattern import compile_glob


@dataclass(frozen=True, slots=True)
class AllowedKind:
    """A kind, and its ``spec.type`` where the rule names one. Both are lower-cased."""

    kind: str
    spec_type: str = ""

    def matches(self, entity: Mapping[str, Any]) -> bool:
        if str(entity.get("kind", "")).lower() != self.kind:
            return False
        if not self.spec_type:
            return True
        spec = entity.get("spec")
        value = spec.get("type") if isinstance(spec, Mapping) else None
        return isinstance(value, str) and value.lower() == self.spec_type


@dataclass(frozen=True, slots=True)
class LocationMatcher:
    """An origin: its type, and its exact target or a pattern of it."""

    type: str
    exact: str = ""
    pattern: re.Pattern[str] | None = None

    def matches(self, origin: LocationRef) -> bool:
        return (
            self.type == origin.type
            and (not self.exact or self.exact == origin.target)
            and (self.pattern is None or self.pattern.match(origin.target) is not None)
        )


@dataclass(frozen=True, slots=True)
class Rule:
    allow: tuple[AllowedKind, ...]
    locations: tuple[LocationMatcher, ...] | None = None  # None: from anywhere

    @classmethod
    def from_config(cls, config: AppConfig, *, only_from: LocationRef | None = None) -> Self:
        """Raises ConfigError on an ``allow`` or ``locations`` of another shape."""
        allow = tuple(_allowed_kind(item, config) for item in _allow_list(config))
        if only_from is not None:
            return cls(allow, (LocationMatcher(only_from.type, exact=only_from.target),))
        if not config.has("locations"):
            return cls(allow)
        return cls(allow, tuple(_location_matcher(section) for section in config.sections("locations")))

    def allows(self, entity: Mapping[str, Any], origin: LocationRef) -> bool:
        here = self.locations is None or any(matcher.matches(origin) for matcher in self.locations)
        return here and any(allowed.matches(entity) for allowed in self.allow)


DEFAULT_RULE = Rule(tuple(AllowedKind(kind) for kind in ("component", "api", "location")))


@dataclass(frozen=True, slots=True)
class Rules:
    """Denies Users, Groups and Templates from anywhere unless a rule says otherwise, as Backstage does."""

    rules: tuple[Rule, ...] = (DEFAULT_RULE,)

    def allows(self, entity: Mapping[str, Any], origin: LocationRef) -> bool:
        return any(rule.allows(entity, origin) for rule in self.rules)


def rules_from_config(config: AppConfig, location_rules: Sequence[Rule]) -> Rules:
    """``catalog.rules`` (or the default) and the rules of single ``catalog.locations``."""
    if not config.has("catalog.rules"):
        return Rules((DEFAULT_RULE, *location_rules))
    return Rules((*(Rule.from_config(section) for section in config.sections("catalog.rules")), *location_rules))


EXPECTED_ALLOW = "a list of kinds, such as [Component, { kind: Resource, spec.type: database }]"


def _allow_list(config: AppConfig) -> list[Any]:
    value = config.get("allow")
    if not isinstance(value, list):
        raise config.error("allow", EXPECTED_ALLOW)
    return value


def _allowed_kind(item: Any, config: AppConfig) -> AllowedKind:
    if isinstance(item, str):
        return AllowedKind(item.lower())
    if isinstance(item, Mapping) and isinstance(item.get("kind"), str):
        return AllowedKind(item["kind"].lower(), str(item.get("spec.type", "")).lower())
    raise config.error("allow", EXPECTED_ALLOW)


def _location_matcher(config: AppConfig) -> LocationMatcher:
    type_, exact, pattern = config.string("type"), config.string("exact"), config.string("pattern")
    if not type_:
        raise config.error("type", "a location type, such as 'url'")
    if exact and pattern:
        raise config.error("pattern", "none beside 'exact'")
    return LocationMatcher(type_, exact or "", compile_glob(pattern, ignore_case=True) if pattern else None)
