"""``backend.reading.allow``: which plain URLs may be read. The rules are the reference's."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from common.app_config import AppConfig
from integrations.whatwg import Url

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@\s]+)(?::(\d+)(?:-(\d+))?)?")
EXPECTED_HOST = "a host such as 'example.com', '*.example.com', 'example.com:8443' or 'example.com:8000-8100'"


@dataclass(frozen=True, slots=True)
class AllowRule:
    """
    ``hostname`` is exact, or a suffix beginning with ``.`` if ``is_wildcard``.

    Without ``ports`` only a URL that names none matches; without ``paths`` every path does.
    """

    hostname: str
    is_wildcard: bool = False
    ports: tuple[int, int] | None = None
    paths: tuple[str, ...] | None = None

    @classmethod
    def read(cls, section: AppConfig) -> Self:
        """Raises ConfigError."""
        match = HOST.fullmatch(section.string("host", ""))
        if match is None:
            raise section.error("host", EXPECTED_HOST)
        hostname = match[1].lower()
        ports = (int(match[2]), int(match[3] or match[2])) if match[2] else None
        is_wildcard = hostname.startswith("*.")
        if (ports and not 0 < ports[0] <= ports[1]) or "*" in hostname.removeprefix("*."):
            raise section.error("host", EXPECTED_HOST)
        paths = section.string_list("paths")
        return cls(hostname.removeprefix("*"), is_wildcard, ports, None if paths is None else tuple(paths))

    def matches(self, url: Url) -> bool:
        return self.matches_host(url) and self._matches_path(url)

    def matches_host(self, url: Url) -> bool:
        hostname = url.hostname or ""
        is_host = hostname.endswith(self.hostname) if self.is_wildcard else hostname == self.hostname
        return is_host and self._matches_port(url)

    def _matches_port(self, url: Url) -> bool:
        if self.ports is None:
            return url.port is None
        port = url.effective_port
        return port is not None and self.ports[0] <= port <= self.ports[1]

    def _matches_path(self, url: Url) -> bool:
        if self.paths is None:
            return True
        path = posixpath.normpath(url.path) + ("/" if url.path.endswith("/") else "")
        path = "/" + path.lstrip("/")
        return any(path == allowed or path.startswith(allowed.rstrip("/") + "/") for allowed in self.paths)


class AllowList:
    def __init__(self, rules: Iterable[AllowRule]) -> None:
        self.rules = tuple(rules)

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError."""
        return cls(AllowRule.read(section) for section in config.sections("backend.reading.allow"))

    def allows(self, url: Url) -> bool:
        return any(rule.matches(url) for rule in self.rules)

    def rules_of_host(self, url: Url) -> list[AllowRule]:
        """Those for the URL's host and port, whatever the path."""
        return [rule for rule in self.rules if rule.matches_host(url)]
