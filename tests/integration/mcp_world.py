"""Tools for agents in front of a catalog with templates. ``call`` is what an agent does."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from catalog.ingestion.sources import default_sources
from common.app_config import AppConfig
from tests.integration.scaffolder_world import ScaffolderWorld

PATH = "/api/mcp-actions/v1"


class McpWorld(ScaffolderWorld):
    def __init__(self, settings: Any, client: Client, *, mcp: Any = None, actions: Any = None, **rest: Any) -> None:
        super().__init__(settings, client, **rest)
        config = settings.APP_CONFIG.data
        if actions is not None:
            config = config | {"backend": config["backend"] | {"actions": actions}}
        reader = default_sources().reader
        settings.APP_CONFIG = AppConfig.from_dict(config | {"mcpActions": mcp or {}})
        default_sources().reader = reader

    def send(self, body: Any, *, path: str = PATH, token: str = "", **headers: str) -> Any:
        sent = {"Accept": "application/json"} | headers
        if token:
            sent["Authorization"] = f"Bearer {token}"
        text = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.post(path, text, content_type="application/json", headers=sent)

    def ask(self, method: str, params: Any = None, **rest: Any) -> Any:
        """The answered message."""
        answer = self.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}, **rest)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def call(self, tool: str, arguments: Any = None, **rest: Any) -> Any:
        """The result of a tool: its structured content, or the text of its error."""
        result = self.ask("tools/call", {"name": tool, "arguments": arguments or {}}, **rest)["result"]
        [content] = result["content"]
        if result.get("isError"):
            return content["text"]
        assert json.loads(content["text"]) == result["structuredContent"]
        return result["structuredContent"]

    def tools(self, **rest: Any) -> list[str]:
        return [tool["name"] for tool in self.ask("tools/list", **rest)["result"]["tools"]]
