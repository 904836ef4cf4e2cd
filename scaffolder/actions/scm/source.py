"""What a step publishes: a folder of the workspace, and how its commit is signed with a name."""

from __future__ import annotations

from pathlib import Path

from common.errors import InputError, NotFoundError
from integrations.git.push import Author
from scaffolder.actions.action import ActionContext
from scaffolder.settings import ScaffolderSettings


def source_folder(context: ActionContext, *, input_name: str = "sourcePath") -> Path:
    """The folder that the input names; without it, the whole workspace. Raises NotAllowedError, NotFoundError."""
    path = context.workspace.normalize(context.input.get(input_name) or ".")
    entry = context.workspace.find(path)
    if entry is None:
        raise NotFoundError(f"There is no folder '{path}' in the workspace; check the input '{input_name}'")
    if not entry.is_folder:
        raise InputError(f"'{path}' in the workspace is a file, not a folder; check the input '{input_name}'")
    return context.workspace.root / path


def commit_author(context: ActionContext) -> Author:
    """By the inputs ``gitAuthorName`` and ``gitAuthorEmail``, else by ``scaffolder.defaultAuthor``."""
    settings = ScaffolderSettings.from_app_config(context.tools.config)
    return Author(
        context.input.get("gitAuthorName") or settings.default_author_name,
        context.input.get("gitAuthorEmail") or settings.default_author_email,
    )


def commit_message(context: ActionContext) -> str:
    """By the input ``gitCommitMessage``, else by ``scaffolder.defaultCommitMessage``, else ``initial commit``."""
    configured = context.tools.config.string("scaffolder.defaultCommitMessage")
    return str(context.input.get("gitCommitMessage") or configured or "initial commit")
