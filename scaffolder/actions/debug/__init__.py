"""Actions that show what a template does."""

from scaffolder.actions.action import Action
from scaffolder.actions.debug import log, wait

ACTIONS: tuple[Action, ...] = (log.ACTION, wait.ACTION)
