"""Gitea and Forgejo."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from integrations.whatwg import Url


@dataclass(frozen=True, slots=True)
class GiteaIntegration(ScmIntegration):
    type: ClassVar[str] = "gitea"

    base_url: str = ""
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        return [cls._read(section) for section in config.sections("integrations.gitea")]

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        host = read_host(section)
        base = read_url(section, "baseUrl") or f"https://{host}"
        return cls(
            host,
            base_urls=present(base),
            base_url=base,
            username=section.string("username"),
            password=read_secret(section, "password"),
        )

    def _edit_url(self, url: str) -> str:
        # /<owner>/<name>/src/branch/<ref>/<path>
        _, owner, name, _, _, ref, *path = url.replace(self.base_url, "", 1).split("/")
        return f"{self.base_url}/{owner}/{name}/_edit/{ref}/{'/'.join(path)}"

    def _authorization(self, url: Url) -> str | None:
        if not self.password:
            return None
        return basic_authorization(self.username, self.password) if self.username else f"token {self.password}"
