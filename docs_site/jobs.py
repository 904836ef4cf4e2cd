"""Celery's door to the search of documentation. It holds no rule, and may be rung at any time."""

from __future__ import annotations

from celery import shared_task

from docs_site.index_sites import index_changed_sites
from docs_site.stores import docs_store


@shared_task(ignore_result=True)
def index_documentation() -> None:
    """Let the search find what was published, also by others."""
    index_changed_sites(docs_store())
