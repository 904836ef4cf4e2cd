"""Actions that work on Gitea and Forgejo."""

from scaffolder.actions.action import Action
from scaffolder.actions.gitea import publish

ACTIONS: tuple[Action, ...] = (publish.ACTION,)
