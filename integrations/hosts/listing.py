"""Listing repositories page by page, so that what moves from page to page meanwhile is not lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from integrations.hosts.pages import Page
from integrations.hosts.repository import Listing, State, rows_in

ReadPages = Callable[[list[Page]], list[Page]]


def list_in_pages(scope: str, read: ReadPages, state: State | None, extra: Mapping[str, Any] | None = None) -> Listing:
    """
    ``read`` gives the pages, out of those known before. ``extra`` is for the state.

    A repository that one listing shows and the next does not is looked for in a second one: while pages are read, the
    removal of one repository moves others to a page that has been read already.
    """
    known = known_pages(scope, state)
    pages = read(known)
    found = {repository.id: repository for repository in rows_in(pages)}
    if any(repository.id not in found for repository in rows_in(known)):
        pages = read(pages)
        found |= {repository.id: repository for repository in rows_in(pages)}
    return Listing(list(found.values()), {"scope": scope, "pages": [page.to_json() for page in pages], **(extra or {})})


def known_pages(scope: str, state: State | None) -> list[Page]:
    """Those of an earlier listing of the same scope. Nothing is made of a state that is not understood."""
    if not state or state.get("scope") != scope:
        return []
    try:
        pages = [Page.from_json(page) for page in state.get("pages", [])]
        list(rows_in(pages))
    except (KeyError, TypeError, AttributeError):
        return []
    return pages
