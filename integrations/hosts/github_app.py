"""GitHub Apps: tokens for what belongs to one owner, which last an hour."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import httpx
import jwt

from common.errors import InputError, NotAllowedError
from integrations.hosts.answer import needed, number_of, text_of
from integrations.hosts.api import HostApi, pause
from integrations.hosts.budget import BUDGETS
from integrations.hosts.transport import transport_of
from integrations.scm.github import GithubApp, GithubIntegration
from integrations.scm.integration import ScmIntegration, basic_authorization
from integrations.whatwg import Url

# A token is handed out only if it lasts longer than most work.
SPARE_TIME = timedelta(minutes=10)
# GitHub's clock may be behind ours; it takes nothing that lasts longer than ten minutes.
ISSUED_BEFORE_SECONDS = 60
LASTS_SECONDS = 8 * 60
API_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Installation:
    """Where an app is installed: at ``owner``, an organization or user."""

    id: int
    app_id: int
    owner: str
    is_suspended: bool = False
    is_organization: bool = True


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """Those of the app itself, which may do nothing but say where it is installed and get tokens."""

    integration: GithubIntegration
    app: GithubApp

    @property
    def account(self) -> str:
        return f"app {self.app.app_id}"

    def headers(self) -> Mapping[str, str]:
        """Raises NotAllowedError if the key is none."""
        now = int(time.time())
        claims = {"iat": now - ISSUED_BEFORE_SECONDS, "exp": now + LASTS_SECONDS, "iss": str(self.app.app_id)}
        try:
            token = jwt.encode(claims, self.app.private_key, algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            # What the library says of a key may hold parts of it.
            raise NotAllowedError(
                f"The private key of the GitHub App {self.app.app_id} for {self.integration.host} is not a key; check"
                " 'integrations.github[].apps[].privateKey'"
            ) from None
        return {"Authorization": f"Bearer {token}"}


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
class _Issued:
    token: str = field(repr=False)
    expires_at: datetime


class AppTokens:
    """Thread-safe. Tokens are asked for anew shortly before they expire."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[tuple[str, int, str], threading.Lock] = {}
        self._issued: dict[tuple[str, int, str], _Issued] = {}

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
                token = self._find(integration, app, owner, pause, transport)
                if token is not None:
                    return token
        return None

    def drop(self, integration: GithubIntegration, owner: str) -> None:
        """Those for the owner: GitHub takes them no more."""
        with self._lock:
            for app in integration.apps:
                self._issued.pop(_key(integration, app, owner), None)

    def forget(self) -> None:
        with self._lock:
            self._issued.clear()

    def _find(
        self,
        integration: GithubIntegration,
        app: GithubApp,
        owner: str,
        pause: Pause,
        transport: httpx.BaseTransport | None,
    ) -> str | None:
        key = _key(integration, app, owner)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            issued = self._issued.get(key)
            if issued is None or issued.expires_at - SPARE_TIME < datetime.now(UTC):
                self._issued.pop(key, None)
                issued = _issue(app_api(integration, app, pause=pause, transport=transport), app, owner)
                if issued is not None:
                    self._issued[key] = issued
        return None if issued is None else issued.token


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
    found = _installations(app_api(integration, app), app)
    return [installation for installation in found if app.may_act_for(installation.owner)]


def app_api(
    integration: GithubIntegration,
    app: GithubApp,
    *,
    pause: Pause = pause,
    transport: httpx.BaseTransport | None = None,
) -> HostApi:
    """The API as the app itself. Raises InputError if the integration has none."""
    credentials = AppCredentials(integration, app)
    return HostApi(
        integration.host,
        api_base_url(integration),
        credentials=credentials,
        budget=BUDGETS.of(integration.host, credentials.account),
        transport=transport or transport_of(integration),
        headers=API_HEADERS,
        # Tokens are few, and people's calls need them as well.
        for_people=True,
        pause=pause,
    )


def api_base_url(integration: GithubIntegration) -> str:
    """Raises InputError if there is none."""
    if integration.api_base_url is None:
        raise InputError(
            f"The integration for {integration.host} has no apiBaseUrl; set it, such as"
            f" 'https://{integration.host}/api/v3'"
        )
    return integration.api_base_url


def _key(integration: GithubIntegration, app: GithubApp, owner: str) -> tuple[str, int, str]:
    return (integration.api_base_url or "", app.app_id, owner.lower())


def _issue(api: HostApi, app: GithubApp, owner: str) -> _Issued | None:
    at_owner = [found for found in _installations(api, app) if found.owner.lower() == owner.lower()]
    if not at_owner:
        return None
    if at_owner[0].is_suspended:
        raise NotAllowedError(f"The GitHub App {app.app_id} is suspended for '{owner}' on {api.host}")
    answer = api.post("app", "installations", at_owner[0].id, "access_tokens", body={}, is_repeatable=True).row()
    what = f"Getting a token of the GitHub App {app.app_id}"
    expires_at = datetime.fromisoformat(needed(answer, "expires_at", what=what))
    return _Issued(needed(answer, "token", what=what), expires_at)


def _installations(api: HostApi, app: GithubApp) -> list[Installation]:
    pages = api.pages("app", "installations")
    return [
        Installation(
            number_of(row, "id"),
            app.app_id,
            text_of(row, "account", "login"),
            is_suspended=bool(row.get("suspended_at")),
            is_organization=text_of(row, "account", "type") != "User",
        )
        for page in pages
        for row in page.rows
    ]
