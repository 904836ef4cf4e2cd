"""The scheduler: Celery's beat, which rings for the periodic jobs until SIGTERM."""

from __future__ import annotations

import signal

from celery.beat import Scheduler, Service

from config.celery import app


def run_scheduler() -> int:
    """Any number of schedulers may run: what they ring for may be rung for twice."""
    # In memory: its entries are due after a restart anyway, and a file would be in the way after a kill.
    service = Service(app, max_interval=1, scheduler_cls=Scheduler)
    signal.signal(signal.SIGTERM, lambda *_: service.stop())
    service.start()
    return 0
