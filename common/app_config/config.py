"""What the configuration says, by dotted path and typed. Its errors name file, key, value and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from pathlib import Path
from typing import Any, Self, TypeVar, overload

from common.app_config.duration import to_duration
from common.app_config.error import ConfigError, describe
from common.app_config.values import to_boolean, to_integer, to_text, to_text_list

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """One file (or the environment): how messages name it, where its relative paths start, what it says."""

    name: str
    folder: Path
    data: dict[str, Any]


class AppConfig:
    """
    Configuration below one key, at first below the root.

    ``null`` counts as absent. Every typed getter gives its default (None if not named) for an absent key,
    and raises ConfigError for a value of another type.
    """

    __slots__ = ("_prefix", "_sources", "data")

    def __init__(self, data: dict[str, Any], sources: Sequence[Source], prefix: str = "") -> None:
        self.data = data
        self._sources = tuple(sources)
        self._prefix = prefix

    @classmethod
    def from_sources(cls, sources: Sequence[Source]) -> Self:
        """Merged in order: the later wins."""
        data: dict[str, Any] = reduce(lambda below, source: _merge(source.data, below), sources, {})
        return cls(data, sources)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], base_dir: Path = Path(".")) -> Self:
        """As if it came from a file ``app-config.yaml`` in ``base_dir``. For tests and for flags."""
        return cls.from_sources([Source("app-config.yaml", base_dir, dict(data))])

    def get(self, path: str, default: Any = None) -> Any:
        """The raw value, not to be changed. Raises ConfigError if the path leads through something else than objects."""
        value: Any = self.data
        parts = path.split(".") if path else []
        for index, part in enumerate(parts):
            if value is None:
                return default
            if not isinstance(value, Mapping):
                raise self.error(".".join(parts[:index]), "an object")
            value = value.get(part)
        return default if value is None else value

    def has(self, path: str) -> bool:
        return self.get(path) is not None

    @overload
    def string(self, path: str) -> str | None: ...
    @overload
    def string(self, path: str, default: str) -> str: ...
    @overload
    def string(self, path: str, default: None) -> str | None: ...
    def string(self, path: str, default: str | None = None) -> str | None:
        """A text that is not empty."""
        return self._read(path, to_text, default)

    @overload
    def integer(self, path: str) -> int | None: ...
    @overload
    def integer(self, path: str, default: int) -> int: ...
    @overload
    def integer(self, path: str, default: None) -> int | None: ...
    def integer(self, path: str, default: int | None = None) -> int | None:
        """A whole number, also written as a text."""
        return self._read(path, to_integer, default)

    @overload
    def boolean(self, path: str) -> bool | None: ...
    @overload
    def boolean(self, path: str, default: bool) -> bool: ...
    @overload
    def boolean(self, path: str, default: None) -> bool | None: ...
    def boolean(self, path: str, default: bool | None = None) -> bool | None:
        """True or false, also written as ``yes``, ``on``, ``1`` and their opposites."""
        return self._read(path, to_boolean, default)

    @overload
    def duration(self, path: str) -> timedelta | None: ...
    @overload
    def duration(self, path: str, default: timedelta) -> timedelta: ...
    @overload
    def duration(self, path: str, default: None) -> timedelta | None: ...
    def duration(self, path: str, default: timedelta | None = None) -> timedelta | None:
        """``{ minutes: 5 }``, ``PT5M`` or ``5m``."""
        return self._read(path, to_duration, default)

    @overload
    def string_list(self, path: str) -> list[str] | None: ...
    @overload
    def string_list(self, path: str, default: list[str]) -> list[str]: ...
    @overload
    def string_list(self, path: str, default: None) -> list[str] | None: ...
    def string_list(self, path: str, default: list[str] | None = None) -> list[str] | None:
        return self._read(path, to_text_list, default)

    def section(self, path: str) -> AppConfig:
        """What lies below ``path``: empty if it is absent."""
        value = self.get(path, {})
        if not isinstance(value, dict):
            raise self.error(path, "an object")
        return AppConfig(value, self._sources, self._full(path))

    def sections(self, path: str) -> list[AppConfig]:
        """Each object of the list at ``path``: none if it is absent."""
        values = self.get(path, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.error(path, "a list of objects")
        return [AppConfig(value, self._sources, f"{self._full(path)}[{i}]") for i, value in enumerate(values)]

    def keys(self) -> list[str]:
        return [key for key, value in self.data.items() if value is not None]

    def error(self, path: str, expected: str) -> ConfigError:
        """The error to raise when the value at ``path`` is not what the caller can use."""
        full = self._full(path)
        try:
            got = describe(full, self.get(path))
        except ConfigError:
            got = "nothing"
        return ConfigError(f"{self._source_of(path).name}: {full}: got {got}, expected {expected}")

    def base_dir(self, path: str) -> Path:
        """The folder of the file that has the last word on ``path``. Of the first file if none has it."""
        return self._source_of(path).folder

    def _full(self, path: str) -> str:
        return f"{self._prefix}.{path}" if self._prefix and path else self._prefix or path

    def _read(self, path: str, convert: Callable[[Any], T], default: T | None) -> T | None:
        value = self.get(path)
        if value is None:
            return default
        try:
            return convert(value)
        except ValueError as error:
            raise self.error(path, str(error)) from None

    def _source_of(self, path: str) -> Source:
        # Lists are replaced as a whole, so all that lies in one comes from the same file.
        parts = self._full(path).partition("[")[0].split(".")
        for source in reversed(self._sources):
            if _find(source.data, parts) is not None:
                return source
        return self._sources[0] if self._sources else Source("app-config.yaml", Path("."), {})


def _find(value: Any, parts: Sequence[str]) -> Any:
    for part in parts:
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _merge(over: Any, below: Any) -> Any:
    """``over`` wins. None (``null``) takes away what is below it, and then itself."""
    if not isinstance(over, Mapping):
        return over
    below = below if isinstance(below, Mapping) else {}
    merged = {key: _merge(value, below.get(key)) for key, value in over.items()}
    merged |= {key: _merge(value, None) for key, value in below.items() if key not in over}
    return {key: value for key, value in merged.items() if value is not None}
