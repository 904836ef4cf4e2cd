"""Which store the configuration names."""

from __future__ import annotations

from functools import lru_cache

from docs_site.boto_objects import connect
from docs_site.folder_store import FolderStore
from docs_site.object_store import ObjectStore
from docs_site.settings import DocsSettings, docs_settings
from docs_site.store import DocsStore


@lru_cache(maxsize=4)
def _store_of(settings: DocsSettings) -> DocsStore:
    if settings.bucket is None:
        return FolderStore(settings.folder)
    return ObjectStore(connect(settings.bucket), root_path=settings.bucket.root_path)


def docs_store() -> DocsStore:
    """The store of this process. Raises ConfigError if it needs what is not installed."""
    return _store_of(docs_settings())
