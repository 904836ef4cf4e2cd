"""A catalog behind the pages, filled through real processing."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.test import Client

from catalog.entity_ref import LocationRef, entity_ref_of
from catalog.ingestion.location_entity import deferred_location
from catalog.ingestion.mutation import apply_full_mutation
from catalog.ingestion.refresh import refresh_entity
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from common.app_config import AppConfig

OPEN = AppConfig.from_dict({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})
RULES = AppConfig.from_dict({"catalog": {"rules": [{"allow": ["Component", "API", "Group", "User", "Location"]}]}})


def component(name: str, **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name, **metadata},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
    }


def group(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {"name": name},
        "spec": {"type": "team", "children": []},
    }


def fill(folder: Path, *entities: dict[str, Any]) -> Path:
    """Make these the catalog, however often. Returns the file that describes them."""
    path = folder / "all.yaml"
    path.write_text("\n---\n".join(json.dumps(entity) for entity in entities))
    sources = Sources.from_app_config(RULES)
    location = deferred_location(LocationRef("file", str(path)))
    apply_full_mutation("test", [location], settings=sources.catalog)
    refresh_entity(entity_ref_of(location.entity))
    process_due(sources=sources)
    return path


def open_page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


class _Page(HTMLParser):
    """What a browser would make of it, as far as tests ask."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.names: list[str] = []
        self.choices: list[str] = []
        self._text_of = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(given.get("href") or "")
        self._text_of = "name" if given.get("class") == "name" else "option" if tag == "option" else ""

    def handle_data(self, data: str) -> None:
        if self._text_of:
            (self.names if self._text_of == "name" else self.choices).append(data)
        self._text_of = ""


def read_page(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    return page


def names_on(client: Client, url: str) -> list[str]:
    """The entities of the table, in order."""
    return read_page(open_page(client, url)).names
