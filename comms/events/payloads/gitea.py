"""Gitea and Forgejo: https://docs.gitea.com/usage/webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comms.events.happening import Happening, RepositoryName
from comms.events.payloads.parts import branch_of, happening_of, host_of, items, paths_of, text
from integrations.hosts.answer import value_of


def name_of(headers: Mapping[str, str], payload: Any) -> str:
    return headers.get("X-Gitea-Event", "")


def read(name: str, headers: Mapping[str, str], payload: Any) -> Happening | None:
    repository = value_of(payload, "repository")
    page = RepositoryName(text(repository, "full_name"), text(repository, "html_url"))
    default = text(repository, "default_branch")
    if name == "repository":
        return happening_of(page, default_branch=default)
    if name == "push" and (branch := branch_of(text(payload, "ref"))):
        commits = items(payload, "commits")
        is_complete = value_of(payload, "total_commits") == len(commits)
        paths = paths_of(commits, is_complete=is_complete)
        return happening_of(page, branch=branch, default_branch=default, paths=paths)
    if name == "organization" and (host := host_of(text(payload, "organization", "html_url"))):
        return Happening(host, is_organization=True)
    return None
