"""A catalog of two teams, with the API of notifications and user settings in front of it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from common.app_config import AppConfig
from identity.settings import user_tokens
from tests.integration.queries_world import make_entity, write

ALICE, BOB, CARL = "user:default/alice", "user:default/bob", "user:default/carl"
SERVICE = "a-service-token"
RESTRICTED = "a-restricted-token"
CONFIG: dict[str, Any] = {
    "app": {"baseUrl": "http://localhost:3000"},
    "backend": {
        "auth": {
            "externalAccess": [
                {"type": "static", "options": {"token": SERVICE, "subject": "ci"}},
                {
                    "type": "static",
                    "options": {"token": RESTRICTED, "subject": "reader"},
                    "accessRestrictions": [{"plugin": "notifications", "permissionAttribute": {"action": "read"}}],
                },
            ]
        }
    },
}


class CommsWorld:
    def __init__(self, settings: Any, client: Client, **config: Any) -> None:
        settings.APP_CONFIG = AppConfig.from_dict({**CONFIG, **config})
        self.client = client

    def as_user(self, ref: str) -> Caller:
        return Caller(self.client, user_tokens().issue(ref, [ref]).token)

    def as_service(self, token: str = SERVICE) -> Caller:
        return Caller(self.client, token)

    def send(self, title: str, *refs: str, excluded: tuple[str, ...] = (), **payload: Any) -> list[dict[str, Any]]:
        """To everybody, if there are no refs."""
        recipients: dict[str, Any] = {"type": "broadcast"}
        if refs:
            recipients = {"type": "entity", "entityRef": list(refs), "excludeEntityRef": list(excluded)}
        answer = self.as_service().post(
            "notifications/notifications", {"recipients": recipients, "payload": {"title": title, **payload}}
        )
        assert answer.status_code == 200, answer.content
        sent: list[dict[str, Any]] = answer.json()
        return sent

    def titles(self, ref: str, query: str = "") -> list[str]:
        return [item["payload"]["title"] for item in self.page(ref, query)["notifications"]]

    def page(self, ref: str, query: str = "") -> dict[str, Any]:
        answer = self.as_user(ref).get(f"notifications/notifications?{query}")
        assert answer.status_code == 200, answer.content
        page: dict[str, Any] = answer.json()
        return page


class Caller:
    def __init__(self, client: Client, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/{path}", headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(f"/api/{path}", body, content_type="application/json", headers=self.headers)

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(f"/api/{path}", body, content_type="application/json", headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/{path}", headers=self.headers)


def write_teams() -> None:
    """team-b is below team-a; alice is in team-a, bob in team-b, and team-b owns the cart."""
    team_a = make_entity("team-a", kind="Group", owner="")
    team_a["relations"] = [_to("parentOf", "group:default/team-b"), _to("hasMember", ALICE)]
    team_b = make_entity("team-b", kind="Group", owner="")
    # Against all rules, but it must end all the same.
    team_b["relations"] = [
        _to("childOf", "group:default/team-a"),
        _to("parentOf", "group:default/team-a"),
        _to("hasMember", BOB),
    ]
    write(team_a, team_b, make_entity("cart", owner="group:default/team-b"))


def _to(relation: str, target: str) -> dict[str, str]:
    return {"type": relation, "targetRef": target}
