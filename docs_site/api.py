"""
The doors of ``/api/techdocs``.

Each first asks whether the caller may see the entity, by its name as the address has it: its documentation is no more
public than itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase

from catalog.access import visible_entities
from catalog.entity_ref import EntityRef
from catalog.queries.refs import get_by_ref
from common.api.doors import refuse_nul
from common.errors import InputError, NotFoundError
from common.identity import identity_of
from common.json_response import json_response
from docs_site.content_types import content_type_of, policy_of
from docs_site.place import METADATA_FILE, DocsPlace, parse_file_path, place_of
from docs_site.settings import docs_settings
from docs_site.source_location import find_source_location
from docs_site.store import StoredFile, read_file
from docs_site.stores import docs_store
from integrations.registry import ScmIntegrations

PREFIX = "/api/techdocs/static/docs/"
# Below it a file is answered in one piece, compressed if it is text.
SMALL = 1024 * 1024
MOST_METADATA = 16 * SMALL
FINISHED = b'event: finish\ndata: {"updated":false}\n\n'


def read_entity_metadata(request: HttpRequest, **ref: str) -> HttpResponse:
    """The entity, and where the source of its documentation is."""
    entity = orjson.loads(_read_entity(request, **ref))
    try:
        location = find_source_location(entity, ScmIntegrations.from_app_config(settings.APP_CONFIG))
    except InputError as error:
        raise NotFoundError(f"Unable to get metadata for '{_ref_of(**ref)}': {error}") from error
    return json_response({**entity, "locationMetadata": location})


def read_site_metadata(request: HttpRequest, **ref: str) -> HttpResponse:
    """What publishing wrote down. NotFoundError where nothing was published."""
    _read_entity(request, **ref)
    text = read_file(docs_store(), _place_of(**ref), METADATA_FILE, most=MOST_METADATA)
    try:
        metadata: Any = orjson.loads(text or b"")
    except orjson.JSONDecodeError:
        metadata = None
    if not isinstance(metadata, dict):
        raise NotFoundError(f"Unable to get metadata for '{_ref_of(**ref)}'")
    return json_response(metadata)


def follow_sync(request: HttpRequest, **ref: str) -> HttpResponse:
    """An event stream that ends at once: what was published is what there is."""
    _read_entity(request, **ref)
    return HttpResponse(FINISHED, content_type="text/event-stream", headers={"Cache-Control": "no-cache"})


def read_static(request: HttpRequest, path: str, **ref: str) -> HttpResponseBase:
    """One file of the site. Other spellings of the entity lead to the one that we keep, and folders to their page."""
    _read_entity(request, **ref)
    place = _place_of(**ref)
    if place.parts != (ref["namespace"], ref["kind"], ref["name"]):
        return _redirect(place, path)
    name = parse_file_path(path)
    stored = docs_store().open(place, name)
    if stored is not None:
        return _answer_file(request, name, stored)
    if path and not path.endswith("/") and (page := docs_store().open(place, f"{name}/index.html")):
        page.close()
        return _redirect(place, f"{path}/")
    raise NotFoundError(f"There is no file {path[:200]!r} in the documentation of {_ref_of(**ref)}")


def redirect_to_site(request: HttpRequest, **ref: str) -> HttpResponseBase:
    """From a site's address without a slash at its end: relative links need one."""
    _read_entity(request, **ref)
    return _redirect(_place_of(**ref), "")


def _ref_of(*, namespace: str, kind: str, name: str) -> EntityRef:
    return EntityRef(kind, namespace, name)


def _place_of(**ref: str) -> DocsPlace:
    try:
        return place_of(_ref_of(**ref), keeps_case=docs_settings().keeps_case)
    except InputError as error:
        raise NotFoundError(str(error)) from error


def _read_entity(request: HttpRequest, **ref: str) -> bytes:
    """Its JSON text. Raises NotFoundError also for one that the caller may not see."""
    refuse_nul(*ref.values())
    try:
        return get_by_ref(_ref_of(**ref), visible=visible_entities(identity_of(request)))
    except NotFoundError:
        raise NotFoundError(f"Unable to get metadata for '{_ref_of(**ref)}'") from None


def _redirect(place: DocsPlace, path: str) -> HttpResponse:
    # Built from checked parts below a fixed prefix, so that it never leads to another host.
    return HttpResponsePermanentRedirect(f"{PREFIX}{place}/{quote(path, safe='/')}")


def _answer_file(request: HttpRequest, name: str, stored: StoredFile) -> HttpResponseBase:
    content_type = content_type_of(name)
    etag = f'W/"{stored.etag}"'
    headers = {
        "ETag": etag,
        # Asked for each time, since who may see it can change.
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": policy_of(content_type),
    }
    if etag in _known_etags(request):
        stored.close()
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response
    if request.method == "HEAD":
        stored.close()
        return HttpResponse(content_type=content_type, headers=headers)
    if stored.size <= SMALL:
        return HttpResponse(b"".join(stored.chunks()), content_type=content_type, headers=headers)
    headers["Content-Length"] = str(stored.size)
    return StreamingHttpResponse(_FileChunks(stored), content_type=content_type, headers=headers)


def _known_etags(request: HttpRequest) -> list[str]:
    return [f"W/{tag.strip().removeprefix('W/')}" for tag in request.headers.get("If-None-Match", "").split(",")]


class _FileChunks:
    """Closed with the answer, also if it was never read."""

    def __init__(self, stored: StoredFile) -> None:
        self.stored = stored
        self.close = stored.close

    def __iter__(self) -> Iterator[bytes]:
        return self.stored.chunks()
