"""What app-config says about the catalog, read once and typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self, cast

from django.conf import settings

from catalog.entity_ref import LocationRef
from catalog.rules import Rule, Rules, rules_from_config
from common.app_config import AppConfig


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one descriptor file and what follows from it may hold. Beyond it the whole file is refused."""

    max_bytes: int = 10 * 1024 * 1024
    max_documents: int = 5_000
    max_depth: int = 100
    max_nodes: int = 100_000
    max_children: int = 10_000
    max_chain: int = 20


@dataclass(frozen=True, slots=True)
class CatalogSettings:
    """``catalog.*`` and ``callboard.catalog.*`` of app-config."""

    processing_interval: timedelta | None = None  # None: between 100 and 150 s, as in Backstage
    is_processing: bool = True
    orphan_strategy: Literal["keep", "delete"] = "delete"
    is_readonly: bool = False
    rules: Rules = field(default_factory=Rules)
    locations: tuple[LocationRef, ...] = ()
    limits: Limits = field(default_factory=Limits)
    has_providers: bool = False
    max_shrink: float = 0.5
    parallel_providers: int = 1
    orphan_provider_strategy: Literal["keep", "delete"] = "keep"

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        never = config.get("catalog.processingInterval") is False
        interval = config.duration("catalog.processingInterval") if _is_set(config, never) else None
        strategy = config.string("catalog.orphanStrategy", "delete")
        if strategy not in ("keep", "delete"):
            raise config.error("catalog.orphanStrategy", "'keep' or 'delete'")
        provider_strategy = config.string("catalog.orphanProviderStrategy", "keep")
        if provider_strategy not in ("keep", "delete"):
            raise config.error("catalog.orphanProviderStrategy", "'keep' or 'delete'")
        locations, location_rules = _locations(config)
        return cls(
            processing_interval=interval,
            is_processing=not never,
            orphan_strategy=cast(Literal["keep", "delete"], strategy),
            is_readonly=bool(config.boolean("catalog.readonly", False)),
            rules=rules_from_config(config, location_rules),
            locations=locations,
            limits=_limits(config),
            has_providers=bool(config.section("catalog.providers").keys()),
            max_shrink=_share(config, "callboard.catalog.providers.maxShrink", 0.5),
            parallel_providers=_count(config, "callboard.catalog.providers.parallel", 1),
            orphan_provider_strategy=cast(Literal["keep", "delete"], provider_strategy),
        )


def _is_set(config: AppConfig, never: bool) -> bool:
    return not never and config.has("catalog.processingInterval")


def _count(config: AppConfig, path: str, default: int) -> int:
    value = config.integer(path, default)
    if value < 1:
        raise config.error(path, "a whole number above 0")
    return value


def _share(config: AppConfig, path: str, default: float) -> float:
    value = config.get(path, default)
    try:
        share = float(value)
    except (TypeError, ValueError):
        share = -1.0
    if isinstance(value, bool) or not 0 <= share <= 1:
        raise config.error(path, "a number from 0 (nothing may go) to 1 (everything may)")
    return share


def _limits(config: AppConfig) -> Limits:
    defaults = Limits()

    def read(key: str, default: int) -> int:
        return _count(config, f"callboard.catalog.limits.{key}", default)

    return Limits(
        max_bytes=read("maxBytes", defaults.max_bytes),
        max_documents=read("maxDocuments", defaults.max_documents),
        max_depth=read("maxDepth", defaults.max_depth),
        max_nodes=read("maxNodes", defaults.max_nodes),
        max_children=read("maxChildren", defaults.max_children),
        max_chain=read("maxChain", defaults.max_chain),
    )


def _locations(config: AppConfig) -> tuple[tuple[LocationRef, ...], list[Rule]]:
    locations, rules = [], []
    base = config.base_dir("catalog.locations") if config.has("catalog.locations") else Path()
    for section in config.sections("catalog.locations"):
        type_, target = section.string("type"), section.string("target")
        if type_ not in ("url", "file"):
            raise section.error("type", "'url' or 'file'")
        if not target:
            raise section.error("target", "a URL or a path")
        if type_ == "file":
            target = str(find_config_file(target, base))
        location = LocationRef(type_, target)
        locations.append(location)
        rules += [Rule.from_config(rule, only_from=location) for rule in section.sections("rules")]
    return tuple(locations), rules


def find_config_file(target: str, base: Path) -> Path:
    """
    A relative ``file`` target, from the folder of the configuration or the current one, or ``packages/backend`` in them.

    Backstage resolves them from where its backend runs, which is ``packages/backend`` in a stock app.
    """
    for start in (base, Path.cwd()):
        for folder in (start, start / "packages" / "backend"):
            path = Path(folder, target).resolve()
            if path.exists():
                return path
    return Path(base, target).resolve()


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig) -> CatalogSettings:
    return CatalogSettings.from_app_config(config)


def catalog_settings() -> CatalogSettings:
    """The settings of this process. Cheap: read once for each configuration."""
    return _settings_of(settings.APP_CONFIG)
