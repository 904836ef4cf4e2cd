"""Which providers an event concerns. What they make of it, their own filters decide, the same as when they poll."""

from __future__ import annotations

from dataclasses import replace

from catalog.captured import is_any_captured
from catalog.providers.provider import FileProvider, Provider, Push
from comms.events.happening import Happening

# Those that read people and teams, by their keys in catalog.providers.
ORGANIZATIONS = frozenset(("githubOrg", "gitlabOrg", "ldapOrg", "microsoftGraphOrg"))


def is_for_organization(provider: Provider, happening: Happening) -> bool:
    return happening.is_organization and provider.kind in ORGANIZATIONS and provider.is_for(happening.host)


def is_for_repository(provider: Provider, happening: Happening) -> bool:
    if not happening.repositories or provider.kind in ORGANIZATIONS or not provider.is_for(happening.host):
        return False
    if not happening.branch:
        return True
    if isinstance(provider, FileProvider):
        return _is_touched(provider, happening)
    return happening.branch == (happening.default_branch or happening.branch)


def _is_touched(provider: FileProvider, happening: Happening) -> bool:
    """By what it looks for; or by what it has read along, because a descriptor refers to it."""
    push = Push(happening.branch, happening.default_branch, happening.paths)
    if provider.is_touched_by(push):
        return True
    is_other_branch = not provider.is_touched_by(replace(push, paths=None))
    return not is_other_branch and any(is_any_captured(name.url, push.paths or ()) for name in happening.repositories)
