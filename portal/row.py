"""One entity in a few words: a line of the table, and the head of its page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.entity_ref import DEFAULT_NAMESPACE, entity_ref_of
from portal.page import entity_url
from portal.question import Question
from portal.words import kind_word, short_name, text_of

MAX_TAGS = 12


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """``..._url`` of the type, the lifecycle and the tags lead to the others that have the same."""

    ref: str
    kind: str
    kind_url: str
    name: str
    title: str
    url: str
    description: str
    owner: str
    owner_url: str
    type: str
    type_url: str
    lifecycle: str
    lifecycle_url: str
    tags: list[Tag]
    tags_left_out: int
    has_errors: bool
    is_orphan: bool


def describe_row(entity: dict[str, Any], question: Question | None = None) -> Row:
    """Its links narrow the question; without one, they ask for its kind."""
    question = question or Question(entity["kind"].lower())
    metadata, spec = entity["metadata"], entity.get("spec") or {}
    profile: Any = spec.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    relations = entity.get("relations") or ()
    owner = next((relation["targetRef"] for relation in relations if relation["type"] == "ownedBy"), "")
    type_, lifecycle = text_of(spec.get("type")), text_of(spec.get("lifecycle"))
    tags = metadata.get("tags") or []
    return Row(
        ref=entity_ref_of(entity),
        kind=kind_word(entity["kind"]),
        kind_url=Question(entity["kind"].lower()).url(),
        name=_name(metadata),
        title=text_of(metadata.get("title")) or text_of(profile.get("displayName")),
        url=entity_url(entity_ref_of(entity)),
        description=text_of(metadata.get("description")) or text_of(profile.get("email")),
        owner=short_name(owner),
        owner_url=entity_url(owner),
        type=type_,
        type_url=question.with_filter("type", type_).url(),
        lifecycle=lifecycle,
        lifecycle_url=question.with_filter("lifecycle", lifecycle).url(),
        tags=[Tag(tag, question.with_filter("tag", tag).url()) for tag in tags[:MAX_TAGS]],
        tags_left_out=max(0, len(tags) - MAX_TAGS),
        has_errors=bool((entity.get("status") or {}).get("items")),
        is_orphan=(metadata.get("annotations") or {}).get("backstage.io/orphan") == "true",
    )


def _name(metadata: dict[str, Any]) -> str:
    namespace = metadata.get("namespace") or DEFAULT_NAMESPACE
    return metadata["name"] if namespace.lower() == DEFAULT_NAMESPACE else f"{namespace}/{metadata['name']}"
