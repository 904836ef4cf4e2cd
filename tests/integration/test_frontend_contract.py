"""
Every request that a stock Backstage frontend makes, as a browser sent it, and what it relies on in the answer.

``frontend/contract.json`` was recorded with the frontend and the backend of Backstage 1.55.0, while each thing that a
person does there was done once: queries and bodies as they were sent, and the shape of the answers.
"""

import json
import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from django.utils import timezone

from catalog.ingestion.sources import default_sources
from common.app_config import AppConfig
from common.notifications import NewNotification, send_notification
from integrations.reading import UrlReader
from scaffolder.models import Task
from tests.integration.docs_world import fill_site, publish
from tests.integration.scaffolder_world import ScaffolderWorld

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "frontend"
CONTRACT = json.loads((FOLDER / "contract.json").read_text())
GUEST = {"userEntityRef": "user:default/guest", "ownershipEntityRefs": ["user:default/guest", "group:default/guests"]}
NAMED = {"kind": "component", "namespace": "default", "name": "harness-service"}
TYPES = {"string": str, "number": (int, float), "boolean": bool}


class Frontend(ScaffolderWorld):
    """Signed in as a guest, in front of the catalog that the recording was made with."""

    def __init__(self, settings, client, folder):
        super().__init__(settings, client, auth={"externalAccess": []})
        settings.APP_CONFIG = AppConfig.from_dict(
            settings.APP_CONFIG.data
            | {
                "auth": {"environment": "development", "providers": {"guest": GUEST}},
                "techdocs": {"publisher": {"type": "local", "local": {"publishDirectory": str(folder / "docs")}}},
            }
        )
        transport = httpx.MockTransport(self._answer)
        default_sources().reader = UrlReader(settings.APP_CONFIG, transport=transport, resolve=find_no_address)
        self.ids = {}
        token = self.check("GET /api/auth/guest/refresh 200").json()["backstageIdentity"]["token"]
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        for path in FOLDER.glob("*.yaml"):
            target = {"type": "url", "target": self.write(path.name, path.read_text())}
            assert self.client.post("/api/catalog/locations", target, "application/json").status_code == 201
        self.process()
        site = {"index.html": "<p>Hello</p>", "techdocs_metadata.json": "{}"}
        metadata = {"site_name": "Harness", "site_description": "Docs", "build_timestamp": 1, "files": ["index.html"]}
        site["techdocs_metadata.json"] = json.dumps(metadata)
        publish(folder / "docs", fill_site(folder / "site", site), name="harness-service")

    def check(self, key, /, *, query="", body=None, **names):
        """Send it; the answer, when it is what the frontend relies on."""
        method, pattern, status = key.split(" ")
        names = NAMED | names
        path = re.sub(r"{(\w+)}", lambda found: quote(names[found[1]], safe=""), pattern)
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = self.client.generic(method, f"{path}{quote(query, safe='?&=,:/')}", **sent)
        assert answer.status_code == int(status), (key, answer.status_code, getattr(answer, "content", b""))
        wanted = CONTRACT[key]
        if wanted["contentType"]:
            assert answer.headers["Content-Type"].partition(";")[0] == wanted["contentType"].partition(";")[0]
        if "answer" in wanted and wanted["answer"] != "any":
            assert list(misfits(wanted["answer"], answer.json(), key)) == []
        return answer


def find_no_address(host):
    return []


def misfits(shape, value, path):
    """Where the value lacks what the shape has. What was null when it was recorded may be something."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{path} is {value!r}"
            return
        for name, inner in shape.items():
            if name not in value:
                yield f"{path}.{name} is missing"
            else:
                yield from misfits(inner, value[name], f"{path}.{name}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path} is {value!r}"
        elif shape and value:
            yield from misfits(shape[0], value[0], f"{path}[0]")
    elif shape in TYPES and not isinstance(value, TYPES[shape]):
        yield f"{path} is {value!r}"


@pytest.fixture
def frontend(settings, client, tmp_path):
    return Frontend(settings, client, tmp_path)


def of_tasks(frontend):
    key = "POST /api/scaffolder/v2/tasks 201"
    task = frontend.check(key, body=CONTRACT[key]["body"]).json()["id"]
    yield key
    Task.objects.update(last_heartbeat_at=timezone.now())  # as one that runs
    yield from checked(frontend, "GET /api/scaffolder/v2/tasks/{id} 200", id=task)
    yield from checked(frontend, "GET /api/scaffolder/v2/tasks 200")
    yield from checked(frontend, "GET /api/scaffolder/v2/tasks/{id}/eventstream 200", id=task)
    yield from checked(frontend, "POST /api/scaffolder/v2/tasks/{id}/cancel 200", id=task)
    yield from checked(frontend, "POST /api/scaffolder/v2/tasks/{id}/retry 201", id=task)


def of_locations(frontend):
    target = frontend.write("new.yaml", {**COMPONENT})
    key = "POST /api/catalog/locations 201"
    for query in CONTRACT[key]["queries"]:
        frontend.check(key, query=query, body={"type": "url", "target": target})
    body = {"type": "url", "target": target}
    made = frontend.client.post("/api/catalog/locations", body, "application/json").json()["location"]["id"]
    yield key
    yield from checked(frontend, "DELETE /api/catalog/locations/{id} 204", id=made)
    key = "POST /api/catalog/locations 400"
    frontend.check(key, query="?dryRun=true", body={"type": "url", "target": target.replace("new", "absent")})
    yield key


def of_notifications(frontend):
    sent = send_notification(
        NewNotification("Done", "plugin:scaffolder", ("user:default/guest",), description="It is", link="/", topic="t")
    )
    [notification] = [one["id"] for one in sent]
    yield from checked(frontend, "GET /api/notifications/notifications/{id} 200", id=notification)
    key = "POST /api/notifications/notifications/update 200"
    frontend.check(key, body={"ids": [notification], "saved": True})
    yield key


def of_pages(frontend):
    page = frontend.check(
        "GET /api/catalog/entities/by-query 200", query="?limit=2&orderField=metadata.name,asc&filter=kind=component"
    )
    key = "POST /api/catalog/entities/by-query 200"
    frontend.check(key, body={"cursor": page.json()["pageInfo"]["nextCursor"], "limit": 2})
    yield key


def checked(frontend, key, /, **names):
    """With each query, and with the body, that was recorded."""
    for query in CONTRACT[key]["queries"] or [""]:
        frontend.check(key, query=query, body=CONTRACT[key].get("body"), **names)
    yield key


COMPONENT = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "new"},
    "spec": {"type": "service", "lifecycle": "production", "owner": "guests"},
}
STORIES = (of_tasks, of_locations, of_notifications, of_pages)


def test_every_request_of_a_stock_frontend_gets_what_it_relies_on(frontend):
    done = [key for story in STORIES for key in story(frontend)]
    names = {"bucket": "starredEntities", "key": "entityRefs", "file": "index.html"}
    for key in CONTRACT.keys() - set(done):
        missing = {"name": "nope"} if key.endswith(" 404") else {}
        template = {"kind": "template", "name": "harness-template"} if "parameter-schema" in key else {}
        done += checked(frontend, key, **names | missing | template)

    assert set(done) == set(CONTRACT)


def test_a_shape_that_lacks_something_is_noticed():
    shape = {"items": [{"id": "string", "read": "null"}], "total": "number"}

    assert list(misfits(shape, {"items": [{"id": "1", "read": None}], "total": 1}, "")) == []
    assert list(misfits(shape, {"items": [{"id": 1}]}, "")) == [
        ".items[0].id is 1",
        ".items[0].read is missing",
        ".total is missing",
    ]
