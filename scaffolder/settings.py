"""What app-config says about the scaffolder, read once and typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from common.app_config import AppConfig

MEBIBYTE = 1024 * 1024
COOKIECUTTER_EXTENSIONS = "callboard.scaffolder.cookiecutterExtensions"
COOKIECUTTER_HOOKS = "callboard.scaffolder.cookiecutterHooks"


@dataclass(frozen=True, slots=True)
class ScaffolderSettings:
    """
    ``scaffolder.*`` and ``callboard.scaffolder.*`` of app-config.

    ``environment_secrets`` never leave the worker: dry runs do not get them.
    """

    concurrent_tasks: int = 4
    task_timeout: timedelta = timedelta(hours=24)
    is_recovering: bool = True
    lease: timedelta = timedelta(seconds=30)
    working_directory: Path | None = None  # None: a folder of the data folder
    max_workspace_bytes: int = 512 * MEBIBYTE
    max_workspace_files: int = 100_000
    keep_tasks: timedelta | None = None  # None: for ever
    environment_parameters: dict[str, Any] = field(default_factory=dict, hash=False)
    environment_secrets: dict[str, str] = field(default_factory=dict, hash=False, repr=False)
    default_author_name: str = "Scaffolder"
    default_author_email: str = "scaffolder@backstage.io"
    default_commit_message: str = "Initial commit"
    needs_user_credentials: bool = False
    cookiecutter_extensions: tuple[str, ...] = ()
    allows_cookiecutter_hooks: bool = False

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        default = cls()
        own = "callboard.scaffolder"
        folder = config.string("backend.workingDirectory") if config.has("backend.workingDirectory") else None
        return cls(
            concurrent_tasks=_at_least(config, "scaffolder.concurrentTasksLimit", 0, default.concurrent_tasks),
            task_timeout=_duration(config, "scaffolder.taskTimeout", default.task_timeout),
            is_recovering=bool(config.boolean("scaffolder.taskRecovery.enabled", True)),
            lease=_duration(config, "scaffolder.taskRecovery.staleTimeout", default.lease),
            working_directory=Path(folder) if folder else None,
            max_workspace_bytes=_at_least(config, f"{own}.maxWorkspaceBytes", 1, default.max_workspace_bytes),
            max_workspace_files=_at_least(config, f"{own}.maxWorkspaceFiles", 1, default.max_workspace_files),
            keep_tasks=_duration(config, f"{own}.keepTasks", timedelta(days=1))
            if config.has(f"{own}.keepTasks")
            else None,
            environment_parameters=_record(config, "scaffolder.defaultEnvironment.parameters"),
            environment_secrets=_record(config, "scaffolder.defaultEnvironment.secrets"),
            default_author_name=config.string("scaffolder.defaultAuthor.name", default.default_author_name),
            default_author_email=config.string("scaffolder.defaultAuthor.email", default.default_author_email),
            default_commit_message=config.string("scaffolder.defaultCommitMessage", default.default_commit_message),
            needs_user_credentials=bool(config.boolean("scaffolder.requireScmUserCredentials", False)),
            cookiecutter_extensions=tuple(config.string_list(COOKIECUTTER_EXTENSIONS, []) or []),
            allows_cookiecutter_hooks=bool(config.boolean(COOKIECUTTER_HOOKS, False)),
        )

    @property
    def workspaces(self) -> Path:
        """The folder where tasks have theirs."""
        folder: Path = self.working_directory or settings.CALLBOARD_DATA_DIR / "workspaces"
        return folder


def _at_least(config: AppConfig, path: str, least: int, default: int) -> int:
    value = config.integer(path, default)
    if value < least:
        raise config.error(path, f"a whole number of at least {least}")
    return value


def _duration(config: AppConfig, path: str, default: timedelta) -> timedelta:
    value = config.duration(path, default)
    if value <= timedelta():
        raise config.error(path, "a duration above 0, such as { minutes: 5 }")
    return value


def _record(config: AppConfig, path: str) -> dict[str, Any]:
    value = config.get(path)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise config.error(path, "a record of names and values")
    return value


@lru_cache(maxsize=4)
def settings_of(config: AppConfig) -> ScaffolderSettings:
    """Cheap: read once for each configuration. Raises ConfigError."""
    return ScaffolderSettings.from_app_config(config)


def scaffolder_settings() -> ScaffolderSettings:
    """The settings of this process."""
    return settings_of(settings.APP_CONFIG)
