"""Reads the CODEOWNERS of repositories that entities lie in and no provider looks through."""

from __future__ import annotations

import logging
import random
import time
from datetime import timedelta

from django.utils import timezone

from catalog.ingestion.sources import default_sources
from common.database import fetch_all, in_transaction
from common.errors import CallboardError, NotFoundError, NotModifiedError
from common.hashing import content_hash
from common.stopping import is_stopping
from integrations.codeowners.find import MAX_BYTES, PLACES, place_of
from integrations.results import ReadResult
from ownership.models import CodeOwnersFile
from ownership.places import dialect_of, place_of_location, place_of_url
from ownership.settings import ownership_settings

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
AFTER_FAILURE = timedelta(minutes=10)
LONGEST_MESSAGE = 2_000
AT_ONCE = 1_000

# Where descriptors come from.
LOCATIONS = "SELECT DISTINCT location_key FROM catalog_refresh_state WHERE location_key LIKE 'url:%%'"


def note_repositories() -> None:
    """Have the repositories read that entities lie in; forget those that none lies in any more."""
    bases: dict[str, str] = {}
    for (location,) in sorted(fetch_all(LOCATIONS)):
        place = place_of_location(location)
        if place:
            bases.setdefault(place.repository, location.removeprefix("url:"))
    known = dict(CodeOwnersFile.objects.values_list("repository", "is_captured"))
    now = timezone.now()
    new = [
        CodeOwnersFile(repository=repository, base_url=base, dialect=dialect_of(repository), due_at=now)
        for repository, base in bases.items()
        if repository not in known
    ]
    gone = [repository for repository, is_captured in known.items() if not is_captured and repository not in bases]

    def write() -> None:
        CodeOwnersFile.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
        for start in range(0, len(gone), AT_ONCE):
            CodeOwnersFile.objects.filter(repository__in=gone[start : start + AT_ONCE], is_captured=False).delete()

    if new or gone:
        in_transaction(write)
    _note_bases(bases)


def _note_bases(bases: dict[str, str]) -> None:
    """Of those that a provider has left, and of those whose branch is another now."""
    for row in CodeOwnersFile.objects.filter(is_captured=False).only("id", "repository", "base_url"):
        base = bases.get(row.repository)
        if base and base != row.base_url:
            CodeOwnersFile.objects.filter(id=row.id).update(base_url=base)


def read_due_repositories(*, seconds: float) -> int:
    """Read those that are due, one after the other, for about so long. Returns how many were read."""
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end and not is_stopping() and (row := _claim()):
        _read(row)
        count += 1
    return count


def _claim() -> CodeOwnersFile | None:
    """One that is due, for some minutes ours."""
    now = timezone.now()
    due = CodeOwnersFile.objects.filter(due_at__lte=now, is_captured=False).exclude(base_url="")
    for row in due.order_by("due_at")[:10]:
        if CodeOwnersFile.objects.filter(id=row.id, due_at=row.due_at).update(due_at=now + LEASE):
            return row
    return None


def _read(row: CodeOwnersFile) -> None:
    try:
        values = _find(row)
    except CallboardError as error:
        # What was read before still holds.
        values = {"message": error.message[:LONGEST_MESSAGE], "due_at": timezone.now() + AFTER_FAILURE}
        logger.warning("CODEOWNERS of %s could not be read: %s", row.repository, error.message)
    CodeOwnersFile.objects.filter(id=row.id, is_captured=False).update(**values)


def _find(row: CodeOwnersFile) -> dict[str, object]:
    """Looks where the host looks, in its order. Raises CallboardError if the repository cannot be read."""
    values = {"message": "", "read_at": timezone.now(), "due_at": timezone.now() + _pause()}
    sources = default_sources()
    for place in PLACES[dialect_of(row.repository)]:
        url = sources.integrations.resolve_url(url=f"/{place}", base=row.base_url)
        try:
            found = sources.reader.read_url(url, etag=row.commit if row.url == url else None, max_bytes=MAX_BYTES)
        except NotFoundError:
            continue
        except NotModifiedError:
            return values
        return {**values, **_content(found, url, place)}
    return {**values, "url": "", "path": "", "commit": "", "digest": "", "data": None}


def _content(found: ReadResult, url: str, place: str) -> dict[str, object]:
    where = place_of_url(url)
    folder = where.folder if where else place.rpartition("/")[0]
    path = f"{folder}CODEOWNERS" if place_of(f"{folder}CODEOWNERS") else place
    return {
        "url": url,
        "path": path,
        "commit": found.etag or "",
        "digest": content_hash(found.data),
        "data": found.data,
    }


def _pause() -> timedelta:
    """Not all at the same moment."""
    return ownership_settings().frequency * random.uniform(0.9, 1.1)  # noqa: S311 (no secret)
