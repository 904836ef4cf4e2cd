"""``catalog.providers.github``: an organization's repositories, or all those that a GitHub App sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from catalog.providers.repositories.plan import Emits, Plan
from catalog.providers.repositories.provider import RepositoryProvider
from catalog.providers.repositories.sections import find_integration, named_sections, path_of, whole_pattern
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig
from integrations.git.tree import MAGIC
from integrations.hosts.github_app import installations
from integrations.hosts.open import open_host
from integrations.hosts.repository import HostRepository
from integrations.hosts.settings import HostSettings
from integrations.scm.github import GithubIntegration

VISIBILITIES = ("private", "internal", "public")


def github_providers(config: AppConfig) -> list[RepositoryProvider]:
    """Raises ConfigError with key and value."""
    sections = named_sections(config, "github", single=("organization", "app"))
    return [RepositoryProvider(_read_plan(config, id_, section)) for id_, section in sections]


def _read_plan(config: AppConfig, id_: str, section: AppConfig) -> Plan:
    organization, app = section.string("organization"), section.integer("app")
    if not organization and not app:
        raise section.error("organization", "the name of an organization, or the id of a GitHub App under 'app'")
    host = section.string("host", "github.com")
    integration = find_integration(config, section, host, GithubIntegration, "github")
    pattern = path_of(section, "catalogPath", "/catalog-info.yaml")
    must_exist = section.boolean("validateLocationsExist", False)
    if must_exist and MAGIC.search(pattern):
        raise section.error("validateLocationsExist", "false, as catalogPath is a pattern")
    branch = section.string("filters.branch")
    if branch and "/" in branch:
        raise section.error("filters.branch", "the name of a branch without slashes")
    settings = HostSettings.from_app_config(config)
    owners = _owners(section, integration, organization, app)

    def is_in_scope(name: str) -> bool:
        return name.rpartition("/")[0].lower() in {owner.lower() for owner in owners()}

    return Plan(
        kind="github",
        name=f"github-provider:{id_}",
        host=host,
        schedule=Schedule.from_app_config(section, frequency=timedelta(hours=3), timeout=timedelta(hours=1)),
        pattern=pattern,
        emits=Emits.FOUND_TARGETS if must_exist else Emits.EVERY_REPOSITORY,
        presence="optional",
        accepts=_filter(section),
        is_in_scope=is_in_scope,
        scopes=owners,
        open_host=lambda owner: open_host(integration, owner or organization, settings=settings),
        branch=branch,
    )


def _owners(
    section: AppConfig, integration: GithubIntegration, organization: str | None, app_id: int | None
) -> Callable[[], list[str]]:
    """Whose repositories are meant: the organization's, else those of all where the app is installed."""
    if organization:
        return lambda: [organization]
    apps = [app for app in integration.apps if str(app.app_id) == str(app_id)]
    if not apps:
        raise section.error("app", f"the appId of one of the 'apps' of the integration for {integration.host}")
    return lambda: [
        installation.owner for installation in installations(integration, apps[0]) if not installation.is_suspended
    ]


def _filter(section: AppConfig) -> Callable[[HostRepository], bool]:
    is_named = whole_pattern(section, "filters.repository")
    included = section.string_list("filters.topic.include", [])
    excluded = section.string_list("filters.topic.exclude", [])
    with_forks = section.boolean("filters.allowForks", True)
    with_archived = section.boolean("filters.allowArchived", False)
    visibilities = section.string_list("filters.visibility", [])
    if not set(visibilities) <= set(VISIBILITIES):
        raise section.error("filters.visibility", "a list of 'private', 'internal' and 'public'")

    def accepts(repository: HostRepository) -> bool:
        return (
            repository.default_branch is not None
            and (with_archived or not repository.is_archived)
            and (with_forks or not repository.is_fork)
            and (not visibilities or repository.visibility in visibilities)
            and (not included or any(topic in included for topic in repository.topics))
            and not any(topic in excluded for topic in repository.topics)
            and is_named(repository.name)
        )

    return accepts
