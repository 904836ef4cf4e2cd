"""A wrong value stops the start. Here every reader of app-config is asked once, before anything else happens."""

from __future__ import annotations

from collections.abc import Callable

from catalog.settings import CatalogSettings
from common.app_config import AppConfig
from common.cors import CorsSettings
from common.security_headers import content_security_policy
from comms.events.settings import EventSettings
from config.app_frontend import frontend_folder
from docs_site.settings import check_docs_settings
from identity.permissions.read import read_policy
from identity.settings import IdentitySettings
from identity.sign_in.settings import SignInSettings
from integrations.hosts.settings import HostSettings
from integrations.reading import UrlReader
from integrations.registry import ScmIntegrations
from mcp_actions.settings import McpSettings
from ownership.settings import OwnershipSettings
from scaffolder.settings import ScaffolderSettings
from search.settings import SearchSettings

READERS: tuple[Callable[[AppConfig], object], ...] = (
    CatalogSettings.from_app_config,
    CorsSettings.from_app_config,
    EventSettings.from_app_config,
    HostSettings.from_app_config,
    IdentitySettings.from_app_config,
    McpSettings.from_app_config,
    OwnershipSettings.from_app_config,
    ScaffolderSettings.from_app_config,
    SearchSettings.from_app_config,
    ScmIntegrations.from_app_config,
    SignInSettings.from_app_config,
    UrlReader,
    check_docs_settings,
    read_policy,
    content_security_policy,
    frontend_folder,
)


def check_config(config: AppConfig) -> None:
    """Raises ConfigError with the first fault: its file, key, value and what was expected."""
    for read in READERS:
        read(config)
