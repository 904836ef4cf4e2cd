"""``callboard serve``: check, migrate, then run all processes until told to stop."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Literal

import django
from django.conf import settings
from django.db import connection, connections

from config.address import Address, ensure_free, find_address
from config.bell import bell_folder
from config.metrics_folder import prepare_metrics
from config.server_settings import ServerSettings
from config.supervisor import Child, supervise

Role = Literal["all", "web", "worker", "scheduler"]
WORKER_GRACE_SECONDS = 30.0


def serve(*, host: str | None, port: int | None, role: Role) -> int:
    """Returns the exit status when stopped. Raises ConfigError and other errors of ours, each with one clear line."""
    gc.disable()  # all that is imported here stays
    prepare_metrics(settings.CALLBOARD_DATA_DIR)
    django.setup()
    server_settings = ServerSettings.from_app_config(settings.APP_CONFIG)
    address = find_address(settings.APP_CONFIG, host=host, port=port)
    if role in ("all", "web"):
        ensure_free(address)
    _prepare(role)
    children = _children(role, address, server_settings)
    connections.close_all()
    gc.freeze()
    gc.enable()
    return supervise(children)


def _prepare(role: Role) -> None:
    """Whatever can be wrong is found out here, before there are children."""
    from common.migrations import ensure_migrated
    from config.check import check_config
    from config.file_broker import prepare_folder
    from config.servers import ensure_broker, ensure_database
    from config.tls import read_tls

    check_config(settings.APP_CONFIG)
    read_tls(settings.APP_CONFIG, data_dir=settings.CALLBOARD_DATA_DIR)
    patience = ServerSettings.from_app_config(settings.APP_CONFIG).patience
    ensure_broker(patience)
    ensure_database(patience)
    ensure_migrated()
    if settings.CALLBOARD_REDIS.url is None:
        prepare_folder(bell_folder(settings.CALLBOARD_DATA_DIR))
    if role in ("all", "worker"):
        from catalog.settings import catalog_settings
        from catalog.start import start_catalog

        # On SQLite there is one installation, and it is this one.
        is_alone = role == "all" and connection.vendor == "sqlite"
        start_catalog(catalog_settings(), is_alone=is_alone)
        if is_alone:
            from comms.events.queue import release_claims_of_the_dead as release_events
            from scaffolder.tasks.claim import release_claims_of_the_dead as release_tasks

            release_tasks()
            release_events()


def _children(role: Role, address: Address, server_settings: ServerSettings) -> list[Child]:
    """The scheduler stops first, then those who take requests, then those who work, all at once."""
    children = []
    if role in ("all", "scheduler"):
        children.append(Child("scheduler", _run_scheduler))
    if role in ("all", "web"):
        children += [_web_child(number, address, server_settings) for number in range(server_settings.web_workers)]
    if role in ("all", "worker"):
        run = partial(_run_worker, server_settings)
        children.append(_worker_child("worker", run))
        children += [*_task_children(), *_event_children()]
    return children


def _task_children() -> list[Child]:
    from scaffolder.settings import scaffolder_settings

    concurrency = scaffolder_settings().concurrent_tasks
    if concurrency == 0:
        return []
    run = partial(_run_task_worker, concurrency)
    return [_worker_child("task-worker", run)]


def _event_children() -> list[Child]:
    from config.celery import takes_events

    if not takes_events():
        return []
    return [_worker_child("event-worker", _run_event_worker)]


def _worker_child(name: str, run: Callable[[], int]) -> Child:
    return Child(name, run, grace=WORKER_GRACE_SECONDS, orphan_signal=signal.SIGTERM, stage=2)


def _web_child(number: int, address: Address, server_settings: ServerSettings) -> Child:
    from config.web import run_web

    # What the first request would import, once for all web processes.
    import_module(settings.ROOT_URLCONF)
    return Child(f"web-{number}", partial(run_web, address, server_settings, announces=number == 0), stage=1)


def _run_worker(server_settings: ServerSettings) -> int:
    from config.celery import QUEUE
    from config.worker import run_worker

    return run_worker(server_settings.worker_concurrency, QUEUE)


def _run_task_worker(concurrency: int) -> int:
    from config.celery import TASK_QUEUE
    from config.worker import run_worker
    from scaffolder.actions.registry import all_actions

    # Once, before there are processes that would each import them.
    all_actions()
    return run_worker(concurrency, TASK_QUEUE)


def _run_event_worker() -> int:
    from config.celery import EVENT_QUEUE
    from config.worker import run_worker

    return run_worker(1, EVENT_QUEUE)


def _run_scheduler() -> int:
    from config.scheduler import run_scheduler

    return run_scheduler()
