"""
Granian's ASGI worker with a short cut: a request without a body goes from Granian's thread straight to Django's.

Through the event loop it would wake that twice, to be started and to be ended, and a sixth of a quick answer's time is
gone. Nothing but the start of requests differs from the worker that Granian brings for embedding.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol

from granian import _futures, _granian
from granian.server import embed

from config.granian_request import Request

# Granian's stubs tell only of what is meant for others.
futures: Any = _futures
native: Any = _granian
wrap_target: Any = embed.AsyncWorker.wrap_target


class Door(Protocol):
    async def __rsgi__(self, scope: Any, protocol: Any) -> None: ...

    def take(self, watcher: Any) -> bool: ...


@wrap_target  # type: ignore[untyped-decorator]  # Any
async def run_worker(
    worker_id: int,
    stop: Any,
    door: Door,
    sockets: Any,
    loop: asyncio.AbstractEventLoop,
    runtime_threads: int,
    runtime_blocking_threads: int | None,
    blocking_threads: int,
    blocking_threads_idle_timeout: int,
    backpressure: int,
    task_impl: Any,
    http_mode: Any,
    http1_settings: Any,
    http2_settings: Any,
    websockets: bool,
    static_path: Any,
    log_format: str | None,
    tls: tuple[Any, ...],
    scope_options: dict[str, Any],
) -> None:
    """``spawn_target`` of Granian's embedded server. Ends when ``stop`` is set and all requests are answered."""
    stopped = loop.create_future()
    stop.add_cb(lambda: loop.call_soon_threadsafe(stopped.set_result, None))
    worker = native.ASGIWorker(
        worker_id,
        sockets,
        None,
        runtime_threads,
        runtime_blocking_threads,
        blocking_threads,
        blocking_threads_idle_timeout,
        backpressure,
        http_mode,
        http1_settings,
        http2_settings,
        websockets,
        static_path,
        *tls,
        (None, None),
    )
    worker.serve_async(_new_scheduler(loop, futures._future_watcher_wrapper(door.__rsgi__), door.take), loop, stop)
    await stopped


def _new_scheduler(
    loop: asyncio.AbstractEventLoop,
    call_in_loop: Callable[[Any], Coroutine[Any, Any, None]],
    take: Callable[[Any], bool],
) -> Any:
    """What Granian asks, on a thread of its own, to start a request."""

    class Scheduler(native.CallbackScheduler):  # type: ignore[misc]
        def __init__(self, *_: Any) -> None:
            super().__init__()
            start_in_loop = futures._cbsched_aioschedule(loop, self._ctx, call_in_loop)

            def start(watcher: Any) -> None:
                request = Request(watcher)
                if not take(request):
                    start_in_loop(request)

            self._schedule_fn = start

    # The last three are for tasks that Granian runs itself, which ours are not.
    nothing = partial(int)
    return Scheduler(loop, call_in_loop, None, nothing, nothing)
