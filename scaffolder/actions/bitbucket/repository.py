"""Which repository of Bitbucket Cloud a step means."""

from __future__ import annotations

from common.errors import InputError
from scaffolder.actions.action import ActionContext
from scaffolder.actions.scm.repo_url import RepoUrl, parse_repo_url


def repo_url_of(context: ActionContext, *, needs_project: bool = False) -> RepoUrl:
    """Raises InputError if a part is missing."""
    repo_url = parse_repo_url(context.input["repoUrl"], context.tools.integrations)
    missing = "workspace" if not repo_url.workspace else "project" if needs_project and not repo_url.project else None
    if missing:
        raise InputError(
            f"Invalid URL provider was included in the repo URL to create {context.input['repoUrl']},"
            f" missing {missing}; add '&{missing}=<name>'"
        )
    return repo_url


def path_of_repository(repo_url: RepoUrl) -> tuple[str, str, str]:
    return ("repositories", str(repo_url.workspace), repo_url.repo)


def quoted(text: str) -> str:
    """As a text of Bitbucket's query language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
