"""``${VAR}``, ``$env``, ``$file`` and ``$include``: from what a file says to what it means."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.app_config.error import ConfigError
from common.app_config.yaml_file import parse_yaml

INCLUDES = ("$file", "$env", "$include")
PLACEHOLDER = re.compile(r"\$?\$\{[^{}]*\}")
MAX_DEPTH = 100
UNSET: Any = object()


class Transform:
    """
    The transformation of one file's content.

    A text with a variable that is not set, and no ``:-default``, is not set itself: its key is left out.
    """

    def __init__(self, file: str, env: Mapping[str, str]) -> None:
        self._file = file
        self._env = env

    def apply(self, value: Any, folder: Path, path: str = "", depth: int = 0) -> Any:
        """The meaning of ``value``; relative files are taken from ``folder``. UNSET if it has none. Raises ConfigError."""
        if depth > MAX_DEPTH:
            raise self._error(path[:200], f"more than {MAX_DEPTH} levels", "includes that do not include themselves")
        if isinstance(value, str):
            return self.substitute(value)
        if isinstance(value, dict) and any(key in INCLUDES for key in value):
            value, folder = self._include(value, folder, path)
        if isinstance(value, list):
            items = (self.apply(item, folder, f"{path}[{index}]", depth + 1) for index, item in enumerate(value))
            return [item for item in items if item is not UNSET]
        if isinstance(value, dict):
            dot = "." if path else ""
            pairs = ((key, self.apply(item, folder, f"{path}{dot}{key}", depth + 1)) for key, item in value.items())
            return {key: item for key, item in pairs if item is not UNSET}
        return value

    def substitute(self, text: str) -> Any:
        """The text with its ``${VAR}`` and ``${VAR:-default}`` replaced; ``$${VAR}`` stands for ``${VAR}``."""
        parts: list[str] = []
        end = 0
        for match in PLACEHOLDER.finditer(text):
            value = self._variable(match[0])
            if value is UNSET:
                return UNSET
            parts += (text[end : match.start()], value)
            end = match.end()
        return "".join((*parts, text[end:]))

    def _variable(self, placeholder: str) -> Any:
        if placeholder.startswith("$$"):
            return placeholder[1:]
        name, separator, fallback = placeholder[2:-1].partition(":-")
        value = self._read_env(name.strip())
        if not separator:
            return value
        return (value if value is not UNSET else "") or fallback.strip() or UNSET

    def _read_env(self, name: str) -> Any:
        value = self._env.get(name)
        return UNSET if value is None else value.strip()

    def _include(self, value: dict[str, Any], folder: Path, path: str) -> tuple[Any, Path]:
        key = next(key for key in value if key in INCLUDES)
        if len(value) != 1:
            raise self._error(path, f"other keys beside '{key}'", f"'{key}' alone")
        target = self.substitute(value[key]) if isinstance(value[key], str) else None
        if target is UNSET:
            raise self._error(f"{path}.{key}", "a text with a variable that is not set", "a text")
        if not isinstance(target, str):
            raise self._error(f"{path}.{key}", "another type", "a text")
        if key == "$env":
            return self._read_env(target), folder
        if key == "$file":
            return self._read_file(folder / target, path).rstrip(), folder
        return self._read_include(target, folder, path)

    def _read_include(self, target: str, folder: Path, path: str) -> tuple[Any, Path]:
        name, _, fragment = target.partition("#")
        file = folder / name
        if file.suffix not in (".json", ".yaml", ".yml"):
            raise self._error(path, f"'{target}'", "a .yaml, .yml or .json file to include")
        text = self._read_file(file, path)
        value = self._parse_json(text, file) if file.suffix == ".json" else parse_yaml(text, file=str(file))
        for part in fragment.split(".") if fragment else ():
            if not isinstance(value, dict):
                raise self._error(path, f"'{target}'", f"an object that holds '{part}' in {file}")
            value = value.get(part, UNSET)
        return self.substitute(value) if isinstance(value, str) else value, file.parent

    def _parse_json(self, text: str, file: Path) -> Any:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigError(
                f"{file}: line {error.lineno}, column {error.colno}: not valid JSON: {error.msg}"
            ) from None

    def _read_file(self, file: Path, path: str) -> str:
        return read_text(file, error=lambda reason: self._error(path, f"'{file}', which {reason}", "a readable file"))

    def _error(self, path: str, got: str, expected: str) -> ConfigError:
        return ConfigError(f"{self._file}: {path.lstrip('.')}: got {got}, expected {expected}")


def read_text(file: Path, *, error: Any) -> str:
    """The text of a file; ``error(reason)`` makes what is raised instead."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise error("does not exist") from None
    except OSError as reason:
        raise error(f"cannot be read ({reason.strerror})") from None
    except UnicodeDecodeError:
        raise error("is not UTF-8 text") from None
