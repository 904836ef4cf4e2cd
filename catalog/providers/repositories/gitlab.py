"""``catalog.providers.gitlab``: the projects of a group and of those below it, or of a whole GitLab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
from integrations.scm.gitlab import GitlabIntegration


def gitlab_providers(config: AppConfig) -> list[RepositoryProvider]:
    """Raises ConfigError with key and value."""
    return [RepositoryProvider(_read_plan(config, id_, section)) for id_, section in named_sections(config, "gitlab")]


def _read_plan(config: AppConfig, id_: str, section: AppConfig) -> Plan:
    host = needed_text(section, "host", "the host of a GitLab, such as 'gitlab.com'")
    integration = find_integration(config, section, host, GitlabIntegration, "gitlab")
    group = section.string("group", "").strip("/")
    settings = HostSettings.from_app_config(config)

    return Plan(
        kind="gitlab",
        name=f"GitlabDiscoveryEntityProvider:{id_}",
        host=host,
        schedule=Schedule.from_app_config(section),
        pattern=path_of(section, "entityFilename", "catalog-info.yaml"),
        emits=Emits.FOUND_TARGETS,
        presence="optional",
        accepts=_filter(section),
        is_in_scope=lambda name: not group or name.lower().startswith(f"{group.lower()}/"),
        is_filtered_by_host=section.boolean("membership", False),
        scopes=lambda: [group],
        open_host=opener(integration, settings),
        branch=section.string("branch"),
        fallback_branch=section.string("fallbackBranch", "master"),
        query=_query(section),
    )


def _query(section: AppConfig) -> dict[str, Any]:
    query: dict[str, Any] = {}
    if not section.boolean("includeArchivedRepos", False):
        query["archived"] = False
    if section.boolean("membership", False):
        query["membership"] = True
    if section.has("topics"):
        query["topic"] = ",".join(_topics(section))
    return query


def _topics(section: AppConfig) -> list[str]:
    """A list, or a text with commas."""
    value = section.get("topics")
    found = section.string_list("topics", []) if isinstance(value, list) else section.string("topics", "").split(",")
    return [topic.strip() for topic in found if topic.strip()]


def _filter(section: AppConfig) -> Callable[[HostRepository], bool]:
    is_named = part_pattern(section, "projectPattern")
    is_of_group = part_pattern(section, "groupPattern")
    without_forks = section.boolean("skipForkedRepos", False)
    with_archived = section.boolean("includeArchivedRepos", False)
    excluded = {path.strip("/") for path in section.string_list("excludeRepos", [])}
    excluded_groups = tuple(f"{path.strip('/')}/" for path in section.string_list("excludeGroups", []))
    topics = {topic.lower() for topic in _topics(section)}

    def accepts(repository: HostRepository) -> bool:
        return (
            (with_archived or not repository.is_archived)
            and not (without_forks and repository.is_fork)
            and repository.full_name not in excluded
            and not repository.full_name.startswith(excluded_groups)
            and topics <= {topic.lower() for topic in repository.topics}
            and is_named(repository.full_name)
            and any(map(is_of_group, _groups(repository.project)))
        )

    return accepts


def _groups(path: str) -> list[str]:
    """A group and those that it lies in."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
