"""What all code hosts have in common."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import ClassVar, Self

from common.app_config import AppConfig
from integrations.git.target import GitTarget, parse_git_target
from integrations.resolution import resolve_default_url
from integrations.whatwg import InvalidUrlError, Url, is_url, parse_url


@dataclass(frozen=True, slots=True)
class ScmIntegration:
    """
    One host. ``is_default`` if the configuration does not name it and it is there all the same.

    ``base_urls`` are its further addresses (API, raw files, clones), as configured.
    """

    type: ClassVar[str]

    host: str
    is_default: bool = False
    base_urls: tuple[str, ...] = ()

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        """Those that ``integrations.<type>`` names, and the vendor's own. Raises ConfigError."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        return self.host

    def resolve_url(self, *, url: str, base: str, line_number: int | None = None) -> str:
        """``url`` as seen from the file at ``base``. Raises InputError if that makes no URL."""
        return resolve_default_url(url=url, base=base, line_number=line_number)

    def resolve_edit_url(self, url: str) -> str:
        """Where a person edits the file. The URL itself if the host has no such place, or it is not a file's."""
        target = parse_git_target(url)
        if target is not None:
            return self._edit_url_of_target(target) or url
        try:
            return self._edit_url(url)
        except (InvalidUrlError, ValueError, IndexError):
            return url

    def authorization(self, url: Url) -> str | None:
        """
        The ``Authorization`` header for git over HTTP from this host, or None.

        Never for another host, and over plain ``http`` only if a base URL of the configuration is plain too.
        """
        return self._authorization(url) if self.trusts(url) else None

    def trusts(self, url: Url) -> bool:
        """Whether its credentials for git may be sent there at all."""
        is_plain_meant = any(parse_url(base).origin == url.origin for base in self.base_urls)
        return url.host == self.host and (url.scheme == "https" or is_plain_meant)

    def _edit_url(self, url: str) -> str:
        return url

    def _edit_url_of_target(self, target: GitTarget) -> str | None:
        return None

    def _authorization(self, url: Url) -> str | None:
        return None


def basic_authorization(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def read_host(section: AppConfig, default: str | None = None) -> str:
    """``host``, checked. Raises ConfigError also if it is absent and there is no default."""
    host = section.string("host", default)
    if host is None or not is_url(f"https://{host}") or parse_url(f"https://{host}").host != host:
        raise section.error("host", "a host name such as 'code.example.com', without scheme and path")
    return host


def read_url(section: AppConfig, key: str, default: str | None = None) -> str | None:
    """A base URL without slashes at its end. Raises ConfigError."""
    url = section.string(key, default)
    if url is None:
        return None
    if not is_url(url) or parse_url(url).scheme not in ("http", "https"):
        raise section.error(key, "a URL such as 'https://code.example.com/api'")
    return url.rstrip("/")


def read_secret(section: AppConfig, key: str) -> str | None:
    secret = section.string(key)
    return (secret.strip() or None) if secret is not None else None


def present(*urls: str | None) -> tuple[str, ...]:
    return tuple(url for url in urls if url is not None)
