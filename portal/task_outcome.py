"""What a task has made, or what kept it from it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from portal.form.meaning import content_of
from portal.form.schema import Json, record, sequence, text
from portal.origin import Link
from portal.page import entity_url
from portal.task_log import plain_text, shorten

MAX_OUTPUTS = 50
# Ever since the first templates these stand beside the links, and are links.
KNOWN = {"remoteUrl": "Repository", "entityRef": "Open in the catalog"}
LISTS = ("links", "text")


@dataclass(frozen=True, slots=True)
class OutputText:
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``others`` are outputs that templates name as they like. ``error`` is empty if there is none."""

    links: list[Link] = field(default_factory=list)
    texts: list[OutputText] = field(default_factory=list)
    others: list[OutputText] = field(default_factory=list)
    error_name: str = ""
    error: str = ""

    @property
    def has_output(self) -> bool:
        return bool(self.links or self.texts or self.others)


def describe_outcome(body: Mapping[str, Any]) -> Outcome:
    """``body`` is that of the event that ended the task."""
    output, error = record(body.get("output")), record(body.get("error"))
    return Outcome(
        links=[*_known_links(output), *_links(output)][:MAX_OUTPUTS],
        texts=[
            OutputText(plain_text(text(part.get("title"))), shorten(plain_text(content_of(part.get("content")))))
            for part in map(record, sequence(output.get("text"))[:MAX_OUTPUTS])
        ],
        others=[
            OutputText(key, shorten(plain_text(content_of(value))))
            for key, value in list(output.items())[:MAX_OUTPUTS]
            if key not in LISTS and not (key in KNOWN and _address(key, value))
        ],
        error_name=text(error.get("name")),
        error=shorten(plain_text(text(error.get("message")))),
    )


def _links(output: Mapping[str, Json]) -> Iterator[Link]:
    for part in map(record, sequence(output.get("links"))):
        ref = text(part.get("entityRef"))
        url = entity_url(ref) if ref else web_url(part.get("url"))
        title = plain_text(text(part.get("title")))
        if label := title or ref or text(part.get("url")):
            yield Link("", label, url)


def _known_links(output: Mapping[str, Json]) -> Iterator[Link]:
    for key, label in KNOWN.items():
        if url := _address(key, output.get(key)):
            yield Link("", label, url)


def _address(key: str, value: Json) -> str:
    return entity_url(text(value)) if key == "entityRef" else web_url(value)


def web_url(value: Json) -> str:
    """An address on the web, or nothing."""
    try:
        parts = urlsplit(text(value).strip())
    except ValueError:
        return ""
    return text(value).strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else ""
