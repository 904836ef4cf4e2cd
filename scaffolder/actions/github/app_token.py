"""Tokens of GitHub Apps: each is for what belongs to one owner, and lasts an hour."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from github import Auth
from jwt import PyJWTError

from common.errors import NotAllowedError
from integrations.scm.github import GithubApp, GithubIntegration
from scaffolder.actions.github.api import GithubApi, open_api, path_of

# A token is handed out only if it lasts longer than most steps.
SPARE_TIME = timedelta(minutes=10)

Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Issued:
    token: str = field(repr=False)
    expires_at: datetime


class AppTokens:
    """Thread-safe. Tokens are asked for anew shortly before they expire."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._issued: dict[tuple[str, int, str], _Issued] = {}

    def find(self, integration: GithubIntegration, owner: str, wait: Wait) -> str | None:
        """
        A token of the first app that is installed at the owner, or None.

        Raises NotAllowedError if the app is suspended there or its key is not right.
        """
        for app in integration.apps:
            if app.may_act_for(owner):
                token = self._find(integration, app, owner, wait)
                if token is not None:
                    return token
        return None

    def _find(self, integration: GithubIntegration, app: GithubApp, owner: str, wait: Wait) -> str | None:
        key = (integration.api_base_url or "", app.app_id, owner.lower())
        with self._lock:
            issued = self._issued.get(key)
            if issued is None or issued.expires_at - SPARE_TIME < datetime.now(UTC):
                self._issued.pop(key, None)
                issued = _issue(integration, app, owner, wait)
                if issued is not None:
                    self._issued[key] = issued
        return None if issued is None else issued.token


APP_TOKENS = AppTokens()


def _issue(integration: GithubIntegration, app: GithubApp, owner: str, wait: Wait) -> _Issued | None:
    try:
        auth = Auth.AppAuth(app.app_id, app.private_key)
        secret = auth.token
    except (PyJWTError, ValueError, TypeError):
        # What the library says of a key may hold parts of it.
        raise NotAllowedError(
            f"The private key of the GitHub App {app.app_id} for {integration.host} is not a key; check"
            " 'integrations.github[].apps[].privateKey'"
        ) from None
    with open_api(integration, auth, secret=secret, wait=wait) as api:
        installation = _find_installation(api, app, owner)
        if installation is None:
            return None
        path = path_of("app", "installations", installation, "access_tokens")
        answer = api.call("POST", path, doing=f"get a token of the GitHub App {app.app_id} for '{owner}'")
    return _Issued(answer["token"], datetime.fromisoformat(answer["expires_at"]))


def _find_installation(api: GithubApi, app: GithubApp, owner: str) -> int | None:
    doing = f"list where the GitHub App {app.app_id} is installed"
    for installation in api.list_all("/app/installations", doing=doing):
        if str(installation["account"].get("login", "")).lower() == owner.lower():
            if installation.get("suspended_at"):
                raise NotAllowedError(f"The GitHub App {app.app_id} is suspended for '{owner}' on {api.host}")
            return int(installation["id"])
    return None
