"""
Signing in by way of a provider: from the app to the provider, back from it with a code, and on with a refresh token.

What belongs together is held together by the browser's nonce cookie: the state, the code's proof and the ID token's
nonce all follow from it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import InputError, NotAllowedError
from identity.session import issue_identity
from identity.settings import user_tokens
from identity.sign_in.provider import FlowSecrets, ProviderError, ProviderSession
from identity.sign_in.resolvers import resolve
from identity.sign_in.scopes import join_scopes, split_scope
from identity.sign_in.sealing import derive
from identity.sign_in.settings import ConfiguredProvider
from identity.sign_in.state import SignInState

MAX_SAID = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """``answer`` is what the app is told; ``scope`` and ``refresh_token`` are for cookies."""

    answer: dict[str, Any]
    scope: str
    refresh_token: str | None


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def start_url(configured: ConfiguredProvider, state: SignInState) -> str:
    """Where to send the browser."""
    return configured.provider.start_url(scope=state.scope, state=state.encode(), secrets=_secrets_of(state.nonce))


def check_nonce(state: SignInState, cookie: str) -> None:
    """Raise NotAllowedError unless the state is of a sign-in that this browser has started."""
    if not cookie:
        raise NotAllowedError("Auth response is missing cookie nonce")
    if not secrets.compare_digest(cookie.encode(), state.nonce.encode()):
        raise NotAllowedError("Invalid nonce")


def finish(configured: ConfiguredProvider, parameters: Mapping[str, str], state: SignInState) -> Outcome:
    """What comes of the answer that the browser has brought. Raises a CallboardError if nobody is signed in by it."""
    if error := parameters.get("error"):
        said = parameters.get("error_description") or error
        raise ProviderError(f"Authentication rejected, {said[:MAX_SAID]}")
    if not parameters.get("code"):
        raise InputError("The answer of the identity provider has no code")
    session = configured.provider.finish(parameters, secrets=_secrets_of(state.nonce))
    return _outcome(configured, session, state.scope)


def refresh(configured: ConfiguredProvider, refresh_token: str, *, requested: str, granted: str) -> Outcome:
    """A new session for an old one. Raises a CallboardError if the provider or the catalog no longer knows the user."""
    scope = scope_of(configured, requested=requested, granted=granted)
    is_granted = set(split_scope(scope)) <= set(split_scope(granted))
    session = configured.provider.refresh(refresh_token, scope=scope, is_granted=is_granted)
    return _outcome(configured, session, scope)


def scope_of(configured: ConfiguredProvider, *, requested: str, granted: str) -> str:
    return join_scopes(split_scope(requested), split_scope(granted), configured.scopes)


def _secrets_of(nonce: str) -> FlowSecrets:
    return FlowSecrets(code_verifier=derive("code verifier", nonce), nonce=derive("nonce", nonce))


def _outcome(configured: ConfiguredProvider, session: ProviderSession, scope: str) -> Outcome:
    answer: dict[str, Any] = {"profile": session.account.profile, "providerInfo": session.provider_info(scope)}
    # Without resolvers the provider is for access tokens alone: people sign in elsewhere.
    if configured.resolvers:
        user = resolve(session.account, configured.resolvers)
        answer["backstageIdentity"] = issue_identity(user.user_ref, user.ownership_refs, user_tokens())
    return Outcome(answer, scope, session.refresh_token)
