"""Where workspaces lie: a folder for each attempt, so that two attempts never meet in one."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from pathlib import Path

from scaffolder.workspace.workspace import Workspace

# Prefix, random text, and the task last, so that paths in messages end alike for one task.
NAME = re.compile(r"(?:run|dry-run)-\w+-[0-9a-f-]{36}")


def make_workspace(folder: Path, task_id: str, *, prefix: str = "run") -> Workspace:
    """An empty one, which only this process's user can enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f"{prefix}-", suffix=f"-{task_id}", dir=folder))
    return Workspace(made)


def remove_workspace(workspace: Workspace) -> None:
    shutil.rmtree(workspace.root, ignore_errors=True)


def remove_abandoned(folder: Path, *, is_alive: frozenset[str], older_than_seconds: float) -> int:
    """Remove the folders of tasks that nobody works on. The number of those removed."""
    removed = 0
    if not folder.is_dir():
        return removed
    for entry in os.scandir(folder):
        if not NAME.fullmatch(entry.name) or entry.name[-36:] in is_alive:
            continue
        try:
            age = time.time() - entry.stat(follow_symlinks=False).st_mtime
        except FileNotFoundError:
            continue
        if age > older_than_seconds and entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
            removed += 1
    return removed
