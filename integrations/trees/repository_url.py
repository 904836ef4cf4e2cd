"""Which repository a URL leads into, whatever its form: so that two URLs can be compared."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import CallboardError
from integrations.git.target import GitTarget, is_git_target
from integrations.registry import ScmIntegrations
from integrations.trees.host_urls import GIT_HOSTS, places_of


@dataclass(frozen=True, slots=True)
class RepositoryPlace:
    """``repository`` is the same text for all URLs of one repository. ``ref`` is None for its default branch."""

    repository: str
    ref: str | None
    path: str


def find_places(url: str, integrations: ScmIntegrations) -> list[RepositoryPlace]:
    """The places that a URL may mean; several where a branch may have slashes, none if it leads into no repository."""
    try:
        if is_git_target(url):
            return [_place(GitTarget.parse(url))]
        integration = integrations.by_url(url)
        if integration is None or integration.type not in GIT_HOSTS:
            return []
        return [_place(target) for target in places_of(url, integration)]
    except CallboardError:
        return []


def _place(target: GitTarget) -> RepositoryPlace:
    address = target.clone_url.partition("://")[2].removesuffix("/").removesuffix(".git")
    # Hosts take names in any case.
    return RepositoryPlace(address.casefold(), target.ref, target.path)
