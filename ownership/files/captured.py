"""Takes over the CODEOWNERS that providers have captured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from catalog.captured import read_captured
from catalog.models import CapturedFile
from common.database import in_transaction
from common.errors import NotFoundError
from common.hashing import content_hash
from integrations.codeowners.find import PLACES, place_of
from ownership.models import CodeOwnersFile
from ownership.places import dialect_of, place_of_url

NAME = "/CODEOWNERS"


@dataclass(frozen=True, slots=True)
class Captured:
    """``is_there`` is false for a place where the provider has looked, and found nothing."""

    repository: str
    path: str
    url: str
    commit: str
    is_there: bool


def take_captured() -> int:
    """How many files changed. Two statements if none did, and one for each that did."""
    chosen = {file.repository: file for file in map(_choose, _by_repository(_list_captured())) if file}
    known = {row.repository: row for row in CodeOwnersFile.objects.defer("data").filter(is_captured=True)}
    changed = [file for file in chosen.values() if not _is_known(file, known.get(file.repository))]
    for file in changed:
        _store(file)
    gone = [row.id for repository, row in known.items() if repository not in chosen]
    if gone:
        # Whoever lies there is read by us from now on, if anybody does.
        in_transaction(
            lambda: CodeOwnersFile.objects.filter(id__in=gone).update(is_captured=False, due_at=timezone.now())
        )
    return len(changed) + len(gone)


def _list_captured() -> Iterable[Captured]:
    rows = CapturedFile.objects.filter(url__endswith=NAME).values_list("url", "etag", "hash")
    for url, etag, digest in rows:
        place = place_of_url(url)
        if place:
            yield Captured(place.repository, f"{place.folder}{NAME[1:]}", url, etag, bool(digest))


def _by_repository(files: Iterable[Captured]) -> Iterable[list[Captured]]:
    grouped = defaultdict(list)
    for file in files:
        grouped[file.repository].append(file)
    return grouped.values()


def _choose(files: list[Captured]) -> Captured | None:
    """The file that holds, by the order of its host; one that is not there if there is none."""
    places = PLACES[dialect_of(files[0].repository)]
    found = [file for file in files if file.is_there and place_of(file.path) in places]
    return min(found, key=lambda file: places.index(place_of(file.path)), default=next(iter(files), None))


def _is_known(file: Captured, row: CodeOwnersFile | None) -> bool:
    return row is not None and (row.url, row.commit) == (file.url if file.is_there else "", file.commit)


def _store(file: Captured) -> None:
    try:
        data = read_captured(file.url) if file.is_there else None
    except NotFoundError:
        data = None
    there = data is not None
    values = {
        "dialect": dialect_of(file.repository),
        "url": file.url if there else "",
        "path": file.path if there else "",
        "commit": file.commit,
        "digest": content_hash(data) if data is not None else "",
        "data": data,
        "message": "",
        "is_captured": True,
        "read_at": timezone.now(),
        "due_at": None,
    }
    in_transaction(lambda: CodeOwnersFile.objects.update_or_create(repository=file.repository, defaults=values))
