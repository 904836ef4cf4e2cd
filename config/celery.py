"""
Celery: the bell that tells workers to look into the database, and the clock that rings it anyway.

A message that is lost costs seconds, never work: what is to be done stands in the database.
"""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import Any

import django.db
from celery import Celery
from celery.schedules import crontab
from celery.signals import task_postrun, worker_process_init
from django.conf import settings
from kombu import Queue

from common.stopping import request_stop
from comms.events.settings import EventSettings
from config.bell import broker_settings
from config.parent import end_with_parent

QUEUE = "callboard"
# Scaffolder tasks may take hours: they have a queue and a worker of their own.
TASK_QUEUE = "callboard-tasks"
# Where events are taken in, nobody should wait for them until the catalog has been filled: they have one, too.
EVENT_QUEUE = "callboard-events"
EVENT_JOB = "comms.jobs.work_events"
# What tells a process of the pool to end its job early. Billiard has its own ways with the usual signals.
POOL_STOP = signal.SIGUSR2
# Path of the job, when it is due, and after how long an unheard bell is worth nothing.
SCHEDULE: tuple[tuple[str, timedelta | crontab, float], ...] = (
    ("catalog.jobs.process_due_entities", timedelta(seconds=1), 2),
    ("catalog.jobs.run_due_providers", timedelta(seconds=5), 5),
    ("catalog.jobs.stitch_requested", timedelta(seconds=5), 5),
    ("catalog.jobs.delete_orphans", timedelta(seconds=30), 30),
    ("catalog.jobs.prune_change_log", crontab(minute="17"), 600),
    (EVENT_JOB, timedelta(seconds=2), 2),
    ("comms.jobs.prune_events", crontab(minute="27"), 600),
    ("comms.jobs.prune_notifications", crontab(minute="43", hour="3"), 3600),
    ("comms.jobs.prune_signals", timedelta(minutes=1), 60),
    ("docs_site.jobs.index_documentation", timedelta(minutes=1), 60),
    ("ownership.jobs.follow_codeowners", timedelta(minutes=1), 60),
    ("scaffolder.jobs.run_due_tasks", timedelta(seconds=2), 2),
    ("scaffolder.jobs.remove_leftovers", timedelta(minutes=1), 60),
)


def queue_of(path: str) -> str:
    if path == EVENT_JOB and takes_events():
        return EVENT_QUEUE
    return TASK_QUEUE if path.startswith("scaffolder.") else QUEUE


def takes_events() -> bool:
    """Whether the configuration has webhooks come in."""
    return bool(EventSettings.from_app_config(settings.APP_CONFIG).topics)


def beat_schedule() -> dict[str, dict[str, Any]]:
    return {
        path: {"task": path, "schedule": schedule, "options": {"expires": expires, "queue": queue_of(path)}}
        for path, schedule, expires in SCHEDULE
    }


# Without Celery's own fix-up for Django, which closes the database connection after each job.
app = Celery("callboard", fixups=[], task_cls="celery.contrib.django.task:DjangoTask")
app.conf.update(
    **broker_settings(settings.CALLBOARD_REDIS, data_dir=settings.CALLBOARD_DATA_DIR),
    imports=("catalog.jobs", "scaffolder.jobs", "comms.jobs", "docs_site.jobs", "ownership.jobs"),
    beat_schedule=beat_schedule(),
    task_default_queue=QUEUE,
    task_routes={"scaffolder.*": {"queue": TASK_QUEUE}, EVENT_JOB: {"queue": queue_of(EVENT_JOB)}},
    # The nameless exchange leads straight to the queue: nothing to declare, nothing to keep.
    task_queues=[Queue(name, routing_key=name) for name in (QUEUE, TASK_QUEUE, EVENT_QUEUE)],
    task_default_exchange="",
    task_default_routing_key=QUEUE,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    # A caller must not wait for a broker that does not answer.
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    # Nobody waits for results: the place of a process that was killed is free again at once.
    worker_lost_wait=0.5,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_heartbeat=0,
    enable_utc=True,
    timezone="UTC",
)


@worker_process_init.connect
def _start_worker_process(**_: Any) -> None:
    parent = os.getppid()

    def stop(*_: object) -> None:
        # The job under way ends early and in peace, unless there is nobody left to tell.
        request_stop()
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(POOL_STOP, stop)
    # Billiard would end the process at the first, and at the second with the lock in its hands that all of them need.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # The kernel sends it also when only the thread has ended that replaced a lost process, as it does at every stop.
    end_with_parent(POOL_STOP)
    django.db.connections.close_all()


@task_postrun.connect
def _keep_sound_connections(**_: Any) -> None:
    django.db.close_old_connections()
