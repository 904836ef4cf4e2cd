"""How a user's own token is shown to each kind of code host. It is for one host, and never over a plain connection."""

from __future__ import annotations

from common.errors import InputError
from integrations.scm.integration import ScmIntegration, basic_authorization
from integrations.whatwg import Url, parse_url

# Git asks for a name and a password; these hosts take a token for the password.
USERS = {"github": "x-access-token", "gitlab": "oauth2", "bitbucketCloud": "x-token-auth", "azure": ""}


def authorization_by_token(token: str, url: Url, integration: ScmIntegration | None) -> str:
    """
    The value of the ``Authorization`` header. Raises InputError where the token would travel in the clear, which only
    a base URL of the configuration that is plain itself may ask for, or if it is no token.
    """
    if not token.isascii() or not token.isprintable():
        raise InputError("The token holds characters that no token has")
    bases = integration.base_urls if integration is not None else ()
    if url.scheme != "https" and not any(parse_url(base).origin == url.origin for base in bases):
        raise InputError(f"'{url.scheme}://{url.host}{url.path}' is not https, so the token is not sent there")
    if integration is None or integration.type not in (*USERS, "gitea"):
        return f"Bearer {token}"
    if integration.type == "gitea":
        return f"token {token}"
    return basic_authorization(USERS[integration.type], token)
