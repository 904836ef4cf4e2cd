"""Actions on the files of the workspace."""

from scaffolder.actions.action import Action
from scaffolder.actions.fs import delete, readdir, rename

ACTIONS: tuple[Action, ...] = (delete.ACTION, rename.ACTION, readdir.ACTION)
