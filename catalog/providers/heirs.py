"""
Letting what has moved keep its identity.

A repository that was renamed is another Location that describes the same entities. Once that one has been processed it
claims them, and they pass to it when the old one goes; if the old one went first, they would be other entities.
"""

from __future__ import annotations

import time
from collections.abc import Collection

from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from common.database import fetch_all, in_list

# A run waits no longer for them. What has not been processed by then is made anew.
PATIENCE = 20.0


def let_heirs_in(added: Collection[str], removed: Collection[str], sources: Sources) -> None:
    """Process new Locations before others go. Nothing to do unless there are both."""
    heirs = [ref for ref in added if ref.startswith("location:")]
    if not heirs or not any(ref.startswith("location:") for ref in removed):
        return
    end = time.monotonic() + PATIENCE
    while _are_waiting(heirs) and time.monotonic() < end:
        if process_due(seconds=1.0, sources=sources).is_done:
            # Another process has the last of them.
            time.sleep(0.05)


def _are_waiting(refs: list[str]) -> bool:
    sql, parameter = in_list(refs)
    rows = fetch_all(
        f"SELECT 1 FROM catalog_refresh_state WHERE last_processed_at IS NULL AND entity_ref {sql} LIMIT 1", [parameter]
    )
    return bool(rows)
