"""What app-config says about notifications, read once and typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any, Self

from django.conf import settings

from common.app_config import AppConfig
from common.cors import CorsSettings

RETENTION = "notifications.retention"
DEFAULTS = "notifications.defaultSettings"


@dataclass(frozen=True, slots=True)
class Default:
    """``enabled`` of a channel, an origin in it, or a topic of that; None where the file does not say."""

    channel: str
    origin: str
    topic: str
    is_enabled: bool | None


@dataclass(frozen=True, slots=True)
class CommsSettings:
    app_url: str
    backend_url: str
    cors: CorsSettings | None
    keep_notifications: timedelta | None = timedelta(days=365)  # None: for ever
    defaults: tuple[Default, ...] = field(default=())

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        keeps_all = config.get(RETENTION) is False
        return cls(
            app_url=config.string("app.baseUrl", "http://localhost:3000"),
            backend_url=config.string("backend.baseUrl", "http://localhost:7007"),
            cors=CorsSettings.from_app_config(config),
            keep_notifications=None if keeps_all else config.duration(RETENTION, timedelta(days=365)),
            defaults=tuple(_read_defaults(config)),
        )


def _read_defaults(config: AppConfig) -> Iterator[Default]:
    try:
        for channel in _items(config.get(DEFAULTS), "channels"):
            yield Default(channel["id"], "", "", channel.get("enabled"))
            for origin in _items(channel, "origins"):
                yield Default(channel["id"], origin["id"], "", bool(origin.get("enabled", True)))
                for topic in _items(origin, "topics"):
                    yield Default(channel["id"], origin["id"], topic["id"], bool(topic.get("enabled", True)))
    except (KeyError, TypeError, AttributeError):
        expected = "{ channels: [{ id, enabled?, origins?: [{ id, enabled, topics?: [{ id, enabled }] }] }] }"
        raise config.error(DEFAULTS, expected) from None


def _items(value: Any, key: str) -> list[Mapping[str, Any]]:
    return list((value or {}).get(key) or ())


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig) -> CommsSettings:
    return CommsSettings.from_app_config(config)


def comms_settings() -> CommsSettings:
    """The settings of this process. Cheap: read once for each configuration."""
    return _settings_of(settings.APP_CONFIG)
