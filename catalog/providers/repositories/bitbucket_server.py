"""``catalog.providers.bitbucketServer``: all repositories that the integration's token can see."""

from __future__ import annotations

from collections.abc import Callable

from catalog.providers.repositories.plan import Emits, Plan
from catalog.providers.repositories.provider import RepositoryProvider
from catalog.providers.repositories.sections import (
    find_integration,
    named_sections,
    needed_text,
    opener,
    part_pattern,
    path_of,
)
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig
from integrations.hosts.repository import HostRepository
from integrations.hosts.settings import HostSettings
from integrations.scm.bitbucket import BitbucketServerIntegration


def bitbucket_server_providers(config: AppConfig) -> list[RepositoryProvider]:
    """Raises ConfigError with key and value."""
    sections = named_sections(config, "bitbucketServer", single=("host",))
    return [RepositoryProvider(_read_plan(config, id_, section)) for id_, section in sections]


def _read_plan(config: AppConfig, id_: str, section: AppConfig) -> Plan:
    host = needed_text(section, "host", "the host of a Bitbucket Server, as 'integrations.bitbucketServer' names it")
    integration = find_integration(config, section, host, BitbucketServerIntegration, "bitbucketServer")
    settings = HostSettings.from_app_config(config)

    return Plan(
        kind="bitbucketServer",
        name=f"bitbucketServer-provider:{id_}",
        host=host,
        schedule=Schedule.from_app_config(section),
        pattern=path_of(section, "catalogPath", "/catalog-info.yaml"),
        emits=Emits.EVERY_REPOSITORY,
        presence="optional",
        accepts=_filter(section),
        is_in_scope=lambda name: name.count("/") == 1,
        scopes=lambda: [""],
        open_host=opener(integration, settings),
    )


def _filter(section: AppConfig) -> Callable[[HostRepository], bool]:
    is_of_project = part_pattern(section, "filters.projectKey")
    is_named = part_pattern(section, "filters.repoSlug")
    without_archived = section.boolean("filters.skipArchivedRepos", False)
    return lambda repository: (
        is_of_project(repository.project)
        and is_named(repository.name)
        and not (without_archived and repository.is_archived)
    )
