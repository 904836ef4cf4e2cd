"""Bitbucket Cloud as one account sees it: its API, and the header that git needs for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from common.errors import InputError
from integrations.scm.bitbucket import BitbucketCloudIntegration
from integrations.scm.integration import basic_authorization
from scaffolder.actions.action import ActionContext
from scaffolder.actions.scm.credentials import user_token
from scaffolder.actions.scm_faults import Account, explained
from scaffolder.actions.scm_http import ScmHttp, json_of, needed
from scaffolder.actions.scm_rest import RestHost

# git takes a token as the password of these users.
ACCESS_TOKEN_USER = "x-token-auth"  # noqa: S105 (a user name)
API_TOKEN_USER = "x-bitbucket-api-token-auth"  # noqa: S105 (a user name)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Headers with credentials, for the API and for git."""

    account: Account
    api: str = field(repr=False)
    git: str = field(repr=False)


def bitbucket_integration(context: ActionContext, host: str) -> BitbucketCloudIntegration:
    """Raises InputError if the host is not one of Bitbucket Cloud that is configured."""
    integration = context.tools.integrations.by_host(host)
    if not isinstance(integration, BitbucketCloudIntegration):
        raise InputError(
            f"No matching integration configuration for host {host}, please check your integrations config"
        )
    return integration


def bitbucket_host(
    context: ActionContext, integration: BitbucketCloudIntegration, credentials: Credentials
) -> RestHost:
    headers = {"Authorization": credentials.api}
    return RestHost(credentials.account, integration.api_base_url, headers=headers, stop=context.stop)


def bitbucket_credentials(context: ActionContext, integration: BitbucketCloudIntegration) -> Credentials:
    """The user's own, else the integration's. Raises InputError if there are none, and as ``explained``."""
    given = user_token(context, integration.host)
    if given is not None:
        return _of_token(given.token, _account(integration, given.token, is_from_user=True))
    if integration.client_id and integration.client_secret:
        token = _oauth_token(context, integration)
        return _of_token(token, _account(integration, token, integration.client_secret))
    secret, username = integration.secret, integration.username
    if secret and username:
        user = username if integration.is_app_password else API_TOKEN_USER
        account = _account(integration, secret)
        return Credentials(account, basic_authorization(username, secret), basic_authorization(user, secret))
    if secret and not integration.is_app_password:
        return _of_token(secret, _account(integration, secret))
    raise InputError(
        "Authorization has not been provided for Bitbucket Cloud. Please give the input 'token', or set clientId and"
        " clientSecret, username and token, or username and appPassword at 'integrations.bitbucketCloud'"
    )


def _of_token(token: str, account: Account) -> Credentials:
    return Credentials(account, f"Bearer {token}", basic_authorization(ACCESS_TOKEN_USER, token))


def _account(integration: BitbucketCloudIntegration, *secrets: str, is_from_user: bool = False) -> Account:
    return Account(integration.host, integration.type, is_from_user, secrets)


def _oauth_token(context: ActionContext, integration: BitbucketCloudIntegration) -> str:
    """A token for about an hour."""
    client_id, client_secret = str(integration.client_id), str(integration.client_secret)
    headers = {"Authorization": basic_authorization(client_id, client_secret)}
    account = _account(integration, client_secret)
    with explained(account, "Failed to fetch OAuth token for Bitbucket Cloud"):
        with ScmHttp(integration.base_url, headers=headers, stop=context.stop) as http:
            url = http.url_of("site", "oauth2", "access_token")
            answer: Any = json_of(http.send("POST", url, form={"grant_type": "client_credentials"}))
        return str(needed(answer, "access_token"))
