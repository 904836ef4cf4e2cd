"""What app-config says about events, read once and typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from django.conf import settings

from common.app_config import AppConfig
from comms.events.signatures import SCHEMES
from integrations.registry import ScmIntegrations
from integrations.scm.github import GithubIntegration

MODULES = "events.modules"
TOPIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
MAX_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EventSettings:
    """``topics`` are open to requests without a token, ``unsigned`` those of them where nobody has to sign."""

    topics: frozenset[str] = frozenset()
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    unsigned: frozenset[str] = frozenset()
    max_bytes: int = MAX_BYTES

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        secrets = _read_secrets(config)
        max_bytes = config.integer("callboard.events.maxBytes", MAX_BYTES)
        if max_bytes < 1:
            raise config.error("callboard.events.maxBytes", "a whole number above 0")
        return cls(
            topics=_read_topics(config, "events.http.topics") | secrets.keys(),
            secrets=secrets,
            unsigned=_read_topics(config, "callboard.events.allowUnsigned") - secrets.keys(),
            max_bytes=max_bytes,
        )


def _read_topics(config: AppConfig, key: str) -> frozenset[str]:
    topics = config.string_list(key, [])
    if not all(TOPIC.fullmatch(topic) for topic in topics):
        raise config.error(key, "a list of topics, each of letters, digits, '.', '_' and '-'")
    return frozenset(topics)


def _read_secrets(config: AppConfig) -> dict[str, tuple[str, ...]]:
    """By topic. GitHub Apps bring theirs with the integration."""
    secrets: dict[str, tuple[str, ...]] = {}
    modules = config.section(MODULES)
    for topic in modules.data:
        section = modules.section(topic)
        secret = section.string("webhookSecret")
        if secret is None:
            continue
        if not secret.strip():
            raise section.error("webhookSecret", "a text that is not blank")
        if topic not in SCHEMES:
            raise section.error("webhookSecret", f"a secret of one of {', '.join(sorted(SCHEMES))}")
        secrets[topic] = (secret,)
    apps = [app for host in ScmIntegrations.from_app_config(config).list() for app in _apps_of(host)]
    if apps:
        secrets["github"] = (*secrets.get("github", ()), *apps)
    return secrets


def _apps_of(integration: object) -> list[str]:
    if not isinstance(integration, GithubIntegration):
        return []
    return [app.webhook_secret for app in integration.apps if app.webhook_secret]


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig) -> EventSettings:
    return EventSettings.from_app_config(config)


def event_settings() -> EventSettings:
    """The settings of this process. Cheap: read once for each configuration."""
    return _settings_of(settings.APP_CONFIG)
