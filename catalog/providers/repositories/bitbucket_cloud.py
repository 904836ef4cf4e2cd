"""``catalog.providers.bitbucketCloud``: the repositories of a workspace."""

from __future__ import annotations

from collections.abc import Callable

from catalog.providers.repositories.plan import Emits, Plan
from catalog.providers.repositories.provider import RepositoryProvider
from catalog.providers.repositories.sections import (
    find_integration,
    named_sections,
    needed_text,
    opener,
    path_anywhere,
    whole_pattern,
)
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig
from integrations.hosts.repository import HostRepository
from integrations.hosts.settings import HostSettings
from integrations.scm.bitbucket import BitbucketCloudIntegration

HOST = "bitbucket.org"
ANNOTATION_REPOSITORY = "bitbucket.org/repo-url"


def bitbucket_cloud_providers(config: AppConfig) -> list[RepositoryProvider]:
    """Raises ConfigError with key and value."""
    settings = HostSettings.from_app_config(config)
    return [
        RepositoryProvider(
            bitbucket_cloud_plan(
                find_integration(config, section, HOST, BitbucketCloudIntegration, "bitbucketCloud"),
                id_,
                section,
                settings,
            )
        )
        for id_, section in named_sections(config, "bitbucketCloud", single=("workspace",))
    ]


def bitbucket_cloud_plan(
    integration: BitbucketCloudIntegration, id_: str, section: AppConfig, settings: HostSettings
) -> Plan:
    workspace = needed_text(section, "workspace", "the name of a workspace")

    return Plan(
        kind="bitbucketCloud",
        name=f"bitbucketCloud-provider:{id_}",
        host=integration.host,
        schedule=Schedule.from_app_config(section),
        pattern=path_anywhere(section, "catalogPath", "/catalog-info.yaml"),
        emits=Emits.FOUND_FILES,
        presence="required",
        accepts=_filter(section),
        is_in_scope=lambda name: name.lower().startswith(f"{workspace.lower()}/"),
        scopes=lambda: [workspace],
        open_host=opener(integration, settings),
        fallback_branch="master",
        annotations=lambda repository: {ANNOTATION_REPOSITORY: repository.url},
    )


def _filter(section: AppConfig) -> Callable[[HostRepository], bool]:
    is_of_project = whole_pattern(section, "filters.projectKey")
    is_named = whole_pattern(section, "filters.repoSlug")
    return lambda repository: is_of_project(repository.project) and is_named(repository.name)
