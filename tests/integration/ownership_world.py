"""A company of a department, its teams and their people, and what they own."""

from __future__ import annotations

from typing import Any

from django.test import Client

from catalog.models import CapturedFile
from common.app_config import AppConfig
from common.hashing import content_hash
from ownership.files.captured import take_captured
from tests.integration.queries_world import make_entity, write


def group(name: str, *, parent: str = "", annotations: dict[str, str] | None = None) -> dict[str, Any]:
    entity = make_entity(name, kind="Group", owner="", metadata={"annotations": annotations or {}}, type="team")
    entity["relations"] = [{"type": "childOf", "targetRef": f"group:default/{parent}"}] if parent else []
    return entity


def user(name: str, *groups: str, annotations: dict[str, str] | None = None, email: str = "") -> dict[str, Any]:
    profile = {"profile": {"email": email}} if email else {}
    entity = make_entity(name, kind="User", owner="", metadata={"annotations": annotations or {}}, **profile)
    entity["relations"] = [{"type": "memberOf", "targetRef": f"group:default/{group}"} for group in groups]
    return entity


def thing(
    name: str, owner: str = "", *, kind: str = "Component", part_of: str = "", source: str = "", **metadata: Any
) -> dict[str, Any]:
    """``owner`` is the name of a group. ``source`` is the folder in which its descriptor lies."""
    annotations = {
        "backstage.io/source-location": f"url:{source}",
        "backstage.io/managed-by-location": f"url:{source.replace('/tree/', '/blob/')}catalog-info.yaml",
    }
    metadata = {"annotations": annotations if source else {}, **metadata}
    entity = make_entity(name, kind=kind, owner="", metadata=metadata, type="service")
    if owner:
        entity["spec"]["owner"] = owner
    entity["relations"] = [{"type": "ownedBy", "targetRef": f"group:default/{owner}"}] if owner else []
    entity["relations"] += [{"type": "partOf", "targetRef": part_of}] if part_of else []
    return entity


def write_company() -> None:
    """Department > shop and search; shop > carts, payments. alice is in carts."""
    write(
        group("department"),
        group("shop", parent="department"),
        group("search", parent="department"),
        group("carts", parent="shop"),
        group("payments", parent="shop"),
        group("others"),
        user("alice", "carts", "search"),
        thing("portal", "department"),
        thing("web", "shop"),
        thing("index", "search"),
        thing("cart", "carts"),
        thing("ledger", "payments"),
        thing("elsewhere", "others"),
        thing("orphan"),
    )


OPEN: dict[str, Any] = {"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}}
REPOSITORY = "https://github.com/acme/shop"


class OwnershipWorld:
    """The API in front of a catalog; ``capture`` is what a provider does with CODEOWNERS."""

    def __init__(self, settings: Any, client: Client, **config: Any) -> None:
        settings.APP_CONFIG = AppConfig.from_dict({**OPEN, **config})
        self.client = client

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/ownership/{path}", headers=headers)

    def ask(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def resolve(self, **body: Any) -> Any:
        answer = self.client.post("/api/ownership/resolve", body, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return answer.json()["items"]

    def error(self, path: str) -> tuple[int, str]:
        answer = self.get(path)
        return answer.status_code, answer.json()["error"]["message"]

    def capture(
        self, text: str, *, url: str = f"{REPOSITORY}/blob/main/.github/CODEOWNERS", etag: str = "c0ffee"
    ) -> None:
        data = text.encode()
        CapturedFile.objects.filter(url=url).delete()
        CapturedFile.objects.create(bucket="github-provider:x", url=url, etag=etag, data=data, hash=content_hash(data))
        take_captured()
