"""``catalog.providers.gitlab`` of app-config, as far as it is about users and groups: where it says ``orgEnabled``."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.providers.org.timeout import TIMEOUT
from catalog.providers.pattern import Matches, match_all, read_pattern
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig
from integrations.hosts.settings import HostSettings
from integrations.registry import ScmIntegrations
from integrations.scm.gitlab import HOST, GitlabIntegration

KEY = "catalog.providers.gitlab"
RELATIONS = ("DIRECT", "INHERITED", "DESCENDANTS")


@dataclass(frozen=True, slots=True)
class GitlabOrgConfig:
    """``relations`` are by which memberships somebody is in a group, besides that of the group itself."""

    id: str
    integration: GitlabIntegration
    group: str
    schedule: Schedule
    host_settings: HostSettings
    matches_user: Matches = match_all
    matches_group: Matches = match_all
    relations: frozenset[str] = frozenset()
    is_restricted: bool = False
    is_with_seatless: bool = False

    @property
    def host(self) -> str:
        return self.integration.host

    @property
    def is_own_server(self) -> bool:
        """GitLab's own shows nobody all its users."""
        return self.host != HOST

    def has_group(self, full_path: str) -> bool:
        is_below = not self.group or f"{full_path}/".startswith(f"{self.group}/")
        return is_below and self.matches_group(full_path)


def read_gitlab_configs(config: AppConfig) -> list[GitlabOrgConfig]:
    """Raises ConfigError with key and value."""
    section = config.section(KEY)
    ids = section.keys()
    named = [(id_, section.section(id_)) for id_ in ids]
    enabled = [(id_, each) for id_, each in named if each.boolean("orgEnabled", False)]
    if not enabled:
        return []
    integrations = ScmIntegrations.from_app_config(config)
    settings = HostSettings.from_app_config(config)
    return [_read(id_, each, integrations, settings) for id_, each in enabled]


def _read(id_: str, section: AppConfig, integrations: ScmIntegrations, settings: HostSettings) -> GitlabOrgConfig:
    integration = integrations.by_host(section.string("host", ""))
    if not isinstance(integration, GitlabIntegration):
        raise section.error("host", "a host under 'integrations.gitlab', such as 'gitlab.com'")
    group = section.string("group", "").strip("/")
    is_restricted = section.boolean("restrictUsersToGroup", False)
    if not group and (integration.host == HOST or is_restricted):
        raise section.error("group", "the full path of the group whose users and groups are meant")
    relations = set(section.string_list("relations", []))
    if not relations <= set(RELATIONS):
        raise section.error("relations", f"some of {', '.join(RELATIONS)}")
    if section.boolean("allowInherited", False):
        relations.add("INHERITED")
    return GitlabOrgConfig(
        id=id_,
        integration=integration,
        group=group,
        schedule=Schedule.from_app_config(section, timeout=TIMEOUT),
        matches_user=read_pattern(section, "userPattern"),
        matches_group=read_pattern(section, "groupPattern"),
        relations=frozenset(relations),
        is_restricted=is_restricted,
        is_with_seatless=section.boolean("includeUsersWithoutSeat", False),
        host_settings=settings,
    )
