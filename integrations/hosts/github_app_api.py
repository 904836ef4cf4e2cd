"""GitHub's API as a GitHub App sees it, which may say where it is installed, and get tokens there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import jwt

from common.errors import InputError, NotAllowedError
from integrations.hosts.answer import needed, number_of, text_of
from integrations.hosts.api import HostApi, pause
from integrations.hosts.budget import BUDGETS
from integrations.hosts.errors import HostSilentError
from integrations.hosts.transport import transport_of
from integrations.scm.github import GithubApp, GithubIntegration

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
class IssuedToken:
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AppCredentials:
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


def app_api(
    integration: GithubIntegration,
    app: GithubApp,
    *,
    pause: Pause = pause,
    transport: httpx.BaseTransport | None = None,
) -> HostApi:
    """Raises InputError if the integration has none."""
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


def list_installations(api: HostApi, app: GithubApp) -> list[Installation]:
    return [
        Installation(
            number_of(row, "id"),
            app.app_id,
            text_of(row, "account", "login"),
            is_suspended=bool(row.get("suspended_at")),
            is_organization=text_of(row, "account", "type") != "User",
        )
        for page in api.pages("app", "installations")
        for row in page.rows
    ]


def issue_token(api: HostApi, installation: Installation) -> IssuedToken:
    """Raises NotAllowedError if the app is suspended there."""
    app_id, owner = installation.app_id, installation.owner
    if installation.is_suspended:
        raise NotAllowedError(f"The GitHub App {app_id} is suspended for '{owner}' on {api.host}")
    answer = api.post("app", "installations", installation.id, "access_tokens", body={}, is_repeatable=True).row()
    what = f"Getting a token of the GitHub App {app_id}"
    return IssuedToken(needed(answer, "token", what=what), _moment(needed(answer, "expires_at", what=what), what))


def _moment(text: str, what: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise HostSilentError(f"{what}: it answered with '{text[:50]}', which is no time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
