"""An app whose people sign in at a fake provider, by popup or by redirect."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote, urlencode

from django.test import Client

from common.app_config import AppConfig
from tests.fakes.sign_in import CLIENT_ID, CLIENT_SECRET, FakeGithubSignIn, FakeOidc, FakeProvider
from tests.integration.queries_world import make_entity, write

APP = "http://localhost:3000"
XHR = {"X-Requested-With": "XMLHttpRequest"}
ALICE = "user:default/alice"
BY_EMAIL = [{"resolver": "emailMatchingUserEntityProfileEmail"}]


class SignInWorld:
    """``start``, then ``come_back``; ``sign_in`` does both."""

    def __init__(self, settings: Any, fake: FakeProvider, *, base_url: str = "http://localhost:7007", **changes: Any):
        self.fake, self.client = fake, Client()
        self.provider = "oidc" if isinstance(fake, FakeOidc) else "github"
        known = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "signIn": {"resolvers": BY_EMAIL}}
        if isinstance(fake, FakeGithubSignIn):
            known["enterpriseInstanceUrl"] = fake.url + "/"
        else:
            known["metadataUrl"] = f"{fake.url}/.well-known/openid-configuration"
        auth = {
            "providers": {self.provider: {"development": {**known, **changes}}},
            "experimentalExtraAllowedOrigins": ["https://*.example.com"],
        }
        settings.APP_CONFIG = AppConfig.from_dict(
            {"app": {"baseUrl": APP}, "backend": {"baseUrl": base_url}, "auth": auth}
        )

    def start(self, **parameters: str) -> Any:
        query = urlencode({"env": "development", **parameters})
        return self.client.get(f"/api/auth/{self.provider}/start?{query}")

    def come_back(self, parameters: dict[str, str]) -> Any:
        return self.client.get(f"/api/auth/{self.provider}/handler/frame?{urlencode(parameters)}")

    def sign_in(self, **parameters: str) -> Any:
        started = self.start(**parameters)
        assert started.status_code == 302, started.content
        return self.come_back(self.fake.consent(started["Location"]))

    def refresh(self, query: str = "env=development", **headers: str) -> Any:
        return self.client.get(f"/api/auth/{self.provider}/refresh?{query}", headers={**XHR, **headers})

    def logout(self, **headers: str) -> Any:
        return self.client.post(f"/api/auth/{self.provider}/logout?env=development", headers={**XHR, **headers})


def write_alice(**changes: Any) -> None:
    """Alice of team-a, with her e-mail and ids."""
    metadata = {"name": "alice", "annotations": {"keycloak.org/id": "alice-17", "github.com/user-id": "17"}}
    user = make_entity("alice", kind="User", owner="", metadata=metadata, profile={"email": "alice@example.com"})
    user["relations"] = [{"type": "memberOf", "targetRef": "group:default/team-a"}]
    user.update(changes)
    write(user)


def message_of(page: Any) -> tuple[dict[str, Any], str]:
    """What the popup's page tells, and to which origin."""
    texts = re.findall(r"decodeURIComponent\('([^']*)'\)", page.content.decode())
    message, origin = map(unquote, texts)
    return json.loads(message), origin
