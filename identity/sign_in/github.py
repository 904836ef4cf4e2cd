"""GitHub, and GitHub Enterprise Server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from identity.sign_in.http import OAuthClient, ask_token, get_json, open_client
from identity.sign_in.provider import Account, FlowSecrets, ProviderError, ProviderSession
from identity.sign_in.scopes import split_scope

# OAuth apps give access tokens that last, and none to refresh them with. Then the access token itself is kept.
KEPT_ACCESS_TOKEN = "access-token-v2."  # noqa: S105  a prefix


@dataclass(frozen=True, slots=True)
class GithubSettings:
    """``instance_url`` is where people sign in, without a slash at its end."""

    client_id: str
    client_secret: str = field(repr=False)
    callback_url: str
    instance_url: str = "https://github.com"
    reads_emails: bool = False

    @property
    def api_url(self) -> str:
        return "https://api.github.com" if self.instance_url == "https://github.com" else f"{self.instance_url}/api/v3"


class GithubProvider:
    """``transport`` takes the place of the network, in tests."""

    def __init__(self, settings: GithubSettings, *, transport: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._http = open_client(transport)
        # A profile shows an e-mail without saying whether it is verified; the list of e-mails does say so.
        self.required_scopes: tuple[str, ...] = ("read:user", "user:email") if settings.reads_emails else ("read:user",)

    def start_url(self, *, scope: str, state: str, secrets: FlowSecrets) -> str:
        url, _ = self._client().create_authorization_url(
            f"{self._settings.instance_url}/login/oauth/authorize",
            state=state,
            scope=scope,
            code_verifier=secrets.code_verifier,
        )
        return str(url)

    def finish(self, parameters: Mapping[str, str], *, secrets: FlowSecrets) -> ProviderSession:
        token = ask_token(
            self._client(),
            "fetch_token",
            self._token_url,
            code=parameters["code"],
            code_verifier=secrets.code_verifier,
        )
        kept = token.get("refresh_token")
        if not kept and not token.get("expires_in"):
            kept = KEPT_ACCESS_TOKEN + token["access_token"]
        return self._session(token, kept)

    def refresh(self, refresh_token: str, *, scope: str, is_granted: bool) -> ProviderSession:
        if not refresh_token.startswith(KEPT_ACCESS_TOKEN):
            token = ask_token(self._client(), "refresh_token", self._token_url, refresh_token=refresh_token)
            return self._session(token, token.get("refresh_token"))
        if not is_granted:
            raise ProviderError("Refresh failed, session has not been granted the requested scope")
        token = {"access_token": refresh_token.removeprefix(KEPT_ACCESS_TOKEN), "scope": scope}
        return self._session(token, refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """GitHub has no way that would not end the person's other sessions too."""

    @property
    def _token_url(self) -> str:
        return f"{self._settings.instance_url}/login/oauth/access_token"

    def _client(self) -> OAuthClient:
        return OAuthClient(
            self._http,
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret,
            redirect_uri=self._settings.callback_url,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106  the name of a method
            code_challenge_method="S256",
        )

    def _session(self, token: Mapping[str, Any], kept: str | None) -> ProviderSession:
        return ProviderSession(
            account=self._account(token["access_token"]),
            access_token=token["access_token"],
            scope=" ".join(split_scope(str(token.get("scope") or ""))),
            expires_in=token.get("expires_in"),
            refresh_token=kept,
        )

    def _account(self, access_token: str) -> Account:
        user = get_json(self._http, f"{self._settings.api_url}/user", access_token=access_token)
        if not isinstance(user, dict) or not isinstance(user.get("id"), int) or not isinstance(user.get("login"), str):
            raise ProviderError("GitHub does not say who the user is")
        email = self._primary_email(access_token) if self._settings.reads_emails else None
        return Account(
            subject=str(user["id"]),
            username=user["login"],
            display_name=user.get("name") or user["login"],
            picture=user.get("avatar_url"),
            email=email or user.get("email"),
            verified_email=email,
        )

    def _primary_email(self, access_token: str) -> str | None:
        """The primary e-mail if GitHub has verified it."""
        emails = get_json(self._http, f"{self._settings.api_url}/user/emails", access_token=access_token)
        if not isinstance(emails, list):
            raise ProviderError("GitHub does not list the user's e-mails")
        return next(
            (
                entry["email"]
                for entry in emails
                if isinstance(entry, dict)
                and entry.get("primary") is True
                and entry.get("verified") is True
                and isinstance(entry.get("email"), str)
            ),
            None,
        )
