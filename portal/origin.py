"""Where an entity came from, and where to read and change its description. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.entity_ref import ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION
from portal.page import safe_url
from portal.words import text_of

MAX_LINKS = 50
ACTIONS = (("View", "backstage.io/view-url"), ("Edit", "backstage.io/edit-url"))
PLACES = (
    ("Described in", ANNOTATION_LOCATION),
    ("Reached from", ANNOTATION_ORIGIN_LOCATION),
    ("Source", "backstage.io/source-location"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """``url`` is empty where there is nothing to follow."""

    label: str
    text: str
    url: str


def list_places(annotations: Mapping[str, Any]) -> list[Link]:
    """Each place once."""
    found = {text: label for label, key in reversed(PLACES) if (text := text_of(annotations.get(key)))}
    return [Link(label, text, safe_url(text.removeprefix("url:"))) for text, label in reversed(found.items())]


def list_actions(annotations: Mapping[str, Any]) -> list[Link]:
    found = [Link(label, label, safe_url(annotations.get(key))) for label, key in ACTIONS]
    return [link for link in found if link.url]


def list_links(metadata: Mapping[str, Any]) -> list[Link]:
    """The author's links; those to scripts and to nowhere are left out."""
    links = [link for link in metadata.get("links") or () if isinstance(link, dict)][:MAX_LINKS]
    found = [
        Link("", text_of(link.get("title")) or text_of(link.get("url")), safe_url(link.get("url"))) for link in links
    ]
    return [link for link in found if link.url]
