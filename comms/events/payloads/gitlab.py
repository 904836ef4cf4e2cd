"""
GitLab: hooks of projects and groups (https://docs.gitlab.com/user/project/integrations/webhook_events/) and of a whole
instance (https://docs.gitlab.com/administration/system_hooks/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comms.events.happening import Happening, RepositoryName
from comms.events.payloads.parts import branch_of, happening_of, host_of, items, paths_of, text
from integrations.hosts.answer import value_of

DEFAULT_INSTANCE = "https://gitlab.com"
PROJECTS = frozenset(("project_create", "project_destroy", "project_rename", "project_transfer", "project_update"))
PEOPLE = (
    "user_create",
    "user_destroy",
    "user_rename",
    "user_add_to_",
    "user_remove_from_",
    "user_update_for_",
    "group_create",
    "group_destroy",
    "group_rename",
    "subgroup_",
)


def name_of(headers: Mapping[str, str], payload: Any) -> str:
    return text(payload, "event_name") or text(payload, "object_kind")


def read(name: str, headers: Mapping[str, str], payload: Any) -> Happening | None:
    if name == "push":
        return _read_push(payload, branch_of(text(payload, "ref")), headers)
    if name == "repository_update":
        return _read_update(payload, headers)
    if name in PROJECTS:
        return happening_of(*(_at(path, headers) for path in _paths_of(payload)))
    if name.startswith(PEOPLE):
        return Happening(host, is_organization=True) if (host := host_of(_instance(headers))) else None
    return None


def _read_push(payload: Any, branch: str, headers: Mapping[str, str]) -> Happening | None:
    if not branch:
        return None
    commits = items(payload, "commits")
    return happening_of(
        _name(value_of(payload, "project"), headers),
        branch=branch,
        default_branch=text(payload, "project", "default_branch"),
        paths=paths_of(commits, is_complete=value_of(payload, "total_commits_count") == len(commits)),
    )


def _read_update(payload: Any, headers: Mapping[str, str]) -> Happening | None:
    """One push to several branches, of a system hook: the default branch among them is what counts."""
    branches = [branch for change in items(payload, "changes") if (branch := branch_of(text(change, "ref")))]
    default = text(payload, "project", "default_branch")
    branch = default if default in branches else next(iter(branches), "")
    if not branch:
        return None
    return happening_of(_name(value_of(payload, "project"), headers), branch=branch, default_branch=default)


def _name(project: Any, headers: Mapping[str, str]) -> RepositoryName:
    path = text(project, "path_with_namespace")
    return RepositoryName(path, text(project, "web_url") or f"{_instance(headers)}/{path}")


def _paths_of(payload: Any) -> list[str]:
    paths = [text(payload, "path_with_namespace"), text(payload, "old_path_with_namespace")]
    return list(dict.fromkeys(path for path in paths if path))


def _at(path: str, headers: Mapping[str, str]) -> RepositoryName:
    return RepositoryName(path, f"{_instance(headers)}/{path}")


def _instance(headers: Mapping[str, str]) -> str:
    """The instance's own URL. Only whoever knows the secret gets this far."""
    return headers.get("X-Gitlab-Instance", DEFAULT_INSTANCE).rstrip("/")[:500]
