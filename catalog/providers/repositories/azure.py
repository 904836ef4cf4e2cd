"""``catalog.providers.azureDevOps``: the repositories of an organization's project, or of all its projects."""

from __future__ import annotations

from collections.abc import Callable

from catalog.providers.repositories.plan import Emits, Plan
from catalog.providers.repositories.provider import RepositoryProvider
from catalog.providers.repositories.sections import find_integration, named_sections, needed_text, path_anywhere
from catalog.providers.schedule import Schedule
from common.app_config import AppConfig
from common.glob_pattern import compile_glob
from integrations.git.tree import MAGIC
from integrations.hosts.open import open_host
from integrations.hosts.settings import HostSettings
from integrations.scm.azure import AzureIntegration


def azure_providers(config: AppConfig) -> list[RepositoryProvider]:
    """Raises ConfigError with key and value."""
    settings = HostSettings.from_app_config(config)
    return [
        RepositoryProvider(
            azure_plan(
                find_integration(config, section, _host(section), AzureIntegration, "azure"), id_, section, settings
            )
        )
        for id_, section in named_sections(config, "azureDevOps")
    ]


def _host(section: AppConfig) -> str:
    return section.string("host", "dev.azure.com")


def azure_plan(integration: AzureIntegration, id_: str, section: AppConfig, settings: HostSettings) -> Plan:
    organization = needed_text(section, "organization", "the name of an organization")
    project = needed_text(section, "project", "the name of a project, or '*' for all of them")
    is_project, is_repository = _named(project), _named(section.string("repository", "*"))

    return Plan(
        kind="azureDevOps",
        name=f"AzureDevOpsEntityProvider:{id_}",
        host=integration.host,
        schedule=Schedule.from_app_config(section),
        pattern=path_anywhere(section, "path", "/catalog-info.yaml"),
        emits=Emits.FOUND_FILES,
        presence="required",
        accepts=lambda repository: is_project(repository.project) and is_repository(repository.name),
        is_in_scope=lambda name: is_project(name.rpartition("/")[0]),
        scopes=lambda: ["" if MAGIC.search(project) else project],
        open_host=lambda scope: open_host(integration, organization, settings=settings),
        branch=section.string("branch"),
    )


def _named(pattern: str) -> Callable[[str], bool]:
    """Names in which ``*`` stands for anything. Letter case does not matter to the host."""
    expression = compile_glob(pattern, ignore_case=True)
    return lambda name: expression.match(name) is not None
