"""Builds the documentation of an entity, or takes a built site, and puts it where the server reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from catalog.entity_ref import EntityRef
from docs_site.place import METADATA_FILE, place_of
from docs_site.publishing.build import OnLine, build_site
from docs_site.publishing.site_files import build_metadata, find_site_files
from docs_site.settings import DocsSettings
from docs_site.store import DocsStore, OnProgress


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published where. ``removed`` files were there before and are gone."""

    entity_ref: str
    site_name: str
    etag: str
    files: int
    size: int
    removed: int


def publish_source(
    source: Path,
    ref: EntityRef,
    *,
    settings: DocsSettings,
    store: DocsStore,
    on_line: OnLine,
    on_progress: OnProgress,
) -> Publication:
    """Build the folder with the ``mkdocs.yml``, and publish what came out. Raises InputError."""
    with TemporaryDirectory(prefix="callboard-docs-") as work:
        site = build_site(
            source,
            Path(work),
            default_name=ref.name,
            has_external_fonts=settings.has_external_fonts,
            on_line=on_line,
        )
        return publish_site(site, ref, settings=settings, store=store, on_progress=on_progress)


def publish_site(
    site: Path, ref: EntityRef, *, settings: DocsSettings, store: DocsStore, on_progress: OnProgress
) -> Publication:
    """Publish a site that is built already. Raises InputError."""
    place = place_of(ref, keeps_case=settings.keeps_case)
    files = find_site_files(site)
    metadata = build_metadata(files, default_name=ref.name)
    with TemporaryDirectory(prefix="callboard-docs-") as work:
        described = Path(work, METADATA_FILE)
        described.write_bytes(orjson.dumps(metadata))
        files[METADATA_FILE] = described
        size = sum(path.stat().st_size for path in files.values())
        done = store.publish(place, files, on_progress)
    return Publication(str(ref), str(metadata["site_name"]), metadata["etag"], done.files, size, done.removed)
