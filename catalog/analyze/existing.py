"""The descriptors that a repository holds already."""

from __future__ import annotations

from typing import Any

from catalog.analyze.repository import Repository
from catalog.entity_ref import ANNOTATION_LOCATION, LocationRef, entity_ref_of
from catalog.ingestion.dry_run import dry_run
from catalog.ingestion.location_entity import deferred_location, location_entity_ref
from catalog.ingestion.sources import Sources
from catalog.models import Location, RefreshState
from common.errors import InputError

FILENAMES = ("catalog-info.yaml", "catalog-info.yml")
MOST_FILES, MOST_ENTITIES = 30, 1_000


def find_existing(repository: Repository, catalog_filename: str, sources: Sources) -> list[dict[str, Any]]:
    """
    One item for each entity that would come from a descriptor file of that name, those nearest to the top first.

    Broken files, such as the skeletons of templates, are left out beside good ones. Raises InputError if all are broken.
    """
    found: list[dict[str, Any]] = []
    fault: InputError | None = None
    for path in _paths_of(repository, catalog_filename)[:MOST_FILES]:
        location = LocationRef("url", repository.url_of(path))
        try:
            entities = dry_run(deferred_location(location), sources=sources)
        except InputError as error:
            fault = fault or error
            continue
        found += _items(location, entities)
        if len(found) > MOST_ENTITIES:
            break
    if fault is not None and not found:
        raise fault
    return found


def _paths_of(repository: Repository, catalog_filename: str) -> list[str]:
    names = (catalog_filename,) if catalog_filename else FILENAMES
    endings = tuple(f"/{name.strip('/')}" for name in names)
    paths = [path for path in repository.files if f"/{path}".endswith(endings)]
    return sorted(paths, key=lambda path: (path.count("/"), path))


def _items(location: LocationRef, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # The first is the location's own; the others come from the last document to the first.
    described = entities[:0:-1]
    is_registered = _is_registered(location, described[:MOST_ENTITIES])
    place = {"type": location.type, "target": location.target}
    return [{"location": place, "isRegistered": is_registered, "entity": entity} for entity in described]


def _is_registered(location: LocationRef, described: list[dict[str, Any]]) -> bool:
    """By somebody, by the configuration or by a provider; or its entities came out of this very file otherwise."""
    if Location.objects.filter(type=location.type, target=location.target).exists():
        return True
    if RefreshState.objects.filter(entity_ref=location_entity_ref(location)).exists():
        return True
    keys = {entity_ref_of(entity): entity["metadata"]["annotations"][ANNOTATION_LOCATION] for entity in described}
    rows = RefreshState.objects.filter(entity_ref__in=keys).values_list("entity_ref", "location_key")
    return bool(keys) and dict(rows) == keys
