"""Writing what was fetched into the workspace."""

from __future__ import annotations

from common.errors import InputError
from integrations.reading import Tree
from scaffolder.actions.action import ActionContext
from scaffolder.settings import ScaffolderSettings
from scaffolder.workspace.workspace import Workspace, split_path

LONGEST_NAME = 255


class Output:
    """
    A folder of the workspace that files are written to, up to the size that a workspace may have.

    Paths are relative to it, and may not lead out of it. Raises NotAllowedError, InputError.
    """

    def __init__(self, context: ActionContext, target_path: str) -> None:
        self.folder = split_path(target_path)
        self._workspace = context.workspace
        self._most_bytes = ScaffolderSettings.from_app_config(context.tools.config).max_workspace_bytes
        self._bytes = 0

    @property
    def full_path(self) -> str:
        """On this machine, as the log tells it."""
        return full_path(self._workspace, "/".join(self.folder))

    def path_of(self, path: str) -> str:
        """The path in the workspace."""
        names = (*self.folder, *split_path(path))
        for name in names:
            if len(name.encode()) > LONGEST_NAME:
                raise InputError(f"The name '{name[:60]}…' has more than {LONGEST_NAME} bytes")
        return "/".join(names) or "."

    def write(self, path: str, data: bytes, *, is_executable: bool) -> None:
        """``path`` is one that ``path_of`` gave."""
        self._bytes += len(data)
        if self._bytes > self._most_bytes:
            raise InputError(
                f"The step writes more than {self._most_bytes} bytes; write less, or raise"
                " callboard.scaffolder.maxWorkspaceBytes"
            )
        self._workspace.write_bytes(path, data, is_executable=is_executable)

    def make_folder(self, path: str) -> None:
        self._workspace.make_folder(path)


def copy_tree(context: ActionContext, tree: Tree, output: Output) -> None:
    """Write all files as they are, over those that are there."""
    for folder in ("", *tree.folders):
        if tree.sole_file is None:
            output.make_folder(output.path_of(folder))
    for file in tree.files:
        context.stop.check()
        output.write(output.path_of(file.path), file.read(), is_executable=file.is_executable)


def full_path(workspace: Workspace, path: str) -> str:
    return str(workspace.root / path)
