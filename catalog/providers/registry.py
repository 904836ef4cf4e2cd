"""All providers that the configuration names."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from catalog.providers.org import org_providers
from catalog.providers.provider import Provider
from catalog.providers.repositories.azure import azure_providers
from catalog.providers.repositories.bitbucket_cloud import bitbucket_cloud_providers
from catalog.providers.repositories.bitbucket_server import bitbucket_server_providers
from catalog.providers.repositories.gitea import gitea_providers
from catalog.providers.repositories.github import github_providers
from catalog.providers.repositories.gitlab import gitlab_providers
from common.app_config import AppConfig
from common.app_config.error import ConfigError
from common.errors import NotFoundError


def build_providers(config: AppConfig) -> tuple[Provider, ...]:
    """Raises ConfigError with key and value; also if two providers would have the same name."""
    found: list[Provider] = [
        *github_providers(config),
        *gitlab_providers(config),
        *gitea_providers(config),
        *bitbucket_cloud_providers(config),
        *bitbucket_server_providers(config),
        *azure_providers(config),
        *org_providers(config),
    ]
    names: set[str] = set()
    for provider in found:
        if provider.name in names:
            raise ConfigError(
                f"catalog.providers: two providers would be called '{provider.name}'; give one another id"
            )
        names.add(provider.name)
    return tuple(found)


@lru_cache(maxsize=4)
def _providers_of(config: AppConfig) -> tuple[Provider, ...]:
    return build_providers(config)


def providers() -> tuple[Provider, ...]:
    """Those of this process. Cheap: built once for each configuration."""
    return _providers_of(settings.APP_CONFIG)


def get_provider(name: str) -> Provider:
    """Raises NotFoundError with the names that there are."""
    for provider in providers():
        if provider.name == name:
            return provider
    names = ", ".join(provider.name for provider in providers()) or "none is configured under catalog.providers"
    raise NotFoundError(f"There is no provider '{name}'; there are: {names}")
