"""Harness Code: ``…/ng/account/<id>/module/code/orgs/…/projects/…/repos/<name>/files/<branch>/~/<path>``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from common.app_config import AppConfig
from integrations.scm.integration import ScmIntegration, read_host
from integrations.whatwg import parse_url


@dataclass(frozen=True, slots=True)
class HarnessIntegration(ScmIntegration):
    type: ClassVar[str] = "harness"

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        return [cls(read_host(section)) for section in config.sections("integrations.harness")]

    def _edit_url(self, url: str) -> str:
        parts = parse_url(url).path.split("/")
        owner = "".join(f"/{key}/{value}" for key in ("orgs", "projects") if (value := _after(parts, key)))
        marker = next(index for index, part in enumerate(parts) if part in ("files", "edit"))
        branch, _, path = "/".join(parts[marker + 1 :]).partition("/~/")
        account, name = _after(parts, "account"), _after(parts, "repos")
        return f"https://{self.host}/ng/account/{account}/module/code{owner}/repos/{name}/files/{branch}/~/{path}"


def _after(parts: list[str], key: str) -> str:
    return parts[parts.index(key) + 1] if key in parts[:-1] else ""
