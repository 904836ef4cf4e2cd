"""OpenID Connect providers, found by their metadata."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from common.errors import ServiceUnavailableError
from identity.key_set import KeySet, open_key_set
from identity.sign_in.http import OAuthClient, ask_token, get_json, open_client
from identity.sign_in.id_token import IdTokenChecker
from identity.sign_in.provider import Account, FlowSecrets, ProviderError, ProviderSession
from integrations.whatwg import is_url, parse_url

KEEP_SECONDS = 600.0
REQUIRED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "revocation_endpoint")


@dataclass(frozen=True, slots=True)
class OidcSettings:
    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    callback_url: str
    prompt: str = "none"  # "auto" leaves it to the provider
    auth_method: str = "client_secret_basic"
    algorithm: str = "RS256"


class OidcProvider:
    """``transport`` takes the place of the network, in tests."""

    required_scopes: tuple[str, ...] = ("openid", "profile", "email")

    def __init__(self, settings: OidcSettings, *, transport: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._transport = transport
        self._http = open_client(transport)
        self._lock = threading.Lock()
        self._metadata: dict[str, str] = {}
        self._read_at = -math.inf
        self._keys: KeySet | None = None

    def start_url(self, *, scope: str, state: str, secrets: FlowSecrets) -> str:
        prompt = {} if self._settings.prompt == "auto" else {"prompt": self._settings.prompt}
        url, _ = self._client().create_authorization_url(
            self._known()["authorization_endpoint"],
            state=state,
            scope=scope,
            nonce=secrets.nonce,
            code_verifier=secrets.code_verifier,
            **prompt,
        )
        return str(url)

    def finish(self, parameters: Mapping[str, str], *, secrets: FlowSecrets) -> ProviderSession:
        metadata = self._known()
        if parameters.get("iss") not in (None, metadata["issuer"]):
            raise ProviderError("The answer is another identity provider's")  # RFC 9207
        token = ask_token(
            self._client(),
            "fetch_token",
            metadata["token_endpoint"],
            code=parameters["code"],
            code_verifier=secrets.code_verifier,
        )
        claims = self._checker().claims_of(
            token.get("id_token"), nonce=secrets.nonce, access_token=token["access_token"]
        )
        return self._session(token, claims)

    def refresh(self, refresh_token: str, *, scope: str, is_granted: bool) -> ProviderSession:
        token = ask_token(self._client(), "refresh_token", self._known()["token_endpoint"], refresh_token=refresh_token)
        id_token = token.get("id_token")
        claims = None
        if id_token is not None:
            claims = self._checker().claims_of(id_token, nonce=None, access_token=token["access_token"])
        return self._session(token, claims)

    def revoke(self, refresh_token: str) -> None:
        url = self._known().get("revocation_endpoint")
        if url is None:
            return
        try:
            self._client().revoke_token(url, token=refresh_token, token_type_hint="refresh_token")  # noqa: S106
        except httpx.HTTPError as error:
            raise ProviderError(f"The identity provider did not end the session: {type(error).__name__}") from None

    def _session(self, token: Mapping[str, Any], claims: Mapping[str, Any] | None) -> ProviderSession:
        info = self._user_info(token["access_token"])
        if info is None and claims is None:
            raise ProviderError("The identity provider says nothing about the user")
        if info is not None and claims is not None and info.get("sub") != claims["sub"]:
            raise ProviderError("The identity provider speaks of two users at once")
        return ProviderSession(
            account=account_of(*(part for part in (info, claims) if part is not None)),
            access_token=token["access_token"],
            scope=str(token.get("scope") or ""),
            expires_in=token.get("expires_in"),
            id_token=token.get("id_token"),
            refresh_token=token.get("refresh_token"),
        )

    def _user_info(self, access_token: str) -> dict[str, Any] | None:
        """None if the provider has no such endpoint."""
        url = self._known().get("userinfo_endpoint")
        if url is None:
            return None
        info = get_json(self._http, url, access_token=access_token)
        if not isinstance(info, dict) or not isinstance(info.get("sub"), str) or not info["sub"]:
            raise ProviderError("The identity provider does not say who the user is")
        return info

    def _client(self) -> OAuthClient:
        known = self._settings
        return OAuthClient(
            self._http,
            client_id=known.client_id,
            client_secret=known.client_secret,
            redirect_uri=known.callback_url,
            token_endpoint_auth_method=known.auth_method,
            revocation_endpoint_auth_method=known.auth_method,
            code_challenge_method="S256",
        )

    def _checker(self) -> IdTokenChecker:
        metadata = self._known()
        with self._lock:
            if self._keys is None or self._keys.url != metadata["jwks_uri"]:
                self._keys = open_key_set(metadata["jwks_uri"], transport=self._transport)
            keys = self._keys
        return IdTokenChecker(keys, metadata["issuer"], self._settings.client_id, self._settings.algorithm)

    def _known(self) -> dict[str, str]:
        """The provider's metadata, read again after a while. Raises ServiceUnavailableError if there are none."""
        with self._lock:
            if time.monotonic() - self._read_at > KEEP_SECONDS:
                try:
                    self._metadata = _read_metadata(get_json(self._http, self._settings.metadata_url), self._settings)
                    self._read_at = time.monotonic()
                except ProviderError as error:
                    if not self._metadata:
                        raise ServiceUnavailableError(f"Signing in is not possible now: {error}") from None
            return self._metadata


def _read_metadata(content: Any, settings: OidcSettings) -> dict[str, str]:
    """Raises ProviderError. What is read over TLS leads to TLS."""
    if not isinstance(content, dict):
        raise ProviderError(f"{settings.metadata_url} holds no metadata")
    schemes = ("https",) if parse_url(settings.metadata_url).scheme == "https" else ("http", "https")
    for name in (*REQUIRED, *OPTIONAL):
        value = content.get(name)
        if value is None and name in OPTIONAL:
            continue
        if not isinstance(value, str) or not is_url(value) or parse_url(value).scheme not in schemes:
            raise ProviderError(f"{settings.metadata_url} has no good '{name}'")
    return {name: content[name] for name in (*REQUIRED, *OPTIONAL) if content.get(name) is not None}


def account_of(*sources: Mapping[str, Any]) -> Account:
    """The person in these claims; the first source that has a claim counts."""

    def first(name: str) -> str | None:
        return next((source[name] for source in sources if isinstance(source.get(name), str) and source[name]), None)

    email = first("email")
    said = [source.get("email_verified") for source in sources if source.get("email") == email]
    is_verified = any(map(_is_true, said)) and all(word is None or _is_true(word) for word in said)
    return Account(
        subject=sources[0]["sub"],
        username=first("preferred_username"),
        display_name=first("name"),
        picture=first("picture"),
        email=email,
        verified_email=email if is_verified else None,
    )


def _is_true(value: Any) -> bool:
    """Some providers write it as a text."""
    return value is True or value == "true"
