"""GitHub: https://docs.github.com/en/webhooks/webhook-events-and-payloads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comms.events.happening import Happening, RepositoryName
from comms.events.payloads.parts import branch_of, happening_of, host_of, items, paths_of, renamed, text
from integrations.hosts.answer import value_of

# A push tells no more commits than these.
MOST_COMMITS = 2048
# Of the actions of the event ``repository``, those that may let another filter fit, or another name.
ACTIONS = frozenset(
    ("created", "deleted", "archived", "unarchived", "edited", "renamed", "transferred", "publicized", "privatized")
)
PEOPLE = frozenset(("organization", "membership", "team", "member"))


def name_of(headers: Mapping[str, str], payload: Any) -> str:
    return headers.get("X-GitHub-Event", "")


def read(name: str, headers: Mapping[str, str], payload: Any) -> Happening | None:
    if name == "push":
        return _read_push(payload)
    if name == "repository" and text(payload, "action") in ACTIONS:
        return _read_repository(payload)
    if name == "installation_repositories":
        return _read_installation(payload)
    if name in PEOPLE:
        host = host_of(_page_of_organization(payload))
        return Happening(host, is_organization=True) if host else None
    return None


def _name(repository: Any) -> RepositoryName:
    return RepositoryName(text(repository, "full_name"), text(repository, "html_url"))


def _read_push(payload: Any) -> Happening | None:
    branch = branch_of(text(payload, "ref"))
    if not branch:
        return None
    commits = items(payload, "commits")
    # What a forced push takes away stands in no commit.
    is_new_history = any(value_of(payload, flag) is True for flag in ("forced", "created", "deleted"))
    return happening_of(
        _name(value_of(payload, "repository")),
        branch=branch,
        default_branch=text(payload, "repository", "default_branch"),
        paths=paths_of(commits, is_complete=not is_new_history and len(commits) < MOST_COMMITS),
    )


def _read_repository(payload: Any) -> Happening | None:
    name = _name(value_of(payload, "repository"))
    owner, _, last = name.full_name.partition("/")
    old_name = text(payload, "changes", "repository", "name", "from")
    before = value_of(payload, "changes", "owner", "from")
    old_owner = text(before, "organization", "login") or text(before, "user", "login")
    old = f"{old_owner or owner}/{old_name or last}"
    return happening_of(name, renamed(name, old), default_branch=text(payload, "repository", "default_branch"))


def _read_installation(payload: Any) -> Happening | None:
    """Which repositories a GitHub App may see. They are named without their pages."""
    page = text(payload, "installation", "account", "html_url")
    base = page.removesuffix(text(payload, "installation", "account", "login"))
    changed = [*items(payload, "repositories_added"), *items(payload, "repositories_removed")]
    names = [text(repository, "full_name") for repository in changed]
    return happening_of(*(RepositoryName(name, f"{base}{name}") for name in names)) if base != page else None


def _page_of_organization(payload: Any) -> str:
    """A page on the host that the organization is on."""
    page = text(payload, "team", "html_url") or text(payload, "repository", "html_url")
    # The URL of github.com's API lies on a host of its own.
    return page or text(payload, "sender", "html_url") or text(payload, "membership", "user", "html_url")
