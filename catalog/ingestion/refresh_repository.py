"""A repository has changed: whatever is read from it is due at once, whichever Location led there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from catalog.entity_ref import LocationRef
from catalog.ingestion.queue import mark_due
from catalog.models import RefreshLane
from common.database import fetch_all, in_list, in_transaction, is_postgres
from common.errors import InputError
from integrations.registry import ScmIntegrations
from integrations.trees.repository_url import RepositoryPlace, find_places

PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")
MAGIC = re.compile(r"[*?\[{]")
BRANCH = "refs/heads/"
# More names than these are quicker looked for here than by the database.
MOST_LIKES = 3


@dataclass(frozen=True, slots=True)
class RepositoryChange:
    """
    ``url`` is a repository's page or clone URL. Without ``branch`` all of it may be different, without ``paths`` any
    file of that branch.
    """

    url: str
    branch: str = ""
    is_default_branch: bool = True
    paths: tuple[str, ...] | None = None


Wanted = dict[str, list[RepositoryChange]]  # by what find_places calls the repository


def refresh_repositories(changes: Iterable[RepositoryChange], integrations: ScmIntegrations) -> list[str]:
    """
    The refs of what is due now: Locations that read one of these files, and entities with placeholders for them.

    Three statements, however many changes there are; the first looks at all Locations.
    """
    wanted: Wanted = {}
    for change in changes:
        for place in find_places(change.url, integrations)[:1]:
            wanted.setdefault(place.repository, []).append(change)
    if not wanted:
        return []
    refs = _find_concerned(wanted, integrations)
    in_transaction(lambda: mark_due(sorted(refs), RefreshLane.EVENT))
    return sorted(refs)


def _find_concerned(wanted: Wanted, integrations: ScmIntegrations) -> set[str]:
    concerned, inside = set(), []
    for ref, state in _list_locations({repository.rpartition("/")[2] for repository in wanted}):
        places = [place for place in _places_in(state, "targets", integrations) if place.repository in wanted]
        if places:
            inside.append(ref)
        if _are_touched(places, wanted):
            concerned.add(ref)
    for ref, state in _list_readers_below(inside):
        places = [place for place in _places_in(state, "reads", integrations) if place.repository in wanted]
        if _are_touched(places, wanted):
            concerned.add(ref)
    return concerned


def _list_locations(names: set[str]) -> list[tuple[str, str]]:
    """Those that may have read something with one of these names in its URL, with what they have read."""
    # Only SQLite's own order of texts is sure to be that of their bytes.
    kind = (
        "entity_ref LIKE 'location:%%'" if is_postgres() else "entity_ref >= 'location:' AND entity_ref < 'location;'"
    )
    sql = f"SELECT entity_ref, source_state FROM catalog_refresh_state WHERE {kind} AND source_state <> ''"
    if not all(map(PLAIN_NAME.fullmatch, names)):
        return [(ref, state) for ref, state in fetch_all(sql)]  # such a name may be written in more than one way
    if len(names) > MOST_LIKES:
        is_named = re.compile("|".join(f"/{re.escape(name)}" for name in names), re.IGNORECASE).search
        return [(ref, state) for ref, state in fetch_all(sql) if is_named(state)]
    like = "ILIKE" if is_postgres() else "LIKE"
    likes = " OR ".join([f"source_state {like} %s ESCAPE '!'"] * len(names))
    patterns = [f"%/{name.replace('_', '!_')}%" for name in names]
    return [(ref, state) for ref, state in fetch_all(f"{sql} AND ({likes})", patterns)]


def _list_readers_below(locations: Iterable[str]) -> list[tuple[str, str]]:
    """The entities that these Locations emitted, and that read something themselves."""
    sql, parameter = in_list(list(locations))
    rows = fetch_all(
        "SELECT DISTINCT state.entity_ref, state.source_state FROM catalog_refresh_edge AS edge"
        " JOIN catalog_refresh_state AS state ON state.entity_ref = edge.target_ref"
        f" WHERE edge.source_ref {sql} AND state.source_state <> ''",
        [parameter],
    )
    return [(ref, state) for ref, state in rows if not ref.startswith("location:")]


def _places_in(state: str, key: str, integrations: ScmIntegrations) -> Iterator[RepositoryPlace]:
    for read in orjson.loads(state).get(key, ()):
        try:
            location = LocationRef.parse(read)
        except InputError:
            continue
        if location.type == "url":
            yield from find_places(location.target, integrations)


def _are_touched(places: Iterable[RepositoryPlace], wanted: Wanted) -> bool:
    return any(
        _is_on_branch(place, change) and _is_path_touched(place.path, change.paths)
        for place in places
        for change in wanted[place.repository]
    )


def _is_on_branch(place: RepositoryPlace, change: RepositoryChange) -> bool:
    if not change.branch:
        return True
    if place.ref is None:
        return change.is_default_branch
    return place.ref.removeprefix(BRANCH) == change.branch


def _is_path_touched(path: str, touched: tuple[str, ...] | None) -> bool:
    """What a pattern matches now may be another set of files than before: any change counts."""
    return touched is None or bool(MAGIC.search(path)) or path in touched
