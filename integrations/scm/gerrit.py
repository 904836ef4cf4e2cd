"""Gerrit, whose files are browsed in Gitiles: ``…/<project>/+/refs/heads/<branch>/<path>``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, Self

from common.app_config import AppConfig
from integrations.git.target import is_git_target
from integrations.scm.integration import (
    ScmIntegration,
    basic_authorization,
    present,
    read_host,
    read_secret,
    read_url,
)
from integrations.whatwg import InvalidUrlError, Url, parse_url

NAMED_REF = re.compile(r"refs/(?:heads|tags)/(.*?)(/|$)")


@dataclass(frozen=True, slots=True)
class GerritIntegration(ScmIntegration):
    type: ClassVar[str] = "gerrit"

    base_url: str = ""
    gitiles_base_url: str = ""
    disable_edit_url: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        return [cls._read(section) for section in config.sections("integrations.gerrit")]

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        host = read_host(section)
        base = read_url(section, "baseUrl") or f"https://{host}"
        gitiles = read_url(section, "gitilesBaseUrl")
        if gitiles is None:
            raise section.error("gitilesBaseUrl", f"the URL of Gitiles, such as 'https://{host}/plugins/gitiles'")
        return cls(
            host,
            base_urls=present(base, read_url(section, "cloneUrl"), gitiles),
            base_url=base,
            gitiles_base_url=gitiles,
            disable_edit_url=section.boolean("disableEditUrl", False),
            username=section.string("username"),
            password=read_secret(section, "password"),
        )

    def resolve_url(self, *, url: str, base: str, line_number: int | None = None) -> str:
        if is_git_target(base):
            return ScmIntegration.resolve_url(self, url=url, base=base)
        if url.startswith("/"):
            path = self._parse(base)[2]
            return f"{base.replace(path, '', 1).rstrip('/')}{url}"
        resolved = str(parse_url(url, base)) if url else str(parse_url(base))
        return f"{resolved.partition('#')[0]}#{line_number}" if line_number else resolved

    def _edit_url(self, url: str) -> str:
        if self.disable_edit_url:
            return url
        project, ref, path = self._parse(url)
        return f"{self.base_url}/admin/repos/edit/repo/{project}/branch/refs/heads/{ref}/file/{path}"

    def _parse(self, url: str) -> tuple[str, str, str]:
        """Project, ref and path. Raises InvalidUrlError if it is not a URL of Gitiles."""
        path = parse_url(url).path
        path = path.removeprefix("/a") if path.startswith("/a/") else path
        below = path.replace(parse_url(self.gitiles_base_url).path, "", 1)
        project, _, rest = "/".join(filter(None, below.split("/"))).partition("/+/")
        first, _, after = rest.partition("/")
        if project and (first == "HEAD" or len(first) == 40):
            return project, first, after
        match = NAMED_REF.match(rest)
        if not project or match is None:
            raise InvalidUrlError(url)
        return project, match[1], rest[match.end() :]

    def _authorization(self, url: Url) -> str | None:
        return basic_authorization(self.username, self.password) if self.username and self.password else None
