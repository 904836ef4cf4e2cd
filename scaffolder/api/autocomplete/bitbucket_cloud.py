"""Suggestions from Bitbucket Cloud."""

from __future__ import annotations

from integrations.scm.bitbucket import CLOUD_API_BASE_URL
from scaffolder.api.autocomplete.host_api import HostApi, segment
from scaffolder.api.autocomplete.provider import Question, Suggestions, ids_of


def suggest(question: Question) -> Suggestions:
    """Raises InputError for another resource or context."""
    api = HostApi(CLOUD_API_BASE_URL, question.token, transport=question.transport)
    match question.resource:
        case "workspaces":
            return ids_of(api.linked_pages("/workspaces"), "slug")
        case "projects":
            [workspace] = question.need("workspace", message="Missing workspace context parameter")
            return ids_of(api.linked_pages(f"/workspaces/{segment(workspace, 'workspace')}/projects"), "key")
        case "repositories":
            message = "Missing workspace and/or project context parameter"
            workspace, project = question.need("workspace", "project", message=message)
            path = f"/repositories/{segment(workspace, 'workspace')}"
            return ids_of(api.linked_pages(path, q=f'project.key="{_escaped(project)}"'), "slug")
        case "branches":
            message = "Missing workspace and/or repository context parameter"
            workspace, repository = question.need("workspace", "repository", message=message)
            path = f"/repositories/{segment(workspace, 'workspace')}/{segment(repository, 'repository')}/refs/branches"
            return ids_of(api.linked_pages(path), "name")
    raise question.refuse()


def _escaped(text: str) -> str:
    """Inside of quotes in Bitbucket's query language."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
