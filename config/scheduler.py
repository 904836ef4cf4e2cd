"""The scheduler: Celery's beat, which rings for the periodic jobs until SIGTERM."""

from __future__ import annotations

import signal

from celery.beat import Service

from config.celery import app


def run_scheduler() -> int:
    """Any number of schedulers may run: what they ring for may be rung for twice."""
    service = Service(app, max_interval=1)
    signal.signal(signal.SIGTERM, lambda *_: service.stop())
    service.start()
    return 0
