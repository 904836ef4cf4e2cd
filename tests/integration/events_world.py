"""A code host with a git server, webhooks from it, and the catalog that hears them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from catalog.ingestion.run import process_due
from catalog.ingestion.sources import default_sources
from common.app_config import AppConfig
from comms.events.work import work_due_events
from comms.models import Event
from tests.fakes.git_server import GitServer
from tests.fakes.webhooks import SECRET, body_of, github_push, headers_of
from tests.unit.integrations.git_world import commit, git

SERVICE, RESTRICTED = "a-service-token", "a-restricted-token"
KINDS = ["Component", "API", "Location", "Group", "User"]


def events_config(server: GitServer | None = None, **config: Any) -> dict[str, Any]:
    restricted = {"plugin": "catalog"}
    access = [
        {"type": "static", "options": {"token": SERVICE, "subject": "ci"}},
        {"type": "static", "options": {"token": RESTRICTED, "subject": "ci-2"}, "accessRestrictions": [restricted]},
    ]
    github = [{"host": server.host, "apiBaseUrl": f"{server.url}/api", "token": "s3cret"}] if server else []
    return {
        "backend": {"auth": {"externalAccess": access}},
        "integrations": {"github": github},
        "catalog": {"rules": [{"allow": KINDS}]},
        "events": {
            "http": {"topics": ["github", "weather"]},
            "modules": {"github": {"webhookSecret": SECRET}, "gitlab": {"webhookSecret": SECRET}},
        },
        **config,
    }


class EventsWorld:
    def __init__(self, settings: Any, client: Client, server: GitServer | None = None, **config: Any) -> None:
        settings.APP_CONFIG = AppConfig.from_dict(events_config(server, **config))
        self.client, self.server = client, server

    def send(self, topic: str, name: str, payload: Any, *, delivery: str = "d-1", **headers: str) -> Any:
        """As the host sends it; headers may be changed, or left out by an empty text."""
        body = body_of(payload)
        return self.send_raw(topic, body, **{**headers_of(topic, name, body, delivery=delivery), **headers})

    def send_raw(self, topic: str, body: bytes, *, media_type: str = "application/json", **headers: str) -> Any:
        given = {name: value for name, value in headers.items() if value}
        return self.client.post(f"/api/events/http/{topic}", body, content_type=media_type, headers=given)

    def push(self, *paths: str, branch: str = "main", delivery: str = "d-1", **changes: Any) -> Any:
        assert self.server is not None
        payload = github_push("shop/cart", *paths, branch=branch, base=self.server.url, **changes)
        return self.send("github", "push", payload, delivery=delivery)

    def work(self, *known: Any) -> bool:
        return work_due_events(known=known)

    def process(self) -> None:
        while not process_due().is_done:
            pass

    def close(self) -> None:
        default_sources().reader.close()


def statuses() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("id").values_list("status", "message"))


class Repository:
    """Beside the server a work tree; ``write`` commits and pushes."""

    def __init__(self, server: GitServer, path: str, folder: Any) -> None:
        self.url = f"{server.url}/{path}"
        self.folder = folder / "work"
        git(folder, "clone", "-q", str(server.create(path)), str(self.folder))
        git(self.folder, "checkout", "-q", "-b", "main")

    def write(self, files: dict[str, str], *, branch: str = "main") -> str:
        commit_id = commit(self.folder, files)
        git(self.folder, "push", "-q", "origin", f"HEAD:{branch}")
        return commit_id
