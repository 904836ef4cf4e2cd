"""GitLab."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, Self

from common.app_config import AppConfig
from integrations.git.target import GitTarget
from integrations.scm.integration import (
    ScmIntegration,
    basic_authorization,
    present,
    read_host,
    read_secret,
    read_url,
)
from integrations.whatwg import Url

HOST = "gitlab.com"
API_BASE_URL = "https://gitlab.com/api/v4"
FILE = re.compile(r"/-/(?:blob|tree|edit)/")


@dataclass(frozen=True, slots=True)
class GitlabIntegration(ScmIntegration):
    type: ClassVar[str] = "gitlab"

    api_base_url: str = API_BASE_URL
    base_url: str = f"https://{HOST}"
    token: str | None = field(default=None, repr=False)

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        found = [cls._read(section) for section in config.sections("integrations.gitlab")]
        if not any(integration.host == HOST for integration in found):
            found.append(cls(HOST, is_default=True))
        return found

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        host = read_host(section)
        api = read_url(section, "apiBaseUrl", API_BASE_URL if host == HOST else None)
        if api is None:
            raise section.error("apiBaseUrl", f"a URL such as 'https://{host}/api/v4'")
        base = read_url(section, "baseUrl") or f"https://{host}"
        token = read_secret(section, "token")
        return cls(host, base_urls=present(api, base), api_base_url=api, base_url=base, token=token)

    def _edit_url(self, url: str) -> str:
        return FILE.sub("/-/edit/", url, count=1)

    def _edit_url_of_target(self, target: GitTarget) -> str | None:
        if target.ref is None:
            return None
        return f"{target.clone_url.removesuffix('.git')}/-/edit/{target.ref}/{target.encoded_path}"

    def _authorization(self, url: Url) -> str | None:
        return basic_authorization("oauth2", self.token) if self.token else None
