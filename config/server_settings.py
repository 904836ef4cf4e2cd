"""What app-config says about our processes: how many, how large, how they hear of each other."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

from common.app_config import AppConfig

MEBIBYTE = 1024 * 1024
MOST_DEFAULT_WORKERS = 4


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """``callboard.redis``: a URL, or ``{ url, keyPrefix }``. Without a URL there is no Redis."""

    url: str | None
    key_prefix: str

    @classmethod
    def from_app_config(cls, config: AppConfig, *, env_url: str | None) -> Self:
        """``env_url`` wins. Raises ConfigError."""
        value = config.get("callboard.redis")
        if isinstance(value, str):
            url, prefix = config.string("callboard.redis"), None
        else:
            section = config.section("callboard.redis")
            url, prefix = section.string("url"), section.string("keyPrefix")
        url = env_url or url
        if url is not None and not url.startswith(("redis://", "rediss://", "unix://")):
            raise config.error("callboard.redis", "a URL such as 'redis://127.0.0.1:6379/0'")
        return cls(url, prefix or "callboard:")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    web_workers: int
    web_threads: int
    max_body_bytes: int
    writes_access_log: bool
    shutdown_delay: timedelta
    worker_concurrency: int
    patience: timedelta

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        return cls(
            web_workers=_at_least_one(config, "callboard.web.workers", default_web_workers()),
            web_threads=_at_least_one(config, "callboard.web.threads", 2),
            max_body_bytes=_at_least_one(config, "callboard.web.maxBodyBytes", 10 * MEBIBYTE),
            writes_access_log=config.boolean("callboard.web.accessLog", True),
            shutdown_delay=config.duration("backend.lifecycle.serverShutdownDelay", timedelta()),
            worker_concurrency=_at_least_one(config, "callboard.worker.concurrency", 2),
            # Containers of one composition start together, and a database takes a while.
            patience=config.duration("callboard.patience", timedelta(seconds=10)),
        )


def public_origin(config: AppConfig) -> str:
    """Scheme, host and port of ``backend.baseUrl``, as browsers name it."""
    parts = urlsplit(config.string("backend.baseUrl", "http://localhost:7007"))
    return f"{parts.scheme}://{parts.netloc}"


def default_web_workers() -> int:
    """One for each processor: reads are what users wait for. Each process holds an index in memory."""
    return max(1, min(_count_processors(), MOST_DEFAULT_WORKERS))


def _count_processors() -> int:
    """Those that we may use, where the system tells."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _at_least_one(config: AppConfig, key: str, default: int) -> int:
    number = config.integer(key, default)
    if number < 1:
        raise config.error(key, "a number of at least 1")
    return number
