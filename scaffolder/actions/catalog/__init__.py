"""Actions that read and feed the catalog."""

from scaffolder.actions.action import Action
from scaffolder.actions.catalog import fetch, register, write

ACTIONS: tuple[Action, ...] = (fetch.ACTION, register.ACTION, write.ACTION)
