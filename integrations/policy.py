"""Who may be read at all: the configuration's answer, before any packet is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from common.app_config import AppConfig
from common.errors import InputError, NotAllowedError
from integrations.allow_list import AllowList
from integrations.git.target import GitTarget
from integrations.http.addresses import Reach
from integrations.registry import ScmIntegrations
from integrations.whatwg import Url, parse_url
from integrations.whatwg.path import hides_dot_segments

SCHEMES = ("http", "https")
MAX_URL = 4096


def not_allowed_message(url: str) -> str:
    return (
        f"Reading from '{url}' is not allowed. You may need to configure an integration for the target host, or add it"
        " to the configured list of allowed hosts at 'backend.reading.allow'"
    )


class ReadingPolicy:
    """``backend.reading.allow`` and the hosts of ``integrations``, seen together."""

    def __init__(self, allow_list: AllowList, integrations: ScmIntegrations) -> None:
        self.allow_list = allow_list
        self.integrations = integrations
        self._named = frozenset(_named_addresses(integrations))

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError."""
        return cls(AllowList.from_app_config(config), ScmIntegrations.from_app_config(config))

    def check_plain(self, url: Url, text: str) -> None:
        """Raise unless this URL may be read over plain HTTP. Asked for every hop of a redirect."""
        check_form(url, text)
        if not self.allow_list.allows(url):
            raise NotAllowedError(f"URL not allowed by backend.reading.allow configuration: {text}")

    def check_git(self, target: GitTarget, *, allow_local: bool) -> None:
        """Raise unless this repository may be read. Local ones only where the caller says so."""
        if target.is_local:
            if not allow_local:
                raise NotAllowedError(
                    f"Reading from '{target}' is not allowed: repositories on this machine may be named"
                    " by the configuration only, at 'catalog.locations'"
                )
            return
        if self.integrations.by_host(target.url.host) is None and not self.allow_list.allows(target.url):
            raise NotAllowedError(not_allowed_message(str(target)))

    def reach(self, hostname: str, port: int) -> Reach:
        """How near the addresses of this host may be: those that the operator named may be his own machines."""
        if (hostname, port) in self._named:
            return Reach.LOOPBACK
        url = parse_url(f"{'https' if port == 443 else 'http'}://{hostname}:{port}")
        rules = self.allow_list.rules_of_host(url)
        if any(not rule.is_wildcard for rule in rules):
            return Reach.LOOPBACK
        return Reach.PRIVATE if rules else Reach.PUBLIC


def check_form(url: Url, text: str) -> None:
    """Raise for what no server may be asked, however well it is known."""
    if len(text) > MAX_URL:
        raise InputError(f"Reading from '{text[:100]}…' is not allowed: it has more than {MAX_URL} characters")
    if url.has_userinfo:
        raise NotAllowedError(
            f"Reading from '{url.scheme}://…@{url.host}{url.path}' is not allowed: it holds a user name or password;"
            " credentials belong into the configuration, under 'integrations'"
        )
    if url.scheme not in SCHEMES:
        raise NotAllowedError(not_allowed_message(text))
    if hides_dot_segments(url.path):
        raise NotAllowedError(f"Reading from '{text}' is not allowed: its path hides '.' or '..' segments")


def _named_addresses(integrations: ScmIntegrations) -> Iterable[tuple[str, int]]:
    for integration in integrations.list():
        if integration.is_default:
            continue
        urls = [parse_url(f"https://{integration.host}"), parse_url(f"http://{integration.host}")]
        for url in urls + [parse_url(base) for base in integration.base_urls]:
            if url.effective_port is not None:
                yield url.hostname or "", url.effective_port
