"""What a step can do without: its failure is told in the log, and the step goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from common.errors import CallboardError
from scaffolder.actions.action import ActionContext
from scaffolder.actions.errors import StepStoppedError


@contextmanager
def only_warned(context: ActionContext, consequence: str) -> Iterator[None]:
    """``consequence`` ends the message: what happens instead. A step that has to stop does stop."""
    try:
        yield
    except StepStoppedError:
        raise
    except CallboardError as error:
        context.log.warn(f"{error.message} {consequence}")
