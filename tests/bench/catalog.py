"""A catalog for measurements, written into the tables as the stitcher leaves it, without the way there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

BATCH = 2_000


def prepare(folder: Path, config: str) -> None:
    """Django on this configuration, with its data and an empty catalog in the folder."""
    (folder / "app-config.yaml").write_text(config)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CALLBOARD_CONFIG": str(folder / "app-config.yaml"),
        "CALLBOARD_DATA_DIR": str(folder / "data"),
    }
    import django

    django.setup()
    from common.migrations import ensure_migrated

    ensure_migrated()


def fill(entities: Iterable[dict[str, Any]]) -> int:
    """Finished entities, numbered from 1. Returns how many."""
    count, rest = 0, iter(entities)
    while batch := list(islice(rest, BATCH)):
        write_new(batch, count + 1)
        count += len(batch)
    return count


def write_new(entities: list[dict[str, Any]], first_number: int) -> None:
    import orjson
    from django.db import transaction
    from django.utils import timezone

    from catalog.change_log import append_changes
    from catalog.entity_ref import entity_ref_of
    from catalog.index.terms import build_terms, encode_terms
    from catalog.models import Change, FinalEntity

    numbered = [(number, entity_ref_of(entity), entity) for number, entity in enumerate(entities, start=first_number)]
    with transaction.atomic():
        first_change = append_changes([(number, ref, Change.Operation.WRITTEN, "") for number, ref, _ in numbered])
        FinalEntity.objects.bulk_create(
            FinalEntity(
                id=number,
                entity_ref=ref,
                uid=entity["metadata"]["uid"],
                etag="etag",
                body=orjson.dumps(entity).decode(),
                terms=encode_terms(build_terms(entity)),
                change_id=first_change + number - first_number,
                updated_at=timezone.now(),
            )
            for number, ref, entity in numbered
        )
