"""
Identity providers on 127.0.0.1: OpenID Connect, and GitHub's sign-in. They hold to the protocols, and refuse what real
ones refuse: a code that is used twice, another verifier, another secret, another address to return to.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.server import FakeServer, Request, Response

CLIENT_ID, CLIENT_SECRET = "callboard", "hush-hush-hush"


@lru_cache(maxsize=4)
def private_key(name: str = "first") -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class FakeProvider(FakeServer):
    """What both have in common: codes, and the tokens that they are exchanged for."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, dict[str, str]] = {}
        self.refresh_tokens: set[str] = set()
        self.access_tokens: set[str] = set()
        self.revoked: list[str] = []

    def consent(self, start_url: str) -> dict[str, str]:
        """The person agrees: the parameters that his browser brings back."""
        asked = dict(parse_qsl(urlsplit(start_url).query))
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def exchange(self, request: Request) -> dict[str, str] | None:
        """What was asked for, for a code or a refresh token; None for what a provider refuses."""
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if not self._is_client(request, form):
            return None
        if form.get("grant_type") == "refresh_token":
            known = form.get("refresh_token") in self.refresh_tokens
            self.refresh_tokens.discard(form.get("refresh_token", ""))
            return {} if known else None
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        return asked if challenge_of(form.get("code_verifier", "")) == asked["code_challenge"] else None

    def new_access_token(self) -> str:
        token = f"access-{secrets.token_urlsafe(8)}"
        self.access_tokens.add(token)
        return token

    def new_refresh_token(self) -> str:
        token = f"refresh-{secrets.token_urlsafe(8)}"
        self.refresh_tokens.add(token)
        return token

    def has_access(self, request: Request) -> bool:
        return request.headers.get("authorization", "").removeprefix("Bearer ") in self.access_tokens

    def _is_client(self, request: Request, form: dict[str, str]) -> bool:
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {basic}" or (
            form.get("client_id"),
            form.get("client_secret"),
        ) == (CLIENT_ID, CLIENT_SECRET)


class FakeOidc(FakeProvider):
    """``user`` is who signs in; ``id_claims`` and ``user_info`` change what is said of him, ``metadata`` of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.user: dict[str, Any] = {
            "sub": "alice-17",
            "name": "Alice A.",
            "preferred_username": "alice",
            "email": "alice@example.com",
            "email_verified": True,
            "picture": "https://example.com/alice.png",
        }
        self.id_claims: dict[str, Any] = {}
        self.user_info: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.key: Any = private_key()
        self.algorithm = "RS256"
        self.key_id = "first"

    def answer(self, request: Request) -> Response:
        routes = {
            "/authorize": self._authorize,
            "/.well-known/openid-configuration": self._describe,
            "/jwks": self._keys,
            "/token": self._token,
            "/userinfo": self._user_info,
            "/revoke": self._revoke,
        }
        route = routes.get(request.path)
        return route(request) if route else Response(404)

    def _authorize(self, request: Request) -> Response:
        """The page at which a person agrees; this one does not even ask."""
        back = self.consent(f"{self.url}/authorize?{request.query}")
        url = dict(parse_qsl(request.query))["redirect_uri"]
        return Response(302, headers={"Location": f"{url}?{urlencode(back)}"})

    def _describe(self, request: Request) -> Response:
        endpoints = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "revocation": "revoke"}
        content = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in endpoints.items()}
        return Response.of({"issuer": self.url, "jwks_uri": f"{self.url}/jwks", **content, **self.metadata})

    def _keys(self, request: Request) -> Response:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(private_key().public_key(), as_dict=True)
        return Response.of({"keys": [{**public, "kid": "first", "use": "sig"}]})

    def _token(self, request: Request) -> Response:
        asked = self.exchange(request)
        if asked is None:
            return Response.of({"error": "invalid_grant", "error_description": "That will not do"}, 400)
        answer = {
            "access_token": self.new_access_token(),
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": asked.get("scope", ""),
            "refresh_token": self.new_refresh_token(),
            "id_token": self.id_token(asked.get("nonce")),
        }
        return Response.of(answer)

    def id_token(self, nonce: str | None) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, **self.user}
        claims = {name: value for name, value in {**claims, **self.id_claims}.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": self.key_id})

    def _user_info(self, request: Request) -> Response:
        if not self.has_access(request):
            return Response(401)
        said = {**self.user, **self.user_info}
        return Response.of({name: value for name, value in said.items() if value is not None})

    def _revoke(self, request: Request) -> Response:
        self.revoked.append(parse_qs(request.body.decode())["token"][0])
        return Response()


class FakeGithubSignIn(FakeProvider):
    """GitHub Enterprise as an OAuth app sees it, or as a GitHub App if ``expires``."""

    def __init__(self, *, expires: bool = False) -> None:
        super().__init__()
        self.expires = expires
        self.user: dict[str, Any] = {"id": 17, "login": "Alice", "name": "Alice A.", "email": "shown@example.com"}
        self.emails: list[dict[str, Any]] = [
            {"email": "other@example.com", "primary": False, "verified": True},
            {"email": "alice@example.com", "primary": True, "verified": True},
        ]

    def answer(self, request: Request) -> Response:
        if request.path == "/login/oauth/access_token":
            return self._token(request)
        if not self.has_access(request):
            return Response.of({"message": "Bad credentials"}, 401)
        if request.path == "/api/v3/user":
            return Response.of(self.user)
        if request.path == "/api/v3/user/emails":
            return Response.of(self.emails)
        return Response.of({"message": "Not Found"}, 404)

    def _token(self, request: Request) -> Response:
        asked = self.exchange(request)
        if asked is None:  # GitHub says so with 200
            return Response.of({"error": "bad_verification_code", "error_description": "The code is incorrect"})
        answer = {"access_token": self.new_access_token(), "token_type": "bearer", "scope": "read:user,user:email"}
        if self.expires:
            answer |= {"expires_in": 28800, "refresh_token": self.new_refresh_token()}
        return Response.of(answer)
