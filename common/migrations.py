"""Migrations at start: once, however many processes start together, and at no cost if there is nothing to do."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# Any number, as long as nothing else in this database uses it.
MIGRATION_LOCK = 7007_0000
LOCK_FILE = "migrate.lock"


def ensure_migrated() -> bool:
    """True if there was something to do. Waits while another process does it."""
    if not _is_behind():
        return False
    with _alone():
        if not _is_behind():
            return False
        call_command("migrate", interactive=False, verbosity=0)
    return True


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone() -> Iterator[None]:
    """On PostgreSQL among all machines; with SQLite among the processes of this one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
        return
    settings.CALLBOARD_DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.CALLBOARD_DATA_DIR / LOCK_FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
