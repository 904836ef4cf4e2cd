"""``catalog.providers.gitea``: the repositories of an organization."""

from __future__ import annotations

from catalog.providers.repositories.plan import Emits, Plan
from catalog.providers.repositories.provider import RepositoryProvider
from catalog.providers.repositories.sections import find_integration, named_sections, needed_text, opener, path_of
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig
from integrations.hosts.settings import HostSettings
from integrations.scm.gitea import GiteaIntegration


def gitea_providers(config: AppConfig) -> list[RepositoryProvider]:
    """Raises ConfigError with key and value."""
    return [RepositoryProvider(_read_plan(config, id_, section)) for id_, section in named_sections(config, "gitea")]


def _read_plan(config: AppConfig, id_: str, section: AppConfig) -> Plan:
    host = needed_text(section, "host", "the host of a Gitea, as 'integrations.gitea' names it")
    organization = needed_text(section, "organization", "the name of an organization")
    integration = find_integration(config, section, host, GiteaIntegration, "gitea")
    settings = HostSettings.from_app_config(config)

    return Plan(
        kind="gitea",
        name=f"gitea-provider:{id_}",
        host=host,
        schedule=Schedule.from_app_config(section),
        pattern=path_of(section, "catalogPath", "catalog-info.yaml"),
        emits=Emits.FOUND_TARGETS,
        presence="",
        accepts=lambda repository: True,
        is_in_scope=lambda name: name.lower().startswith(f"{organization.lower()}/"),
        scopes=lambda: [organization],
        open_host=opener(integration, settings),
        branch=section.string("branch"),
    )
