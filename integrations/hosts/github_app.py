"""Tokens of GitHub Apps: each is for what belongs to one owner, and lasts an hour."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import httpx

from common.errors import NotFoundError
from integrations.hosts.api import HostApi, pause
from integrations.hosts.github_app_api import (
    Installation,
    IssuedToken,
    Pause,
    app_api,
    issue_token,
    list_installations,
)
from integrations.scm.github import GithubApp, GithubIntegration
from integrations.scm.integration import ScmIntegration, basic_authorization
from integrations.whatwg import Url

# A token is handed out only if it lasts longer than most work.
SPARE_TIME = timedelta(minutes=10)
# How long it is believed where an app is installed, and where it is not.
INSTALLED_SECONDS = 300.0
ABSENT_SECONDS = 30.0

AppKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class OwnerCredentials:
    """The token of the app that is installed at the owner, else the integration's, else none."""

    integration: GithubIntegration
    owner: str
    transport: httpx.BaseTransport | None = None

    @property
    def account(self) -> str:
        return f"apps of {self.owner.lower()}"

    def headers(self) -> Mapping[str, str]:
        token = APP_TOKENS.find(self.integration, self.owner, transport=self.transport) or self.integration.token
        return {"Authorization": f"Bearer {token}"} if token else {}

    def renew(self) -> None:
        APP_TOKENS.drop(self.integration, self.owner)


@dataclass(frozen=True, slots=True)
class _Installed:
    """By owner in lower case, as of ``at``."""

    installations: Mapping[str, Installation]
    at: float


class _OneApp:
    """What is known of one app. Ask under its lock."""

    def __init__(self, app: GithubApp) -> None:
        self.lock = threading.Lock()
        self._app = app
        self._installed: _Installed | None = None
        self._issued: dict[str, IssuedToken] = {}

    def token(self, api: HostApi, owner: str) -> str | None:
        issued = self._issued.get(owner)
        if issued is None or issued.expires_at - SPARE_TIME < datetime.now(UTC):
            self._issued.pop(owner, None)
            issued = self._issue(api, owner)
            if issued is not None:
                self._issued[owner] = issued
        return None if issued is None else issued.token

    def drop(self, owner: str) -> None:
        self._issued.pop(owner, None)
        self._installed = None

    def _issue(self, api: HostApi, owner: str) -> IssuedToken | None:
        installation = self._find(api, owner)
        try:
            return None if installation is None else issue_token(api, installation)
        except NotFoundError:
            # It was removed, or installed anew.
            self._installed = None
            installation = self._find(api, owner)
            return None if installation is None else issue_token(api, installation)

    def _find(self, api: HostApi, owner: str) -> Installation | None:
        known, now = self._installed, time.monotonic()
        is_there = known is not None and owner in known.installations
        if known is None or now - known.at > (INSTALLED_SECONDS if is_there else ABSENT_SECONDS):
            found = {installation.owner.lower(): installation for installation in list_installations(api, self._app)}
            known = self._installed = _Installed(found, now)
        installation = known.installations.get(owner)
        if installation is not None and installation.is_suspended:
            # So that it is noticed at once when it is no more.
            self._installed = None
        return installation


class AppTokens:
    """Thread-safe. Tokens are asked for anew shortly before they expire."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._apps: dict[AppKey, _OneApp] = {}

    def find(
        self,
        integration: GithubIntegration,
        owner: str,
        *,
        pause: Pause = pause,
        transport: httpx.BaseTransport | None = None,
    ) -> str | None:
        """
        A token of the first app that is installed at the owner, or None.

        Raises NotAllowedError if the app is suspended there or its key is not right, else what HostApi raises.
        """
        for app in integration.apps:
            if app.may_act_for(owner):
                known = self._known(integration, app)
                with known.lock:
                    token = known.token(app_api(integration, app, pause=pause, transport=transport), owner.lower())
                if token is not None:
                    return token
        return None

    def drop(self, integration: GithubIntegration, owner: str) -> None:
        """Those for the owner: GitHub takes them no more."""
        for app in integration.apps:
            known = self._known(integration, app)
            with known.lock:
                known.drop(owner.lower())

    def forget(self) -> None:
        with self._lock:
            self._apps.clear()

    def _known(self, integration: GithubIntegration, app: GithubApp) -> _OneApp:
        with self._lock:
            return self._apps.setdefault((integration.api_base_url or "", app.app_id), _OneApp(app))


APP_TOKENS = AppTokens()


def git_authorization(integration: ScmIntegration, url: Url) -> str | None:
    """
    For git over HTTP from this integration's host: the token of the app at the repository's owner, else its own.

    Raises as ``AppTokens.find``.
    """
    if isinstance(integration, GithubIntegration) and integration.apps and integration.trusts(url):
        token = APP_TOKENS.find(integration, unquote(url.path).strip("/").partition("/")[0])
        if token is not None:
            return basic_authorization("x-access-token", token)
    return integration.authorization(url)


def installations(integration: GithubIntegration, app: GithubApp) -> list[Installation]:
    """Where the app is installed, as far as the configuration lets it act there. Raises what HostApi raises."""
    found = list_installations(app_api(integration, app), app)
    return [installation for installation in found if app.may_act_for(installation.owner)]
