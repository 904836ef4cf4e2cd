"""Azure DevOps. The path of a file stands in the query: ``…/_git/repo?path=/catalog-info.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Self
from urllib.parse import unquote

from common.app_config import AppConfig
from integrations.git.target import is_git_target
from integrations.scm.integration import ScmIntegration, basic_authorization, read_host, read_secret
from integrations.whatwg import Url, is_url, parse_url, set_query_parameter
from integrations.whatwg.query import query_parameter

HOST = "dev.azure.com"
VISUAL_STUDIO = ".visualstudio.com"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A personal access token, for some organizations only or, if it names none, for all others."""

    secret: str = field(repr=False)
    organizations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AzureIntegration(ScmIntegration):
    """``base_url`` is where its organizations are; empty: ``https://<host>``."""

    type: ClassVar[str] = "azure"

    base_url: str = ""
    tokens: tuple[AccessToken, ...] = ()

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        found = [cls._read(section) for section in config.sections("integrations.azure")]
        if not any(integration.host == HOST for integration in found):
            found.append(cls(HOST, is_default=True))
        return found

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        for removed in ("credential", "token"):
            if section.has(removed):
                raise section.error(removed, "nothing: Azure tokens stand in 'credentials'")
        # Other kinds of credentials (service principals, managed identities) are of no use to git.
        tokens = tuple(
            AccessToken(secret, tuple(credential.string_list("organizations", [])))
            for credential in section.sections("credentials")
            if (secret := read_secret(credential, "personalAccessToken"))
        )
        return cls(read_host(section, HOST), tokens=tokens)

    def resolve_url(self, *, url: str, base: str, line_number: int | None = None) -> str:
        if is_url(url):
            return url
        if is_git_target(base):
            return ScmIntegration.resolve_url(self, url=url, base=base)
        if not _is_repository(parse_url(base)):
            return str(parse_url(url, base))
        path = parse_url(url, f"https://a.com{query_parameter(parse_url(base), 'path') or ''}").path
        resolved = set_query_parameter(parse_url(base), "path", path)
        return str(_with_line(resolved, line_number) if line_number else resolved)

    def _authorization(self, url: Url) -> str | None:
        organization = unquote(url.path).split("/")[1].lower()
        if (url.hostname or "").endswith(VISUAL_STUDIO):
            organization = (url.hostname or "").split(".")[0]
        named = [token for token in self.tokens if organization in map(str.lower, token.organizations)]
        general = [token for token in self.tokens if not token.organizations]
        return next((basic_authorization("", token.secret) for token in named + general), None)


def _is_repository(url: Url) -> bool:
    parts = unquote(url.path).split("/")
    is_repository = any(len(parts) > at + 1 and parts[at] == "_git" and parts[at + 1] for at in (2, 3, 4))
    version = query_parameter(url, "version")
    return is_repository and (not version or version[:2] in ("GB", "GT"))


def _with_line(url: Url, line_number: int) -> Url:
    for name, value in (
        ("line", line_number),
        ("lineEnd", line_number + 1),
        ("lineStartColumn", 1),
        ("lineEndColumn", 1),
    ):
        url = set_query_parameter(url, name, str(value))
    return url
