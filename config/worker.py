"""The worker: Celery's prefork pool, until SIGTERM, when it finishes the jobs under way."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import Any

from billiard.process import active_children
from celery.app.trace import setup_worker_optimizations
from celery.platforms import EX_OK
from celery.worker import state

from common.stopping import request_stop
from config.celery import POOL_STOP, app


def run_worker(concurrency: int, queue: str) -> int:
    hostname = f"{queue}@{os.uname().nodename}"
    app.set_default()
    setup_worker_optimizations(app, hostname)
    worker = app.WorkController(
        hostname=hostname,
        concurrency=concurrency,
        queues=[queue],
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(POOL_STOP, request_stop)  # inherited, so that no process of the pool dies of it before it is ready
    worker.start()
    return int(worker.exitcode or 0)


def _stop(*_: Any) -> None:
    vars(state)["should_stop"] = EX_OK
    for pid in [process.pid for process in active_children() if process.pid is not None]:
        with suppress(ProcessLookupError):
            os.kill(pid, POOL_STOP)
