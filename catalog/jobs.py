"""Celery's doors to the catalog. They hold no rule: each calls one operation, and may be rung at any time."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from catalog.change_log import prune_change_log as prune
from catalog.ingestion.remove import delete_orphans as delete_orphans_now
from catalog.ingestion.run import process_due
from catalog.providers.run import run_due_providers as run_providers_now
from catalog.settings import catalog_settings
from catalog.stitching.stitch import stitch_requested as stitch_now
from common.database import in_transaction

RUN_SECONDS = 20.0
KEEP_CHANGES = timedelta(days=30)


@shared_task(ignore_result=True)
def process_due_entities() -> None:
    """Process what is due; ring again if there is more than one run may do."""
    if not process_due(seconds=RUN_SECONDS).is_done:
        process_due_entities.delay()


@shared_task(ignore_result=True)
def run_due_providers() -> None:
    """Run the provider that has been due longest; ring again, as there may be more, and for what it brought in."""
    reports = run_providers_now()
    if reports:
        process_due_entities.delay()
    if any(report.applied for report in reports):
        run_due_providers.delay()


@shared_task(ignore_result=True)
def stitch_requested() -> None:
    """Stitch what a killed run has left."""
    stitch_now()


@shared_task(ignore_result=True)
def delete_orphans() -> None:
    """Delete what lost its last parent, unless the configuration keeps orphans."""
    if catalog_settings().orphan_strategy == "delete":
        in_transaction(delete_orphans_now)
        stitch_now()


@shared_task(ignore_result=True)
def prune_change_log() -> None:
    """Forget changes older than a month."""
    prune(keep=KEEP_CHANGES)
