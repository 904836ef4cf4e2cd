"""GitHub and GitHub Enterprise."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, Self

from common.app_config import AppConfig
from integrations.git.target import GitTarget
from integrations.resolution import resolve_default_url
from integrations.scm.integration import (
    ScmIntegration,
    basic_authorization,
    present,
    read_host,
    read_secret,
    read_url,
)
from integrations.whatwg import Url

HOST = "github.com"
API_BASE_URL = "https://api.github.com"
RAW_BASE_URL = "https://raw.githubusercontent.com"
FILE = re.compile(r"//([^/]+)/([^/]+)/([^/]+)/(?:blob|tree|edit)/")


@dataclass(frozen=True, slots=True)
class GithubApp:
    """
    A GitHub App, which acts where it is installed: for all owners, or for those named alone (in lower case).

    ``private_key`` is PEM.
    """

    app_id: int
    client_id: str
    private_key: str = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    allowed_installation_owners: tuple[str, ...] | None = None

    @classmethod
    def read(cls, section: AppConfig) -> Self:
        """Raises ConfigError."""
        app_id = section.integer("appId")
        client_id = section.string("clientId")
        private_key = read_secret(section, "privateKey")
        if app_id is None:
            raise section.error("appId", "the number of a GitHub App")
        if client_id is None:
            raise section.error("clientId", "the client id of a GitHub App")
        if private_key is None:
            raise section.error("privateKey", "the private key of a GitHub App, as PEM")
        owners = section.string_list("allowedInstallationOwners")
        return cls(
            app_id,
            client_id,
            # In variables of the environment, line ends are often written so.
            private_key.replace("\\n", "\n"),
            client_secret=read_secret(section, "clientSecret"),
            webhook_secret=read_secret(section, "webhookSecret"),
            allowed_installation_owners=None if owners is None else tuple(owner.lower() for owner in owners),
        )

    def may_act_for(self, owner: str) -> bool:
        return self.allowed_installation_owners is None or owner.lower() in self.allowed_installation_owners


@dataclass(frozen=True, slots=True)
class GithubIntegration(ScmIntegration):
    type: ClassVar[str] = "github"

    api_base_url: str | None = None
    raw_base_url: str | None = None
    token: str | None = field(default=None, repr=False)
    apps: tuple[GithubApp, ...] = ()

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        found = [cls._read(section) for section in config.sections("integrations.github")]
        if not any(integration.host == HOST for integration in found):
            found.append(cls(HOST, is_default=True, api_base_url=API_BASE_URL, raw_base_url=RAW_BASE_URL))
        return found

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        host = read_host(section, HOST)
        is_public = host == HOST
        api = read_url(section, "apiBaseUrl", API_BASE_URL if is_public else None)
        raw = read_url(section, "rawBaseUrl", RAW_BASE_URL if is_public else None)
        token = read_secret(section, "token")
        apps = tuple(GithubApp.read(app) for app in section.sections("apps"))
        return cls(host, base_urls=present(api, raw), api_base_url=api, raw_base_url=raw, token=token, apps=apps)

    def resolve_url(self, *, url: str, base: str, line_number: int | None = None) -> str:
        return _with_file_type(resolve_default_url(url=url, base=base, line_number=line_number), "tree")

    def _edit_url(self, url: str) -> str:
        return _with_file_type(url, "edit")

    def _edit_url_of_target(self, target: GitTarget) -> str | None:
        if target.ref is None:
            return None
        return f"{target.clone_url.removesuffix('.git')}/edit/{target.ref}/{target.encoded_path}"

    def _authorization(self, url: Url) -> str | None:
        return basic_authorization("x-access-token", self.token) if self.token else None


def _with_file_type(url: str, file_type: str) -> str:
    return FILE.sub(rf"//\1/\2/\3/{file_type}/", url, count=1)
