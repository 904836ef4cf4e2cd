"""``catalog.providers.githubOrg`` of app-config: one, or a list of them."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.providers.org.timeout import TIMEOUT
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig
from integrations.hosts.settings import HostSettings
from integrations.registry import ScmIntegrations
from integrations.scm.github import GithubIntegration
from integrations.scm.integration import read_url

KEY = "catalog.providers.githubOrg"
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class PageSizes:
    """Small enough that GitHub does not find the query too dear."""

    teams: int = 25
    team_members: int = 50
    members: int = 50


@dataclass(frozen=True, slots=True)
class GithubOrgConfig:
    """``orgs`` is empty for all where the integration's apps are installed."""

    id: str
    integration: GithubIntegration
    orgs: tuple[str, ...]
    schedule: Schedule
    has_namespaces: bool
    page_sizes: PageSizes
    host_settings: HostSettings
    is_without_suspended: bool = False

    @property
    def host(self) -> str:
        return self.integration.host


def read_github_configs(config: AppConfig) -> list[GithubOrgConfig]:
    """Raises ConfigError with key and value."""
    is_list = isinstance(config.get(KEY), list)
    sections = config.sections(KEY) if is_list else [config.section(KEY)] if config.has(KEY) else []
    if not sections:
        return []
    integrations = ScmIntegrations.from_app_config(config)
    settings = HostSettings.from_app_config(config)
    return [_read(section, integrations, settings, is_alone=len(sections) == 1) for section in sections]


def _read(
    section: AppConfig, integrations: ScmIntegrations, settings: HostSettings, *, is_alone: bool
) -> GithubOrgConfig:
    id_ = section.string("id")
    if not id_:
        raise section.error("id", "a name for this provider that stays the same")
    integration = integrations.by_url(read_url(section, "githubUrl") or "")
    if not isinstance(integration, GithubIntegration):
        raise section.error("githubUrl", "the URL of a host under 'integrations.github', such as 'https://github.com'")
    orgs = tuple(section.string_list("orgs", []))
    if not orgs and not integration.apps:
        raise section.error(
            "orgs", "the names of organizations, since the integration has no GitHub App that knows them"
        )
    return GithubOrgConfig(
        id=id_,
        integration=integration,
        orgs=orgs,
        schedule=Schedule.from_app_config(section, timeout=TIMEOUT),
        # A single organization's groups need none to be told apart.
        has_namespaces=not (is_alone and len(orgs) == 1),
        page_sizes=_page_sizes(section.section("pageSizes")),
        is_without_suspended=section.boolean("excludeSuspendedUsers", False),
        host_settings=settings,
    )


def _page_sizes(section: AppConfig) -> PageSizes:
    default = PageSizes()

    def read(key: str, size: int) -> int:
        found = section.integer(key, size)
        if not 1 <= found <= MOST_AT_ONCE:
            raise section.error(key, f"a number from 1 to {MOST_AT_ONCE}")
        return found

    return PageSizes(
        read("teams", default.teams),
        read("teamMembers", default.team_members),
        read("organizationMembers", default.members),
    )
