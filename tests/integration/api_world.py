"""A web of descriptor files that exists only in memory, and the catalog API in front of it."""

from __future__ import annotations

import json
from typing import Any

import httpx
from django.test import Client

from catalog.ingestion.run import process_due
from catalog.ingestion.sources import default_sources
from common.app_config import AppConfig
from integrations.reading import UrlReader

WEB = "http://descriptors.test"
KINDS = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"]


class ApiWorld:
    """``write`` puts a file on the web, ``register`` and ``process`` bring it into the catalog."""

    def __init__(self, settings: Any, client: Client, *, auth: Any = None, **catalog: Any) -> None:
        self.client = client
        self.files: dict[str, bytes] = {}
        config = {
            "backend": {
                "auth": auth or {"dangerouslyDisableDefaultAuthPolicy": True},
                "reading": {"allow": [{"host": "descriptors.test"}]},
            },
            "catalog": {"rules": [{"allow": KINDS}], **catalog},
        }
        settings.APP_CONFIG = AppConfig.from_dict(config)
        default_sources().reader = UrlReader(settings.APP_CONFIG, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        data = self.files.get(request.url.path)
        return httpx.Response(404) if data is None else httpx.Response(200, content=data)

    def write(self, name: str, *entities: dict[str, Any] | str) -> str:
        """The file's URL."""
        texts = [entity if isinstance(entity, str) else json.dumps(entity) for entity in entities]
        self.files[f"/{name}"] = "\n---\n".join(texts).encode()
        return f"{WEB}/{name}"

    def register(self, *entities: dict[str, Any] | str, name: str = "catalog-info.yaml") -> dict[str, Any]:
        """The location through which these entities came into the catalog."""
        answer = self.post("locations", {"type": "url", "target": self.write(name, *entities)})
        assert answer.status_code == 201, answer.content
        self.process()
        location: dict[str, Any] = answer.json()["location"]
        return location

    def process(self) -> None:
        while not process_due().is_done:
            pass

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/catalog/{path}", headers=headers)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(f"/api/catalog/{path}", body, content_type="application/json")

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(f"/api/catalog/{path}", body, content_type="application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/catalog/{path}")


def component(name: str, *, tags: list[str] | None = None, **spec: Any) -> dict[str, Any]:
    metadata = {"name": name} | ({"tags": tags} if tags else {})
    base = {"type": "service", "lifecycle": "production", "owner": "team-a"}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": metadata, "spec": {**base, **spec}}


def group(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {"name": name},
        "spec": {"type": "team", "children": []},
    }


def names_of(answer: Any) -> list[str]:
    body = answer.json()
    return [entity["metadata"]["name"] for entity in (body if isinstance(body, list) else body["items"])]


def error_of(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert body["response"] == {"statusCode": answer.status_code}
    return answer.status_code, body["error"]["name"], body["error"]["message"]
