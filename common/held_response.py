"""An answer that takes long without any work: the view says who gives it, and the door holds the connection."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from django.http import HttpResponse

# Given the connection (RSGI's protocol) and the headers that the middleware left, as ``headers=``.
Hold: TypeAlias = Callable[..., Coroutine[Any, Any, None]]


class HeldResponse(HttpResponse):
    """
    ``hold`` answers in the event loop, on no thread, once all middleware has let the request pass.

    It is cancelled when the client is gone or the process stops.
    """

    def __init__(self, hold: Hold, *, headers: dict[str, str]) -> None:
        super().__init__(headers=headers)
        self.hold = hold
