"""Who owns a file?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.queries.predicate import Predicate
from common.errors import InputError, NotFoundError
from ownership.files.book import KnownFile, book
from ownership.owner_refs import OwnerRefs
from ownership.places import place_of_url
from ownership.questions.stewards import find_stewards, refs_of
from ownership.scope import Scope, open_scope

LONGEST_PATH = 4_096
ENTITY = "entity"
CODEOWNERS = "codeowners"


def find_owners_of_path(repository: str, path: str, visible: Predicate | None) -> dict[str, Any]:
    """
    Those whom CODEOWNERS names; else the owners of the entities that lie nearest above the file.

    Raises InputError, and NotFoundError unless the asker may see something that lies in the repository: what a
    repository says is nobody else's business. Three statements at most.
    """
    name, inner = parse_repository(repository), parse_path(path)
    with open_scope(visible) as scope:
        known = find_repository(scope, name)
    if known is None:
        raise NotFoundError(
            f"No entity lies in the repository '{repository}'; name it as in 'https://github.com/org/repo'"
        )
    file = book().find(known)
    with open_scope(visible) as scope:
        stewards = find_stewards(file, inner, OwnerRefs(scope))
        entities = entities_above(scope, folders_of(scope, known, file), inner)
    owners, via = _decide(refs_of(stewards), [owner for entity in entities for owner in entity["owners"]])
    return {
        "repository": known,
        "path": inner,
        "owners": owners,
        "via": via,
        "stewards": [steward.show(inner) for steward in stewards],
        "entities": entities,
        "codeowners": _describe(file),
    }


def parse_repository(text: str) -> str:
    """
    ``host/full/name`` in lower case, out of that or a URL; ``/full/name`` where no host is named.

    Raises InputError.
    """
    if "://" in text:
        place = place_of_url(text)
        if place is None:
            raise InputError(f"'{text[:200]}' is no URL of a repository, such as 'https://github.com/org/repo'")
        return place.repository
    name = text.strip("/").removesuffix(".git").lower()
    if "/" not in name:
        raise InputError(f"'{text[:200]}' is no repository, such as 'https://github.com/org/repo' or 'org/repo'")
    return name if "." in name.partition("/")[0] or ":" in name.partition("/")[0] else f"/{name}"


def parse_path(text: str) -> str:
    """From the top of the repository. Raises InputError."""
    path = text.removeprefix("./").lstrip("/")
    if not path or len(path) > LONGEST_PATH or "\0" in path or ".." in path.split("/"):
        raise InputError(f"'{text[:200]}' is no path of a file in a repository, such as 'docs/index.md'")
    return path


def find_repository(scope: Scope, name: str) -> str | None:
    """The repository's whole name, if the asker may see an entity in it, and no other could be meant."""
    candidates = [name] if not name.startswith("/") else scope.repositories_called(name[1:])
    seen = [candidate for candidate in candidates if scope.sees_into(candidate)]
    if len(seen) > 1:
        raise InputError(f"Several repositories are called '{name[1:]}': {', '.join(sorted(seen)[:5])}; name the host")
    return next(iter(seen), None)


def folders_of(scope: Scope, repository: str, file: KnownFile | None) -> dict[str, list[int]]:
    """The entities of each folder of a repository."""
    folders = scope.folders_of(repository)
    return {file.inner(folder): numbers for folder, numbers in folders.items()} if file else folders


def entities_above(scope: Scope, folders: Mapping[str, Sequence[int]], path: str) -> list[dict[str, Any]]:
    """Those that are described in the nearest folder above the file, with their owners; ``folders`` as of the scope."""
    folder = path
    while folder:
        folder = folder.rstrip("/").rpartition("/")[0]
        folder = f"{folder}/" if folder else ""
        if folder in folders:
            owned = [(scope.index.ref_of[number], scope.owners_of(number)) for number in folders[folder]]
            if found := [{"entityRef": ref, "owners": owners} for ref, owners in sorted(owned) if owners]:
                return found
    return []


def _decide(stewards: list[str], owners: list[str]) -> tuple[list[str], str | None]:
    if stewards:
        return stewards, CODEOWNERS
    return list(dict.fromkeys(owners)), ENTITY if owners else None


def _describe(file: KnownFile | None) -> Mapping[str, Any] | None:
    if file is None:
        return None
    faults = [{"line": fault.line, "text": fault.text[:200], "reason": fault.reason} for fault in file.faults[:100]]
    return {
        "file": file.url or None,
        "commit": file.commit or None,
        "dialect": file.dialect,
        "message": file.message or None,
        "faults": faults,
    }
