"""From ``--config`` files and the environment to one configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from common.app_config.config import AppConfig, Source
from common.app_config.environment import read_environment
from common.app_config.error import ConfigError
from common.app_config.transform import Transform, read_text
from common.app_config.yaml_file import parse_yaml


def default_config_paths(cwd: Path) -> list[Path]:
    """What is read without ``--config``: those of app-config.yaml and app-config.local.yaml that exist."""
    candidates = (cwd / "app-config.yaml", cwd / "app-config.local.yaml")
    return [path for path in candidates if path.is_file()]


def load_app_config(paths: Sequence[Path], *, env: Mapping[str, str]) -> AppConfig:
    """
    Read and merge the files in order, then ``APP_CONFIG_*``: the later wins.

    Objects merge key by key, anything else is replaced, ``null`` takes away what came before.
    Raises ConfigError for what cannot be read or parsed, with file and line.
    """
    sources = [source for path in paths if (source := _read_source(path, env)) is not None]
    from_env = read_environment(env)
    if from_env:
        sources.append(Source("environment", Path.cwd(), from_env))
    return AppConfig.from_sources(sources)


def _read_source(path: Path, env: Mapping[str, str]) -> Source | None:
    file = str(path)
    text = read_text(path, error=lambda reason: ConfigError(f"{file}: got a file that {reason}, expected app-config"))
    parsed = parse_yaml(text, file=file)
    if parsed is None:
        return None
    folder = path.resolve().parent
    data = Transform(file, env).apply(parsed, folder)
    if not isinstance(data, dict):
        raise ConfigError(f"{file}: got no object at its root, expected keys such as 'app', 'backend' and 'catalog'")
    return Source(file, folder, data)
