"""Writing captured files. A Location whose file is another one than before is due at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from catalog.captured import CapturedFile
from catalog.entity_ref import LocationRef
from catalog.ingestion.location_entity import location_entity_ref
from catalog.ingestion.queue import mark_due
from catalog.models import CapturedFile as Row
from catalog.models import RefreshLane
from common.database import execute, fetch_all, in_list, insert_rows, update_rows
from common.hashing import content_hash

# PostgreSQL's indexes take no longer texts.
MAX_URL = 2000
COLUMNS = {
    "bucket": "text",
    "url": "text",
    "location_ref": "text",
    "is_target": "boolean",
    "etag": "text",
    "data": "bytea",
    "hash": "text",
}


def list_captured_of(bucket: str) -> dict[str, str]:
    """The etags of its captured files, by URL."""
    return dict(Row.objects.filter(bucket=bucket).values_list("url", "etag"))


def find_changed(bucket: str, files: Iterable[CapturedFile]) -> list[CapturedFile]:
    """Those whose content is another than what is stored, or that are not stored."""
    known = dict(Row.objects.filter(bucket=bucket).values_list("url", "hash"))
    return [file for file in files if known.get(file.url) != _hash(file)]


def store_captured(bucket: str, files: Iterable[CapturedFile], *, lane: RefreshLane = RefreshLane.EVENT) -> None:
    """Put files in place, inside of the caller's transaction. A few statements for any number of them."""
    unique = {file.url: file for file in files if len(file.url) <= MAX_URL and "\0" not in file.url}
    if not unique:
        return
    sql, parameter = in_list(list(unique))
    rows = fetch_all(
        f"SELECT url, id, etag, hash, location_ref FROM catalog_captured_file WHERE bucket = %s AND url {sql}",
        [bucket, parameter],
    )
    known = {row[0]: row[1:] for row in rows}
    new, changed, moved = [], [], []
    due: set[str] = set()
    referring: set[str] = set()
    for url, file in unique.items():
        digest, location_ref = _hash(file), location_ref_of(file)
        old = known.get(url)
        if old is None:
            new.append((bucket, url, location_ref, file.is_target, file.etag, file.data, digest))
            (due if file.is_target else referring).add(location_ref)
        elif old[2:] != (digest, location_ref):
            changed.append((old[0], location_ref, file.is_target, file.etag, file.data, digest))
            due.add(old[3])
            (due if file.is_target else referring).add(location_ref)
        elif old[1] != file.etag:
            moved.append((old[0], file.etag))
    insert_rows("catalog_captured_file", COLUMNS, new, on_conflict="(url, bucket) DO NOTHING")
    update_rows(
        "catalog_captured_file",
        "id",
        {
            "id": "bigint",
            "location_ref": "text",
            "is_target": "boolean",
            "etag": "text",
            "data": "bytea",
            "hash": "text",
        },
        changed,
    )
    update_rows("catalog_captured_file", "id", {"id": "bigint", "etag": "text"}, moved)
    mark_due(sorted((due | _entities_that_read(referring)) - {""}), lane)


def _entities_that_read(location_refs: set[str]) -> set[str]:
    """Of what these Locations emit, the entities that take something from elsewhere."""
    if not location_refs:
        return set()
    sql, parameter = in_list(sorted(location_refs))
    rows = fetch_all(
        "SELECT s.entity_ref FROM catalog_refresh_edge e JOIN catalog_refresh_state s ON s.entity_ref = e.target_ref"
        f" WHERE s.source_state <> '' AND e.source_ref {sql}",
        [parameter],
    )
    return {row[0] for row in rows}


def drop_captured(bucket: str, urls: Sequence[str], *, lane: RefreshLane = RefreshLane.EVENT) -> None:
    """Forget files, inside of the caller's transaction. What is left of their Locations is read again."""
    if not urls:
        return
    sql, parameter = in_list(urls)
    rows = fetch_all(
        f"SELECT DISTINCT location_ref FROM catalog_captured_file WHERE bucket = %s AND url {sql}", [bucket, parameter]
    )
    execute(f"DELETE FROM catalog_captured_file WHERE bucket = %s AND url {sql}", [bucket, parameter])
    mark_due(sorted({row[0] for row in rows} - {""}), lane)


def drop_captured_of_others(buckets: Collection[str]) -> None:
    """Forget the files of providers that are not configured any more."""
    Row.objects.exclude(bucket__in=list(buckets)).delete()


def location_ref_of(file: CapturedFile) -> str:
    return location_entity_ref(LocationRef("url", file.target)) if file.target else ""


def _hash(file: CapturedFile) -> str:
    return "" if file.data is None else content_hash(file.data)
