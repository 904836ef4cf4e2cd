"""Analysing the URL of a repository, in the API's words."""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone

from catalog.analyze.existing import find_existing
from catalog.analyze.guess import guess_component
from catalog.analyze.proposal import propose_entities
from catalog.analyze.repository import is_readable, open_repository
from catalog.ingestion.sources import Sources, default_sources
from common.errors import CallboardError, InputError
from integrations.scm_url import ScmUrl, parse_scm_url

logger = logging.getLogger(__name__)


def analyze_location(target: str, catalog_filename: str = "", *, sources: Sources | None = None) -> dict[str, Any]:
    """
    ``{"existingEntityFiles": [...], "generateEntities": [...]}``, of which one is empty.

    What cannot be read is judged by its URL alone. Raises InputError if the target is no URL, or the descriptors that
    are there are all broken.
    """
    # Somebody may have merged a descriptor a moment ago.
    sources = (sources or default_sources()).as_of(timezone.now())
    named = _parse(target)
    guessed = guess_component(target, named, sources.integrations)
    if not is_readable(target, sources):
        return _answer([], [{"entity": guessed, "fields": []}])
    try:
        repository = open_repository(target, named, sources)
    except CallboardError as error:
        logger.info("a location could not be read to be analyzed: %s", error)
        return _answer([], [{"entity": guessed, "fields": []}])
    existing = find_existing(repository, catalog_filename, sources)
    return _answer(existing, [] if existing else propose_entities(repository, guessed))


def _parse(target: str) -> ScmUrl:
    try:
        return parse_scm_url(target)
    except InputError as error:
        raise InputError(
            f"Cannot analyze '{target[:200]}', expected the URL of a repository or file: {error}"
        ) from error


def _answer(existing: list[dict[str, Any]], generated: list[dict[str, Any]]) -> dict[str, Any]:
    return {"existingEntityFiles": existing, "generateEntities": generated}
