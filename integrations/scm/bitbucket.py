"""Bitbucket Cloud, and Bitbucket Server (now Data Center)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from common.app_config import AppConfig
from integrations.scm.integration import (
    ScmIntegration,
    basic_authorization,
    present,
    read_host,
    read_secret,
    read_url,
)
from integrations.scm_url import parse_scm_url
from integrations.whatwg import Url, is_url, parse_url, set_query_parameter

CLOUD_HOST = "bitbucket.org"
CLOUD_BASE_URL = "https://bitbucket.org"
CLOUD_API_BASE_URL = "https://api.bitbucket.org/2.0"


@dataclass(frozen=True, slots=True)
class BitbucketCloudIntegration(ScmIntegration):
    """``secret`` is the token, or the app password if there is none. The host and its addresses are fixed."""

    type: ClassVar[str] = "bitbucketCloud"

    api_base_url: str = CLOUD_API_BASE_URL
    base_url: str = CLOUD_BASE_URL
    username: str | None = None
    secret: str | None = field(default=None, repr=False)
    is_app_password: bool = False
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        found = [cls._read(section) for section in config.sections("integrations.bitbucketCloud")]
        return found or [cls(CLOUD_HOST, is_default=True)]

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        username = section.string("username")
        token, app_password = read_secret(section, "token"), read_secret(section, "appPassword")
        secret = token or app_password
        if username and not secret:
            raise section.error("token", "a token or an appPassword, since there is a username")
        client_id, client_secret = read_secret(section, "clientId"), read_secret(section, "clientSecret")
        if (client_id is None) != (client_secret is None):
            raise section.error("clientSecret", "both clientId and clientSecret, or neither")
        return cls(
            CLOUD_HOST,
            base_urls=(CLOUD_API_BASE_URL,),
            username=username,
            secret=secret,
            is_app_password=token is None and app_password is not None,
            client_id=client_id,
            client_secret=client_secret,
        )

    def resolve_url(self, *, url: str, base: str, line_number: int | None = None) -> str:
        resolved = ScmIntegration.resolve_url(self, url=url, base=base)
        return _with_fragment(resolved, f"lines-{line_number}") if line_number else resolved

    def _edit_url(self, url: str) -> str:
        edit_url = set_query_parameter(parse_url(url), "mode", "edit")
        return str(set_query_parameter(edit_url, "at", parse_scm_url(url).ref))

    def _authorization(self, url: Url) -> str | None:
        return basic_authorization(self.username, self.secret) if self.username and self.secret else None


@dataclass(frozen=True, slots=True)
class BitbucketServerIntegration(ScmIntegration):
    type: ClassVar[str] = "bitbucketServer"

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        return [cls._read(section) for section in config.sections("integrations.bitbucketServer")]

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        host = read_host(section)
        api = read_url(section, "apiBaseUrl") or f"https://{host}/rest/api/1.0"
        return cls(
            host,
            base_urls=present(api),
            username=section.string("username"),
            password=read_secret(section, "password"),
            token=read_secret(section, "token"),
        )

    def resolve_url(self, *, url: str, base: str, line_number: int | None = None) -> str:
        resolved = ScmIntegration.resolve_url(self, url=url, base=base)
        return _with_fragment(resolved, str(line_number)) if line_number else resolved

    def _edit_url(self, url: str) -> str:
        return url.partition("?")[0]

    def _authorization(self, url: Url) -> str | None:
        if self.token:
            return f"Bearer {self.token}"
        return basic_authorization(self.username, self.password) if self.username and self.password else None


def _with_fragment(url: str, fragment: str) -> str:
    return str(replace(parse_url(url), fragment=fragment)) if is_url(url) else url
