"""What every identity provider can do, and what it tells about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from common.errors import AuthenticationError


class ProviderError(AuthenticationError):
    """The provider refused, or said something that must not be believed."""


@dataclass(frozen=True, slots=True)
class Account:
    """
    A person as the provider knows him.

    ``subject`` never changes and is nobody else's. ``verified_email`` is the e-mail that the provider says it has
    verified; ``email`` is for showing only.
    """

    subject: str
    username: str | None = None
    display_name: str | None = None
    picture: str | None = None
    email: str | None = None
    verified_email: str | None = None

    @property
    def profile(self) -> dict[str, str]:
        named = {"email": self.email, "picture": self.picture, "displayName": self.display_name}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class ProviderSession:
    account: Account
    access_token: str = field(repr=False)
    scope: str = ""
    expires_in: int | None = None
    id_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)

    def provider_info(self, scope: str) -> dict[str, Any]:
        info = {
            "idToken": self.id_token,
            "accessToken": self.access_token,
            "scope": scope,
            "expiresInSeconds": self.expires_in,
        }
        return {name: value for name, value in info.items() if value is not None}


@dataclass(frozen=True, slots=True)
class FlowSecrets:
    """Of one sign-in: what proves that who brings the code is who asked for it (PKCE), and the ID token's nonce."""

    code_verifier: str = field(repr=False)
    nonce: str = field(repr=False)


class Provider(Protocol):
    """Thread-safe. Methods ask the provider over the network, and raise ProviderError."""

    required_scopes: tuple[str, ...]

    def start_url(self, *, scope: str, state: str, secrets: FlowSecrets) -> str:
        """Where to send the browser."""

    def finish(self, parameters: Mapping[str, str], *, secrets: FlowSecrets) -> ProviderSession:
        """The session for what the browser has brought back."""

    def refresh(self, refresh_token: str, *, scope: str, is_granted: bool) -> ProviderSession:
        """A new session for an old one; ``is_granted`` says that it had this scope already."""

    def revoke(self, refresh_token: str) -> None:
        """End a session, if the provider has a way to."""
