"""All actions: ours, and those that installed packages bring along (entry points of the group ``callboard.actions``)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points

from common.errors import NotFoundError
from scaffolder.actions.action import Action

logger = logging.getLogger(__name__)

GROUP = "callboard.actions"
# Each has a tuple ACTIONS.
MODULES = (
    "scaffolder.actions.catalog",
    "scaffolder.actions.debug",
    "scaffolder.actions.fetch",
    "scaffolder.actions.fs",
    "scaffolder.actions.notification",
    "scaffolder.actions.github",
    "scaffolder.actions.gitlab",
    "scaffolder.actions.gitea",
    "scaffolder.actions.bitbucket",
    "scaffolder.actions.azure",
    "scaffolder.actions.http",
    "scaffolder.actions.roadiehq",
)


@lru_cache(maxsize=1)
def all_actions() -> Mapping[str, Action]:
    """Every action by id, in the order of ids. Raises ValueError if two claim the same id."""
    found: dict[str, Action] = {}
    for action in (*_our_actions(), *_installed_actions()):
        if action.id in found:
            raise ValueError(f"two actions claim the id '{action.id}'")
        found[action.id] = action
    return dict(sorted(found.items()))


def find_action(action_id: str) -> Action:
    """Raises NotFoundError. Ids are compared letter by letter."""
    action = all_actions().get(action_id)
    if action is None:
        raise NotFoundError(f"Template action with ID '{action_id}' is not registered.")
    return action


def _our_actions() -> Iterable[Action]:
    for name in MODULES:
        yield from import_module(name).ACTIONS


def _installed_actions() -> Iterable[Action]:
    """A package that cannot be loaded keeps its own actions away, and no others."""
    for entry_point in entry_points(group=GROUP):
        try:
            loaded = entry_point.load()
            yield from (loaded,) if isinstance(loaded, Action) else tuple(loaded)
        except Exception:
            logger.exception(
                "the actions of entry point '%s' (%s) cannot be loaded", entry_point.name, entry_point.value
            )
