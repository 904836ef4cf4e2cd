"""What all actions work with: readers and code hosts, as the configuration describes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from django.conf import settings

from common.app_config import AppConfig
from integrations.reading import UrlReader
from integrations.registry import ScmIntegrations


@dataclass(frozen=True, slots=True)
class Tools:
    """Safe to share between threads. Made once for each process; tests make their own."""

    config: AppConfig
    reader: UrlReader
    integrations: ScmIntegrations

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError."""
        cache_dir = settings.CALLBOARD_DATA_DIR / "git"
        return cls(config, UrlReader(config, cache_dir=cache_dir), ScmIntegrations.from_app_config(config))


@lru_cache(maxsize=4)
def _tools_of(config: AppConfig) -> Tools:
    return Tools.from_app_config(config)


def default_tools() -> Tools:
    """The tools of this process."""
    return _tools_of(settings.APP_CONFIG)
