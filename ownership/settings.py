"""What app-config says about ownership, read once and typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Self

from django.conf import settings

from common.app_config import AppConfig

FREQUENCY = "callboard.ownership.codeowners.frequency"


@dataclass(frozen=True, slots=True)
class OwnershipSettings:
    """``frequency``: how often the CODEOWNERS of a repository are read that no provider reads."""

    frequency: timedelta = timedelta(hours=1)

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        frequency = config.duration(FREQUENCY, timedelta(hours=1))
        if frequency < timedelta(minutes=1):
            raise config.error(FREQUENCY, "a minute or more, such as 'PT1H' or { minutes: 30 }")
        return cls(frequency)


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig) -> OwnershipSettings:
    return OwnershipSettings.from_app_config(config)


def ownership_settings() -> OwnershipSettings:
    """The settings of this process. Cheap: read once for each configuration."""
    return _settings_of(settings.APP_CONFIG)
