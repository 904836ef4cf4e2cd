"""Suggestions from GitLab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.errors import InputError, ServiceUnavailableError
from integrations.scm.gitlab import HOST, GitlabIntegration
from scaffolder.api.autocomplete.host_api import HostApi, segment
from scaffolder.api.autocomplete.provider import Question, Suggestions


def suggest(question: Question) -> Suggestions:
    """Raises InputError for another resource, host or context."""
    host = question.context.get("host") or HOST
    integration = question.integrations.by_host(host)
    if not isinstance(integration, GitlabIntegration):
        raise InputError(
            f"No matching integration configuration for host {host}, please check your integrations config"
        )
    api = HostApi(integration.api_base_url, question.token, transport=question.transport)
    match question.resource:
        case "groups":
            groups = [_titled(group, "full_path", "id") for group in api.numbered_pages("/groups")]
            return [*groups, _titled(api.get("/user"), "username", "id")]
        case "repositories":
            message = "Missing groupId and userId context parameter"
            [owner] = question.need("id", message=message)
            is_own = str(_record(api.get("/user")).get("id")) == owner
            path = f"/{'users' if is_own else 'groups'}/{segment(owner, 'id')}/projects"
            return [_titled(project, "name", "path") for project in api.numbered_pages(path)]
    raise question.refuse()


def _titled(item: Any, title: str, key: str) -> dict[str, str]:
    record = _record(item)
    return {"title": str(record.get(title, "")).strip(), "id": str(record.get(key, ""))}


def _record(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise ServiceUnavailableError(f"GitLab answered with {str(item)[:100]!r}, which is no record")
    return item
