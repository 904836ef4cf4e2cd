"""
Where a step's ``url`` leads: beside the template, or to what the configuration allows to be read.

Relative URLs start from the template. A template that lies on this machine has only what is below its own folder, and
no link is followed there. Absolute URLs are never of this machine.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from common.errors import InputError
from integrations.git.target import is_git_target
from integrations.reading import Tree
from integrations.same_repository import same_repository
from integrations.whatwg import InvalidUrlError, Url, is_url, parse_url
from scaffolder.actions.action import ActionContext
from scaffolder.actions.fetch.local_tree import list_tree, read_local_file
from scaffolder.settings import ScaffolderSettings
from scaffolder.workspace.workspace import Workspace

FILE_SCHEME = "file://"
RECORDED_LOCATION = "backstage.io/managed-by-location"
# Hosts where a user can have a token of his own.
TYPES_WITH_USER_TOKENS = ("github", "gitlab")
BESIDE = "beside the template"


def read_tree(context: ActionContext, url: str) -> Tree:
    """
    The folder at ``url``, or the one file there. The log says what was left out of it.

    Raises InputError, NotAllowedError, NotFoundError or whatever else reading raises.
    """
    check_user_credentials(context, url)
    beside = _beside_template(context, url)
    if beside is not None:
        return list_tree(Workspace(beside), url, where=BESIDE)
    absolute = _absolute(context, url)
    tree = context.tools.reader.read_tree(
        absolute, token=_token(context), allow_local=_is_template_repository(context, absolute)
    )
    for path in tree.left_out:
        context.log.warn(f"Left out {path} of {url}: links and submodules are not copied")
    return tree


def read_file(context: ActionContext, url: str) -> tuple[bytes, bool]:
    """Its content, and whether it is executable. Raises as ``read_tree``."""
    check_user_credentials(context, url)
    beside = _beside_template(context, url)
    if beside is not None:
        return read_local_file(Workspace(beside), url, where=BESIDE)
    absolute = _absolute(context, url)
    return context.tools.reader.read_file(
        absolute, token=_token(context), allow_local=_is_template_repository(context, absolute)
    )


def check_user_credentials(context: ActionContext, url: str) -> None:
    """Raise InputError if ``scaffolder.requireScmUserCredentials`` asks for the user's token and none was given."""
    if _token(context) or not ScaffolderSettings.from_app_config(context.tools.config).needs_user_credentials:
        return
    parsed = _parsed(url) or _parsed(context.template.base_url or "")
    integration = context.tools.integrations.by_url(str(parsed)) if parsed else None
    if parsed and integration and integration.type in TYPES_WITH_USER_TOKENS:
        raise InputError(
            f"No user credentials provided for host {parsed.host}, but scaffolder.requireScmUserCredentials is enabled"
        )


def _token(context: ActionContext) -> str | None:
    return context.input.get("token") or None


def _parsed(url: str) -> Url | None:
    try:
        return parse_url(url.removeprefix("git+"))
    except InvalidUrlError:
        return None


def _beside_template(context: ActionContext, url: str) -> Path | None:
    """The folder of a template that lies on this machine, if the URL is relative to it."""
    base = context.template.base_url or ""
    if is_url(url) or is_git_target(url) or not base.startswith(FILE_SCHEME):
        return None
    # Of a folder that the operator named, links on the way to it are his own.
    return Path(unquote(base.removeprefix(FILE_SCHEME))).parent.resolve()


def _absolute(context: ActionContext, url: str) -> str:
    if is_url(url) or is_git_target(url):
        return url
    base = context.template.base_url
    if not base:
        raise InputError(
            f"Failed to fetch, template location could not be determined and the fetch URL is relative, {url}"
        )
    if not is_git_target(base) and context.tools.integrations.by_url(base) is None:
        raise InputError(f"No integration found for location {base}")
    return context.tools.integrations.resolve_url(url=url, base=base)


def _is_template_repository(context: ActionContext, url: str) -> bool:
    """
    Whether it is the repository that the catalog itself has read the template from.

    Then that may be one on this machine, which the operator has named. What the author says of the source is no proof.
    """
    metadata = context.template.entity.get("metadata") or {}
    recorded = str((metadata.get("annotations") or {}).get(RECORDED_LOCATION) or "").removeprefix("url:")
    return is_git_target(recorded) and same_repository(url, recorded)
