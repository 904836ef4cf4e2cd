"""Publishing a folder of the workspace as the first commit of a repository that a code host has just made."""

from __future__ import annotations

import re
from pathlib import Path

from common.errors import InputError
from integrations.git.push import push_folder
from integrations.scm.integration import ScmIntegration
from scaffolder.actions.action import ActionContext
from scaffolder.actions.scm.once import step_time
from scaffolder.actions.scm.remote import check_remote
from scaffolder.actions.scm.source import commit_author, commit_message

USERINFO = re.compile(r"(?<=://)[^/?#]*@")


def push_workspace(
    context: ActionContext,
    integration: ScmIntegration,
    folder: Path,
    *,
    remote_url: str,
    branch: str,
    authorization: str,
    message: str | None = None,
) -> str:
    """
    The hash of the commit, the same however often this is tried. The message is the input's if none is named.

    Raises NotAllowedError if the host says that its repository is elsewhere, and as ``push_folder``.
    """
    check_remote(remote_url, integration)
    pushed = push_folder(
        folder,
        remote_url=remote_url,
        branch=branch,
        message=message or commit_message(context),
        author=commit_author(context),
        authorization=authorization,
        when=step_time(context),
    )
    return pushed.commit_hash


def without_user(url: str) -> str:
    """The address without the user name that some hosts put into it."""
    return USERINFO.sub("", url, count=1)


def refuse_signing(context: ActionContext, host: str) -> None:
    """Raises InputError if the step wants a signed commit, before anything is made: nobody here can sign one."""
    if context.input.get("signCommit"):
        raise InputError(
            f"Signing commits is enabled for {host}, but Callboard signs no commits;"
            " leave out 'signCommit', or set it to false"
        )
