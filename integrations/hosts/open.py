"""The one place that makes hosts out of integrations: with the right credentials, and the budget of the account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from common.errors import InputError
from integrations.hosts.api import HostApi, pause
from integrations.hosts.azure import AzureHost
from integrations.hosts.bitbucket_cloud import BitbucketCloudHost
from integrations.hosts.bitbucket_oauth import ConsumerCredentials
from integrations.hosts.bitbucket_server import BitbucketServerHost
from integrations.hosts.budget import BUDGETS
from integrations.hosts.credentials import NOBODY, Credentials, FixedCredentials, bearer
from integrations.hosts.gitea import GiteaHost
from integrations.hosts.github import GithubHost
from integrations.hosts.github_app import OwnerCredentials
from integrations.hosts.github_app_api import API_HEADERS, api_base_url
from integrations.hosts.gitlab import GitlabHost
from integrations.hosts.repository import RepositoryHost
from integrations.hosts.settings import HostSettings
from integrations.hosts.transport import transport_of
from integrations.http.api_path import path_of
from integrations.scm.azure import AzureIntegration
from integrations.scm.bitbucket import BitbucketCloudIntegration, BitbucketServerIntegration
from integrations.scm.gitea import GiteaIntegration
from integrations.scm.github import GithubIntegration
from integrations.scm.gitlab import GitlabIntegration
from integrations.scm.integration import ScmIntegration, basic_authorization
from integrations.whatwg import parse_url

GITHUB_API = "/api/v3"
GITEA_API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Opening:
    integration: ScmIntegration
    for_people: bool
    settings: HostSettings
    transport: httpx.BaseTransport | None
    pause: Callable[[float], None]

    def api(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> HostApi:
        """``kind`` tells apart what the host counts apart."""
        host = self.integration.host
        account = f"{credentials.account} {kind}".strip()
        return HostApi(
            host,
            base_url,
            credentials=credentials,
            budget=BUDGETS.of(host, account, reserve_percent=self.settings.reserve_percent),
            transport=self.transport or transport_of(self.integration),
            headers=headers,
            for_people=self.for_people,
            pause=self.pause,
        )


def open_host(
    integration: ScmIntegration,
    owner: str | None = None,
    *,
    for_people: bool = False,
    settings: HostSettings | None = None,
    transport: httpx.BaseTransport | None = None,
    pause: Callable[[float], None] = pause,
) -> RepositoryHost:
    """
    ``owner`` is whose repositories are meant, since a GitHub App has other credentials for each.

    ``for_people``: somebody waits for it. Raises InputError for types of integrations that have no such API.
    """
    opening = Opening(integration, for_people, settings or HostSettings(), transport, pause)
    match integration:
        case GithubIntegration():
            return _open_github(integration, owner, opening)
        case GitlabIntegration():
            return GitlabHost(
                integration.host,
                opening.api(integration.api_base_url, _gitlab_credentials(integration)),
                settings=opening.settings,
            )
        case GiteaIntegration():
            api = opening.api(f"{integration.base_url}{GITEA_API}", _own_credentials(integration, integration.base_url))
            return GiteaHost(integration.host, integration.base_url, api, settings=opening.settings)
        case BitbucketCloudIntegration():
            return _open_bitbucket_cloud(integration, opening)
        case BitbucketServerIntegration():
            base_url = integration.base_urls[0]
            api = opening.api(base_url, _own_credentials(integration, base_url))
            return BitbucketServerHost(integration.host, api, settings=opening.settings)
        case AzureIntegration():
            return _open_azure(integration, owner, opening)
    raise InputError(
        f"Repositories on {integration.host} cannot be listed: integrations of the type '{integration.type}' have no"
        " API for it that is known here"
    )


def _open_github(integration: GithubIntegration, owner: str | None, opening: Opening) -> GithubHost:
    base_url = api_base_url(integration)
    credentials: Credentials = bearer(integration.token)
    if owner and integration.apps:
        credentials = OwnerCredentials(integration, owner, opening.transport)
    return GithubHost(
        integration.host,
        opening.api(base_url, credentials, headers=API_HEADERS),
        graphql_api=opening.api(_graphql_base(base_url), credentials, kind="graphql"),
        settings=opening.settings,
    )


def _graphql_base(base_url: str) -> str:
    """GitHub Enterprise has it beside the REST API, not below."""
    return f"{base_url.removesuffix(GITHUB_API)}/api" if base_url.endswith(GITHUB_API) else base_url


def _gitlab_credentials(integration: GitlabIntegration) -> Credentials:
    return FixedCredentials("PRIVATE-TOKEN", integration.token) if integration.token else NOBODY


def _own_credentials(integration: ScmIntegration, url: str) -> Credentials:
    """Where the API takes what git takes."""
    return FixedCredentials(value=integration.authorization(parse_url(url)) or "")


def _open_bitbucket_cloud(integration: BitbucketCloudIntegration, opening: Opening) -> BitbucketCloudHost:
    credentials = _bitbucket_credentials(integration, opening)
    return BitbucketCloudHost(
        integration.host,
        opening.api(integration.api_base_url, credentials),
        opening.api(integration.base_url, credentials, kind="archives"),
        settings=opening.settings,
    )


def _bitbucket_credentials(integration: BitbucketCloudIntegration, opening: Opening) -> Credentials:
    if integration.client_id and integration.client_secret:
        basic = basic_authorization(integration.client_id, integration.client_secret)
        site = opening.api(integration.base_url, FixedCredentials(value=basic))
        return ConsumerCredentials(integration.client_id, site)
    if integration.username and integration.secret:
        return FixedCredentials(value=basic_authorization(integration.username, integration.secret))
    return bearer(integration.secret)


def _open_azure(integration: AzureIntegration, owner: str | None, opening: Opening) -> AzureHost:
    if not owner:
        raise InputError(f"Repositories on {integration.host} are listed by organization; name one")
    base_url = f"{integration.base_url or f'https://{integration.host}'}{path_of(owner)}"
    api = opening.api(base_url, _own_credentials(integration, f"{base_url}/"))
    return AzureHost(integration.host, api, settings=opening.settings)
