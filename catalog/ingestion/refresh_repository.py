"""A repository has changed: whatever is read from it is due at once, whichever Location led there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
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


def refresh_repositories(changes: Sequence[RepositoryChange], integrations: ScmIntegrations) -> list[str]:
    """
    The refs of what is due now: Locations that read one of these files, and entities with placeholders for them.

    Two statements for each change, one of which looks at all Locations, and one that marks.
    """
    refs = {ref for change in changes for ref in _find_concerned(change, integrations)}
    in_transaction(lambda: mark_due(sorted(refs), RefreshLane.EVENT))
    return sorted(refs)


def _find_concerned(change: RepositoryChange, integrations: ScmIntegrations) -> Iterator[str]:
    places = find_places(change.url, integrations)
    if not places:
        return
    repository = places[0].repository
    inside = []
    for ref, state in _list_locations(repository.rpartition("/")[2]):
        found = [place for place in _places_in(state, "targets", integrations) if place.repository == repository]
        if found:
            inside.append(ref)
        if _are_touched(found, change):
            yield ref
    for ref, state in _list_readers_below(inside):
        found = [place for place in _places_in(state, "reads", integrations) if place.repository == repository]
        if _are_touched(found, change):
            yield ref


def _list_locations(name: str) -> list[tuple[str, str]]:
    """Those that have read something with this name in its URL, with what they have read."""
    like = "ILIKE" if is_postgres() else "LIKE"
    # Other names may be written in more than one way.
    pattern = f"%/{name.replace('_', '!_')}%" if PLAIN_NAME.fullmatch(name) else "%"
    rows = fetch_all(
        "SELECT entity_ref, source_state FROM catalog_refresh_state"
        f" WHERE entity_ref LIKE 'location:%%' AND source_state <> '' AND source_state {like} %s ESCAPE '!'",
        [pattern],
    )
    return [(ref, state) for ref, state in rows]


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


def _are_touched(places: Iterable[RepositoryPlace], change: RepositoryChange) -> bool:
    return any(_is_on_branch(place, change) and _is_path_touched(place.path, change.paths) for place in places)


def _is_on_branch(place: RepositoryPlace, change: RepositoryChange) -> bool:
    if not change.branch:
        return True
    if place.ref is None:
        return change.is_default_branch
    return place.ref.removeprefix(BRANCH) == change.branch


def _is_path_touched(path: str, touched: tuple[str, ...] | None) -> bool:
    """What a pattern matches now may be another set of files than before: any change counts."""
    return touched is None or bool(MAGIC.search(path)) or path in touched
