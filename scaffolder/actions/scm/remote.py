"""Where git may take a token to: the integration's own host, over a connection that the configuration means."""

from __future__ import annotations

from common.errors import NotAllowedError
from integrations.scm.integration import ScmIntegration
from integrations.whatwg import parse_url


def check_remote(clone_url: str, integration: ScmIntegration) -> None:
    """
    Raises NotAllowedError if the address, which the host itself may have told, leads elsewhere than to the host.

    Plain http counts only where a base URL of the configuration is plain too.
    """
    url = parse_url(clone_url)
    is_plain_meant = any(parse_url(base).origin == url.origin for base in integration.base_urls)
    if url.host != integration.host or url.has_userinfo:
        raise NotAllowedError(
            f"The address '{url.scheme}://{url.host}{url.path}' is not on {integration.host},"
            " so the token for that host is not sent there"
        )
    if url.scheme != "https" and not is_plain_meant:
        raise NotAllowedError(f"The address '{clone_url}' is not https, so no token is sent there")
