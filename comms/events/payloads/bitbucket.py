"""
Bitbucket Cloud (https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/) and Bitbucket Server
(https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comms.events.happening import Happening, RepositoryName
from comms.events.payloads.parts import branch_of, happening_of, items, renamed, text
from integrations.hosts.answer import value_of

CLOUD = frozenset(("repo:created", "repo:updated", "repo:deleted", "repo:transfer", "repo:imported"))


def name_of(headers: Mapping[str, str], payload: Any) -> str:
    return headers.get("X-Event-Key", "")


def read_cloud(name: str, headers: Mapping[str, str], payload: Any) -> Happening | None:
    repository = value_of(payload, "repository")
    page = RepositoryName(text(repository, "full_name"), text(repository, "links", "html", "href"))
    default = text(repository, "mainbranch", "name")
    if name in CLOUD:
        return happening_of(page, renamed(page, text(payload, "changes", "full_name", "old")), default_branch=default)
    if name != "repo:push":
        return None
    branches = [branch for change in items(payload, "push", "changes") if (branch := _branch_of(change))]
    return _pushed(page, branches, default)


def read_server(name: str, headers: Mapping[str, str], payload: Any) -> Happening | None:
    if name == "repo:modified":
        return happening_of(_server_name(value_of(payload, "new")), _server_name(value_of(payload, "old")))
    if name != "repo:refs_changed":
        return None
    refs = [text(change, "ref", "id") for change in items(payload, "changes")]
    branches = [branch for ref in refs if (branch := branch_of(ref))]
    return _pushed(_server_name(value_of(payload, "repository")), branches, "")


def _branch_of(change: Any) -> str:
    after = value_of(change, "new") or value_of(change, "old")
    return text(after, "name") if text(after, "type") == "branch" else ""


def _pushed(page: RepositoryName, branches: list[str], default: str) -> Happening | None:
    """Of several branches the default one counts; neither kind says which files were touched."""
    if not branches:
        return None
    return happening_of(page, branch=default if default in branches else branches[0], default_branch=default)


def _server_name(repository: Any) -> RepositoryName:
    full_name = f"{text(repository, 'project', 'key')}/{text(repository, 'slug')}"
    links = items(repository, "links", "self")
    return RepositoryName(full_name, text(links[0], "href").removesuffix("/browse") if links else "")
