"""What app-config says about tools for agents, read once and typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, Self

from django.conf import settings

from common.app_config import AppConfig
from mcp_actions.tool_filter import Filtered, ToolFilter

PLUGINS = ("auth", "catalog", "scaffolder")
EVERYTHING = ToolFilter()
_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


class Named(Filtered, Protocol):
    @property
    def plugin(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What one server says about itself, and which of the tools it has."""

    name: str = "backstage"
    description: str | None = None
    instructions: str | None = None
    filter: ToolFilter = EVERYTHING


@dataclass(frozen=True, slots=True)
class McpSettings:
    """``mcpActions.*`` and ``backend.actions.*``. ``server`` has all tools that ``filter`` lets through."""

    server: ServerSettings = field(default_factory=ServerSettings)
    servers: Mapping[str, ServerSettings] = field(default_factory=dict)
    is_namespaced: bool = True
    plugins: tuple[str, ...] = PLUGINS
    filter: ToolFilter = EVERYTHING

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError."""
        plugins = config.string_list("backend.actions.pluginSources")
        return cls(
            server=ServerSettings(
                name=config.string("mcpActions.name", "backstage"),
                description=config.string("mcpActions.description"),
                instructions=config.string("mcpActions.instructions"),
            ),
            servers=_read_servers(config.section("mcpActions.servers")),
            is_namespaced=config.boolean("mcpActions.namespacedToolNames", True),
            plugins=PLUGINS if plugins is None else tuple(plugins),
            filter=ToolFilter.from_app_config(config.section("backend.actions.filter")),
        )

    def has(self, tool: Named) -> bool:
        return tool.plugin in self.plugins and self.filter.lets_through(tool)

    def name_of(self, tool: Named) -> str:
        return f"{tool.plugin}.{tool.name}" if self.is_namespaced else tool.name


def _read_servers(section: AppConfig) -> dict[str, ServerSettings]:
    servers = {}
    for key in section.keys():  # noqa: SIM118  a section is no dict
        if not _KEY.fullmatch(key):
            raise section.error(key, "a key of lower-case letters, digits and hyphens")
        server = section.section(key)
        name = server.string("name")
        if name is None:
            raise server.error("name", "the name of the server")
        servers[key] = ServerSettings(
            name=name,
            description=server.string("description"),
            instructions=server.string("instructions"),
            filter=ToolFilter.from_app_config(server.section("filter")),
        )
    return servers


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig) -> McpSettings:
    return McpSettings.from_app_config(config)


def mcp_settings() -> McpSettings:
    """The settings of this process. Cheap: read once for each configuration."""
    return _settings_of(settings.APP_CONFIG)
