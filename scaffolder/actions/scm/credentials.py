"""
The token that an action may use on a code host: the user's own if one was given, else the integration's.

A user's token that fails is never replaced by the integration's, which may do more than the user may. The token is
for the host of the integration, at the addresses of the configuration; no input can send it elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from common.errors import InputError
from integrations.registry import ScmIntegration
from integrations.scm.azure import AzureIntegration
from integrations.scm.bitbucket import BitbucketCloudIntegration, BitbucketServerIntegration
from integrations.scm.gitea import GiteaIntegration
from integrations.scm.github import GithubIntegration
from integrations.scm.gitlab import GitlabIntegration
from scaffolder.actions.action import ActionContext
from scaffolder.settings import ScaffolderSettings


@dataclass(frozen=True, slots=True)
class ScmToken:
    token: str = field(repr=False)
    is_from_user: bool


def scm_token(context: ActionContext, host: str, *, needs: str = "a token") -> ScmToken:
    """
    The input ``token``, or the integration's own. ``needs`` says in the message what is missing.

    Raises InputError: there is no integration for the host or no token, or only a user's is allowed and none was given.
    """
    integration = context.tools.integrations.by_host(host)
    if integration is None:
        raise InputError(f"No integration for host {host}, please check your integrations config")
    given = user_token(context, host)
    if given is not None:
        return given
    own = own_token(integration)
    if own is None:
        raise InputError(
            f"No token available for host {host}: it needs {needs}. Give the input 'token', or set the credentials of"
            f" {host} at 'integrations.{integration.type}'"
        )
    return ScmToken(own, is_from_user=False)


def user_token(context: ActionContext, host: str) -> ScmToken | None:
    """The user's own. Raises InputError if there is none though ``scaffolder.requireScmUserCredentials`` asks for it."""
    token = str(context.input.get("token") or "").strip()
    if token:
        return ScmToken(token, is_from_user=True)
    if ScaffolderSettings.from_app_config(context.tools.config).needs_user_credentials:
        raise InputError(
            f"No user credentials provided for host {host}, but scaffolder.requireScmUserCredentials is enabled;"
            " give the user's token as the input 'token'"
        )
    return None


def own_token(integration: ScmIntegration) -> str | None:
    """The integration's, whatever its type calls it; the first that holds for all organizations on Azure."""
    match integration:
        case GithubIntegration(token=token) | GitlabIntegration(token=token):
            return token
        case GiteaIntegration(password=password):
            return password
        case BitbucketServerIntegration(token=token):
            return token
        case BitbucketCloudIntegration(secret=secret):
            return secret
        case AzureIntegration(tokens=tokens):
            return next((token.secret for token in tokens if not token.organizations), None)
    return None
