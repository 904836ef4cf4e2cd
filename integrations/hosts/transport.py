"""Connections to the addresses of one integration, and to what it redirects downloads to."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from integrations.allow_list import AllowList
from integrations.http.addresses import Reach
from integrations.http.resolver import CheckedResolver
from integrations.http.transport import CheckedTransport
from integrations.policy import ReadingPolicy
from integrations.registry import ScmIntegrations
from integrations.scm.integration import ScmIntegration


@lru_cache(maxsize=64)
def transport_of(integration: ScmIntegration) -> CheckedTransport:
    """Shared by all that ask this host."""
    return CheckedTransport(CheckedResolver(reach_from(integration)))


def reach_from(integration: ScmIntegration) -> Callable[[str, int], Reach]:
    """How near the addresses of a host may be, by its name and port."""
    policy = ReadingPolicy(AllowList([]), ScmIntegrations([integration]))

    def reach(hostname: str, port: int) -> Reach:
        # An enterprise's own host may keep its archives on a host below it.
        is_below = not integration.is_default and hostname.endswith(f".{integration.host}")
        return max(policy.reach(hostname, port), Reach.PRIVATE if is_below else Reach.PUBLIC)

    return reach
