"""Actions that work on Azure DevOps."""

from scaffolder.actions.action import Action
from scaffolder.actions.azure import publish

ACTIONS: tuple[Action, ...] = (publish.ACTION,)
