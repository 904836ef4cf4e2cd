"""Takes over the CODEOWNERS that providers have captured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from catalog.captured import list_captured, read_captured
from common.database import in_transaction
from common.errors import NotFoundError
from common.hashing import content_hash
from integrations.codeowners.find import PLACES, place_of
from ownership.models import CodeOwnersFile
from ownership.places import dialect_of, place_of_url

NAME = "CODEOWNERS"


@dataclass(frozen=True, slots=True)
class Captured:
    repository: str
    path: str
    url: str
    commit: str


def take_captured() -> int:
    """How many files changed. Two statements if none did, and a few for each that did."""
    chosen = {file.repository: file for file in map(_choose, _by_repository(_list_captured())) if file}
    rows = CodeOwnersFile.objects.filter(is_captured=True).values_list("repository", "url", "commit")
    known = {repository: (url, commit) for repository, url, commit in rows}
    changed = [file for file in chosen.values() if known.get(file.repository) != (file.url, file.commit)]
    for file in changed:
        _store(file)
    gone = sorted(known.keys() - chosen.keys())
    for repository in gone:
        # Whoever lies there is read by us from now on, if anybody does.
        CodeOwnersFile.objects.filter(repository=repository, is_captured=True).update(
            is_captured=False, due_at=timezone.now()
        )
    return len(changed) + len(gone)


def _list_captured() -> Iterator[Captured]:
    for url, etag in list_captured((f"/{NAME}",)):
        place = place_of_url(url)
        if place:
            yield Captured(place.repository, f"{place.folder}{NAME}", url, etag)


def _by_repository(files: Iterable[Captured]) -> Iterable[list[Captured]]:
    grouped = defaultdict(list)
    for file in files:
        grouped[file.repository].append(file)
    return grouped.values()


def _choose(files: list[Captured]) -> Captured | None:
    """The file that holds, by the order of its host; None if the host looks at none of them."""
    places = PLACES[dialect_of(files[0].repository)]
    found = [file for file in files if place_of(file.path) in places]
    return min(found, key=lambda file: places.index(place_of(file.path)), default=None)


def _store(file: Captured) -> None:
    try:
        data = read_captured(file.url)
    except NotFoundError:
        # It went this moment; the next run sees that.
        return
    values = {
        "dialect": dialect_of(file.repository),
        "url": file.url,
        "path": file.path,
        "commit": file.commit,
        "digest": content_hash(data),
        "data": data,
        "message": "",
        "is_captured": True,
        "read_at": timezone.now(),
        "due_at": None,
    }
    in_transaction(lambda: CodeOwnersFile.objects.update_or_create(repository=file.repository, defaults=values))
