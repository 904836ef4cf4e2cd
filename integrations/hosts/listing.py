"""Listing repositories page by page, so that what moves from page to page meanwhile is not lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from common.errors import NotFoundError
from integrations.hosts.answer import text_of
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


def list_of_owner(scope: str, state: State | None, list_: Callable[[str], Listing], *, everything: str) -> Listing:
    """
    Those of an organization, else of a user, as ``list_`` lists them by kind; ``everything`` is the kind of an empty
    scope. ``list_`` leaves the kind in the state.
    """
    kind = text_of(state, "kind") if known_pages(scope, state) else ""
    if kind or not scope:
        # An organization that is there no more is not asked for as a user: that would show a part of it.
        return list_(kind or everything)
    try:
        return list_("orgs")
    except NotFoundError:
        return list_("users")


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
