"""Azure DevOps: https://learn.microsoft.com/azure/devops/service-hooks/events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comms.events.happening import Happening, RepositoryName
from comms.events.payloads.parts import branch_of, happening_of, items, text
from integrations.hosts.answer import value_of

CHANGES = frozenset(("git.repo.created", "git.repo.deleted", "git.repo.renamed", "git.repo.statuschanged"))


def name_of(headers: Mapping[str, str], payload: Any) -> str:
    return text(payload, "eventType")


def read(name: str, headers: Mapping[str, str], payload: Any) -> Happening | None:
    repository = value_of(payload, "resource", "repository")
    page = _page_of(repository)
    default = branch_of(text(repository, "defaultBranch"))
    if name in CHANGES:
        return happening_of(page, _before(page, text(payload, "resource", "oldName")), default_branch=default)
    if name != "git.push":
        return None
    updates = items(payload, "resource", "refUpdates")
    branches = [branch for update in updates if (branch := branch_of(text(update, "name")))]
    if not branches:
        return None
    return happening_of(page, branch=default if default in branches else branches[0], default_branch=default)


def _page_of(repository: Any) -> RepositoryName:
    full_name = f"{text(repository, 'project', 'name')}/{text(repository, 'name')}"
    scheme, _, rest = text(repository, "remoteUrl").partition("://")
    # The organization stands before the host as a user name.
    return RepositoryName(full_name, f"{scheme}://{rest.rpartition('@')[2]}")


def _before(page: RepositoryName, old: str) -> RepositoryName | None:
    if not old:
        return None
    return RepositoryName(
        f"{page.full_name.rpartition('/')[0]}/{old}", f"{page.url.rpartition('/')[0]}/{old.replace(' ', '%20')}"
    )
