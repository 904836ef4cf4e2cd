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

from config.celery import app


def run_worker(concurrency: int, queue: str) -> int:
    hostname = f"{queue}@{os.uname().nodename}"
    app.set_default()
    setup_worker_optimizations(app, hostname)
    worker = app.WorkController(
        hostname=hostname,
        concurrency=concurrency,
        queues=[queue],
        pool="prefork",
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    signal.signal(signal.SIGTERM, _stop)
    worker.start()
    return int(worker.exitcode or 0)


def _stop(*_: Any) -> None:
    vars(state)["should_stop"] = EX_OK
    for process in active_children():
        with suppress(ProcessLookupError):
            process.terminate_controlled()  # SIGTERM, and not to be complained about
