"""Edge cases of descriptors, 400 made-up reads and then writes, compared with what the reference answered."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
import yaml
from django.test import Client

from catalog.ingestion.remove import delete_orphans
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import default_sources
from catalog.stitching.stitch import stitch_requested
from common.app_config import AppConfig
from common.database import in_transaction
from integrations.reading import UrlReader
from tests.conformance.grading import find_difference

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
ROOT = {"type": "url", "target": "http://localhost:8900/base/all.yaml"}
MOST_PAGES = 60
CONFIG = {
    "backend": {
        "auth": {"dangerouslyDisableDefaultAuthPolicy": True},
        "reading": {"allow": [{"host": "localhost:8900"}, {"host": "127.0.0.1:8900"}]},
    },
    "catalog": {
        "processingInterval": {"seconds": 10},
        "orphanStrategy": "delete",
        "rules": [
            {"allow": ["Component", "System", "API", "Resource", "Location", "Template", "User", "Group", "Domain"]}
        ],
    },
}


def serve_fixture(request: httpx.Request) -> httpx.Response:
    path = FIXTURES / urlsplit(str(request.url)).path.lstrip("/")
    return httpx.Response(200, content=path.read_bytes()) if path.is_file() else httpx.Response(404)


@pytest.fixture
def fixtures_on_the_web(settings):
    settings.APP_CONFIG = AppConfig.from_dict(CONFIG)
    default_sources().reader = UrlReader(settings.APP_CONFIG, transport=httpx.MockTransport(serve_fixture))


class Backend:
    """Sends the recorded requests to our own views."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def call(self, method: str, path: str, query: Any = (), body: Any = None) -> dict[str, Any]:
        url = f"{path}?{urlencode([tuple(pair) for pair in query])}" if query else path
        data = body if isinstance(body, str) else json.dumps(body)
        sent = {} if body is None else {"data": data, "content_type": "application/json"}
        response = self.client.generic(method, url, headers={"accept": "application/json"}, **sent)
        return {
            "status": response.status_code,
            "headers": {"content-type": response.headers.get("Content-Type", "").replace(" ", "").lower()},
            "body": json.loads(response.content) if response.content else None,
        }

    def run(self, case: dict[str, Any]) -> dict[str, Any]:
        answer = self.call(case.get("method", "GET"), case["path"], case.get("query") or (), case.get("body"))
        return self._walk(case, answer) if case.get("compare") == "walk" and answer["status"] == 200 else answer

    def _walk(self, case: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
        pages = [first["body"]]
        while (cursor := pages[-1]["pageInfo"].get("nextCursor")) and len(pages) <= MOST_PAGES:
            answer = self._page(case, cursor)
            if answer["status"] != 200:
                return answer
            pages.append(answer["body"])
        is_capped = len(pages) > MOST_PAGES and bool(pages[-1]["pageInfo"].get("nextCursor"))
        back, cursor = 0, None if is_capped else pages[-1]["pageInfo"].get("prevCursor")
        while cursor and back < MOST_PAGES:
            back, cursor = back + 1, self._page(case, cursor)["body"]["pageInfo"].get("prevCursor")
        walked = {
            "items": [item for page in pages for item in page["items"]],
            "totalItems": pages[0]["totalItems"],
            "pages": [len(page["items"]) for page in pages],
            "pagesBack": back,
            "capped": is_capped,
        }
        return {**first, "body": walked}

    def _page(self, case: dict[str, Any], cursor: str) -> dict[str, Any]:
        kept = [pair for pair in case["query"] if pair[0] in ("limit", "fields")]
        return self.call("GET", case["path"], [("cursor", cursor), *kept])

    def fill_in(self, path: str, blanks: dict[str, Any]) -> str:
        """Put the uid of an entity, or the id of a location, where the recorded path has a blank."""
        if "uid" in blanks:
            entity = self.call("GET", "/api/catalog/entities/by-name/" + "/".join(blanks["uid"]))["body"]
            return path.replace("{uid}", entity.get("metadata", {}).get("uid", "missing"))
        if "id" in blanks:
            found = [entry["data"] for entry in self.call("GET", "/api/catalog/locations")["body"]]
            ids = [location["id"] for location in found if location["target"].endswith(blanks["id"])]
            return path.replace("{id}", next(iter(ids), "missing"))
        return path


def settle() -> None:
    """Process until nothing is due, as the workers would."""
    while not process_due().is_done:
        pass
    in_transaction(delete_orphans)
    stitch_requested()


def load_steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = yaml.safe_load((FIXTURES / "base" / "steps.yaml").read_text())
    return steps


def run_suite(backend: Backend, cases: list[dict[str, Any]]) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Case and answer by the case's key."""
    register = {"compare": "exact", "method": "POST", "path": "/api/catalog/locations", "body": ROOT}
    answers = {"register": (register, backend.run(register))}
    settle()
    listing = {"compare": "set", "path": "/api/catalog/entities"}
    answers["entities"] = (listing, backend.run(listing))
    answers |= {case["id"]: (case, backend.run(case)) for case in cases}
    for number, step in enumerate(load_steps()):
        if step.get("settle"):
            settle()
        filled = {**step, "path": backend.fill_in(step["path"], step.get("let") or {})}
        answers[f"step-{number}-{step['id']}"] = (step, backend.run(filled))
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("fixtures_on_the_web")
def test_answers_as_the_reference_did(client):
    recorded = json.loads(gzip.decompress((HERE / "golden" / "base.json.gz").read_bytes()))
    answers = run_suite(Backend(client), recorded["cases"])

    differences = defaultdict(list)
    for key, (case, ours) in answers.items():
        if found := find_difference(case, recorded["answers"][key], ours):
            differences[found.grade].append(f"{key} {case.get('path')}: {found.text}")

    messages = differences.pop("message", [])
    assert dict(differences) == {}
    assert answers.keys() == recorded["answers"].keys()
    assert len(messages) <= 0.03 * len(answers), messages
