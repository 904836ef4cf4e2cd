"""
The port through which other packages put documents into the search.

Entities come from the catalog by themselves; this is for all else, such as the pages of documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """
    Something to find: shown with ``title`` and ``text``, and leading to ``location``, a path or an http(s) address.

    Only who may see the entity ``entity_ref`` finds it. ``fields`` are shown as they are, and the search can be
    narrowed down by those that are texts: for documentation ``kind``, ``namespace``, ``name``, ``owner`` and so on.
    """

    title: str
    text: str
    location: str
    entity_ref: str
    fields: Mapping[str, Any] = field(default_factory=dict)


ReplaceDocuments: TypeAlias = Callable[[str, str, Sequence[SearchDocument]], None]


def _ignore(document_type: str, scope: str, documents: Sequence[SearchDocument]) -> None:
    """Without a search nobody finds anything."""


_replace: ReplaceDocuments = _ignore


def replace_documents(document_type: str, scope: str, documents: Sequence[SearchDocument]) -> None:
    """
    From now on these are all documents of that type (``techdocs``) and scope, such as the ref of one entity.

    No documents: the scope is gone. A few statements in a transaction; every process finds them once it commits.
    Raises InputError if they are too many, or lead to somewhere that no browser should follow.
    """
    _replace(document_type, scope, documents)


def set_search_index(replace: ReplaceDocuments) -> None:
    """For the search itself, when the program starts, and for tests."""
    global _replace
    _replace = replace
