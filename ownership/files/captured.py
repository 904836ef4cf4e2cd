"""Takes over the CODEOWNERS that providers have captured."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from catalog.captured import list_captured, read_captured
from common.database import in_transaction
from common.errors import NotFoundError
from common.hashing import content_hash
from integrations.codeowners.find import PLACES, place_of
from ownership.models import CodeOwnersFile
from ownership.places import dialect_of, locate

NAME = "CODEOWNERS"


@dataclass(frozen=True, slots=True)
class Captured:
    """All but ``repository`` are empty where the provider has found no CODEOWNERS."""

    repository: str
    path: str = ""
    url: str = ""
    commit: str = ""


def take_captured() -> int:
    """How many files changed. Two statements if none did, and a few for each that did."""
    chosen = {repository: _choose(repository, files) for repository, files in _list_captured().items()}
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


def _list_captured() -> dict[str, list[Captured]]:
    """The CODEOWNERS of each repository that a provider looks through; any other file shows that it does."""
    found: defaultdict[str, list[Captured]] = defaultdict(list)
    for url, etag in list_captured(("",)):
        located = locate(url)
        if located:
            files = found[located.repository]
            if located.path.rpartition("/")[2] == NAME:
                files.append(Captured(located.repository, located.path, url, etag))
    return found


def _choose(repository: str, files: list[Captured]) -> Captured:
    """The file that holds, by the order of its host."""
    places = PLACES[dialect_of(repository)]
    found = [file for file in files if place_of(file.path) in places]
    return min(found, key=lambda file: places.index(place_of(file.path)), default=Captured(repository))


def _store(file: Captured) -> None:
    try:
        data = read_captured(file.url) if file.url else None
    except NotFoundError:
        # It went this moment; the next run sees that.
        return
    values = {
        "dialect": dialect_of(file.repository),
        "url": file.url,
        "path": file.path,
        "commit": file.commit,
        "digest": "" if data is None else content_hash(data),
        "data": data,
        "message": "",
        "is_captured": True,
        "read_at": timezone.now(),
        "due_at": None,
    }
    in_transaction(lambda: CodeOwnersFile.objects.update_or_create(repository=file.repository, defaults=values))
