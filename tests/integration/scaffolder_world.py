"""A catalog with templates, and the scaffolder's API in front of it. Nothing runs tasks unless a test does."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from django.test import Client

from catalog.ingestion.sources import default_sources
from common.app_config import AppConfig
from tests.integration.api_world import WEB, ApiWorld


class ScaffolderWorld(ApiWorld):
    """
    ``get`` and ``post`` are the scaffolder's; ``add`` brings templates into the catalog.

    ``workspaces`` is where dry runs happen, ``scaffolder`` that section of the configuration.
    """

    def __init__(
        self,
        settings: Any,
        client: Client,
        *,
        auth: Any = None,
        workspaces: Path | None = None,
        scaffolder: Any = None,
    ) -> None:
        super().__init__(settings, client, auth=auth)
        config = settings.APP_CONFIG.data | {"scaffolder": scaffolder or {}}
        if workspaces is not None:
            config = config | {"backend": config["backend"] | {"workingDirectory": str(workspaces)}}
        reader = default_sources().reader
        settings.APP_CONFIG = AppConfig.from_dict(config)
        default_sources().reader = reader

    def add(self, *templates: dict[str, Any]) -> None:
        target = self.write(f"{templates[0]['metadata']['name']}.yaml", *templates)
        answer = self.client.post("/api/catalog/locations", {"type": "url", "target": target}, "application/json")
        assert answer.status_code == 201, answer.content
        self.process()

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/scaffolder/{path}", headers=headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(f"/api/scaffolder/{path}", body, content_type="application/json")

    def start(self, name: str = "hello", values: dict[str, Any] | None = None, **rest: Any) -> str:
        """The id of a new task."""
        answer = self.post("v2/tasks", {"templateRef": f"template:default/{name}", "values": values or {}, **rest})
        assert answer.status_code == 201, answer.content
        return answer.json()["id"]

    def dry_run(self, template: dict[str, Any], **rest: Any) -> Any:
        body = {"template": template, "values": {}, "directoryContents": [], **rest}
        return self.post("v2/dry-run", body)


def template(name: str = "hello", *, annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name} | ({"annotations": annotations} if annotations else {})
    steps = [{"id": "say", "action": "debug:log", "input": {"message": "hello"}}]
    return {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": metadata,
        "spec": {"type": "service", "steps": steps, **spec},
    }


def file(path: str, text: str = "x") -> dict[str, str]:
    return {"path": path, "base64Content": base64.b64encode(text.encode()).decode()}


TEMPLATES_URL = f"{WEB}/hello.yaml"
