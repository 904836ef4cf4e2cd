"""Brings published documentation into the search, and takes out what is gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import orjson

from catalog.entity_ref import EntityRef
from catalog.queries.refs import get_by_refs
from common.errors import InputError
from common.search_documents import replace_documents
from docs_site.models import IndexedSite
from docs_site.place import SEARCH_FILE, DocsPlace
from docs_site.search_texts import TYPE, read_documents
from docs_site.store import DocsStore, read_file

MOST_BYTES = 64 * 1024 * 1024
BATCH = 200

logger = logging.getLogger(__name__)


def index_changed_sites(store: DocsStore) -> int:
    """
    How many were read, or found gone. A site whose texts and entity are as they were costs nothing but that look.

    Sites of entities that the catalog does not have are not searched. Raises ServiceUnavailableError.
    """
    known = {site.place: site for site in IndexedSite.objects.all()}
    changed, seen = 0, set()
    sites = store.list_searchable()
    while some := list(islice(sites, BATCH)):
        for place, entity, stamp in _described(some):
            seen.add(str(place))
            before = known.get(str(place))
            if before is None or before.stamp != stamp:
                _index(store, place, entity, stamp)
                changed += 1
    for gone in known.keys() - seen:
        replace_documents(TYPE, known[gone].entity_ref, [])
        known[gone].delete()
        changed += 1
    return changed


def _described(sites: list[tuple[DocsPlace, str]]) -> Iterator[tuple[DocsPlace, Mapping[str, Any], str]]:
    """Those whose entity is there, with it and the stamp of both."""
    bodies = get_by_refs([_ref_of(place) for place, _ in sites])
    for (place, etag), body in zip(sites, bodies, strict=True):
        if body is not None:
            entity = orjson.loads(body)
            yield place, entity, f"{etag} {entity['metadata'].get('etag', '')}"


def _ref_of(place: DocsPlace) -> str:
    return str(EntityRef(place.kind, place.namespace, place.name))


def _index(store: DocsStore, place: DocsPlace, entity: Mapping[str, Any], stamp: str) -> None:
    text = read_file(store, place, SEARCH_FILE, most=MOST_BYTES) or b""
    try:
        replace_documents(TYPE, _ref_of(place), read_documents(text, place, entity))
    except InputError as error:
        logger.warning("The documentation of %s cannot be searched: %s", _ref_of(place), error)
    IndexedSite.objects.update_or_create(place=str(place), defaults={"entity_ref": _ref_of(place), "stamp": stamp})
