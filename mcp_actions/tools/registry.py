"""Which tools there are, by the configuration and for whom."""

from __future__ import annotations

from common.errors import NotAllowedError, NotFoundError
from common.identity import ensure_plugin_allowed
from mcp_actions.caller import Caller
from mcp_actions.settings import McpSettings, ServerSettings
from mcp_actions.tools import auth, catalog, scaffolder
from mcp_actions.tools.tool import Tool

TOOLS = (*auth.TOOLS, *catalog.TOOLS, *scaffolder.TOOLS)


def list_tools(settings: McpSettings, server: ServerSettings, caller: Caller) -> dict[str, Tool]:
    """By the names under which the caller calls them. What his token is no good for is not among them."""
    return {
        settings.name_of(tool): tool
        for tool in TOOLS
        if settings.has(tool) and server.filter.lets_through(tool) and _is_good_for(caller, tool)
    }


def get_tool(name: str, settings: McpSettings, server: ServerSettings, caller: Caller) -> Tool:
    """Raises NotFoundError, whether there is none or none for the caller."""
    tool = list_tools(settings, server, caller).get(name)
    if tool is None:
        raise NotFoundError(f'Action "{name[:200]}" not found')
    return tool


def _is_good_for(caller: Caller, tool: Tool) -> bool:
    try:
        ensure_plugin_allowed(caller.identity, tool.plugin)
    except NotAllowedError:
        return False
    return tool.is_visible(caller)
