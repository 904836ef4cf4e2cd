"""The environment variables that Callboard reads. No other module looks at the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

CONFIG = "CALLBOARD_CONFIG"
DATA_DIR = "CALLBOARD_DATA_DIR"
DATABASE_URL = "DATABASE_URL"
REDIS_URL = "REDIS_URL"
NODE_ENV = "NODE_ENV"
METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"  # the name is prometheus_client's
DEFAULT_DATA_DIR = ".callboard"


def read_environment() -> Mapping[str, str]:
    """All of it, for ``${VAR}``, ``$env`` and ``APP_CONFIG_*`` of app-config."""
    return os.environ


def read_config_files() -> list[Path] | None:
    """The files of CALLBOARD_CONFIG in order. None if it is not set; an empty value means no file at all."""
    value = os.environ.get(CONFIG)
    return None if value is None else [Path(part) for part in value.split(os.pathsep) if part]


def read_data_dir() -> Path:
    return Path(os.environ.get(DATA_DIR) or DEFAULT_DATA_DIR).resolve()


def read_database_url() -> str | None:
    return os.environ.get(DATABASE_URL) or None


def read_redis_url() -> str | None:
    return os.environ.get(REDIS_URL) or None


def is_development() -> bool:
    """As for Backstage's own backend: ``yarn start`` says so."""
    return os.environ.get(NODE_ENV) == "development"


def export_flags(*, config_files: Sequence[Path] | None, data_dir: Path | None) -> None:
    """Hand the command line's flags to the settings of this process and its children."""
    if config_files:
        os.environ[CONFIG] = os.pathsep.join(str(path.resolve()) for path in config_files)
    if data_dir:
        os.environ[DATA_DIR] = str(data_dir.resolve())


def choose_settings() -> None:
    """Tell Django where its settings are, unless somebody has (the test suite does)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def read_metrics_dir() -> Path | None:
    """Where this process and those beside it count; None if it counts alone."""
    value = os.environ.get(METRICS_DIR)
    return Path(value) if value else None


def export_metrics_dir(folder: Path) -> None:
    os.environ[METRICS_DIR] = str(folder)
