"""How processes ring for each other: through Redis, or through files in the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.server_settings import RedisSettings

POLL_SECONDS = 0.1


def bell_folder(data_dir: Path) -> Path:
    return data_dir / "bell"


def broker_settings(redis: RedisSettings, *, data_dir: Path) -> dict[str, Any]:
    """In Celery's words."""
    if redis.url:
        options = {
            "global_keyprefix": redis.key_prefix,
            "socket_connect_timeout": 2,
            "socket_timeout": 10,
            "socket_keepalive": True,
        }
        return {"broker_url": redis.url, "broker_transport_options": options}
    folder = str(bell_folder(data_dir))
    return {
        "broker_url": "filesystem://localhost",
        "broker_transport": "config.file_broker:FileTransport",
        "broker_transport_options": {
            "data_folder_in": folder,
            "data_folder_out": folder,
            "polling_interval": POLL_SECONDS,
        },
    }
