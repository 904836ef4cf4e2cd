"""Users and groups of organisations, out of the places where companies keep them."""

from __future__ import annotations

from importlib.util import find_spec

from catalog.providers.org.github.config import read_github_configs
from catalog.providers.org.github.provider import GithubOrgProvider
from catalog.providers.org.gitlab.config import read_gitlab_configs
from catalog.providers.org.gitlab.provider import GitlabOrgProvider
from catalog.providers.org.ldap.config import read_ldap_configs
from catalog.providers.org.ldap.directory import NEEDS_LDAP3
from catalog.providers.org.ldap.provider import LdapOrgProvider
from catalog.providers.org.msgraph.config import read_graph_configs
from catalog.providers.org.msgraph.provider import GraphOrgProvider
from catalog.providers.provider import Provider
from common.app_config import AppConfig, ConfigError


def org_providers(config: AppConfig) -> list[Provider]:
    """All that ``catalog.providers`` names. Raises ConfigError with key and value."""
    return [
        *map(GithubOrgProvider, read_github_configs(config)),
        *map(GitlabOrgProvider, read_gitlab_configs(config)),
        *_ldap(config),
        *map(GraphOrgProvider, read_graph_configs(config)),
    ]


def _ldap(config: AppConfig) -> list[Provider]:
    configs = read_ldap_configs(config)
    if configs and find_spec("ldap3") is None:
        raise ConfigError(NEEDS_LDAP3)
    return [LdapOrgProvider(each) for each in configs]
