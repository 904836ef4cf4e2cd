"""Actions that tell somebody something."""

from scaffolder.actions.action import Action
from scaffolder.actions.notification import send

ACTIONS: tuple[Action, ...] = (send.ACTION,)
