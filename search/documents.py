"""What the search shows of an entity, as Backstage's collator of the catalog makes it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from catalog.index.javascript_text import js_text

ENTITIES = "software-catalog"
DOCUMENTATION = "techdocs"
# What encodeURIComponent leaves as it is, beside letters, digits and "-._~".
_PLAIN = "!'()*"

# All of an entity that its document is made of.
PATHS = (
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("metadata", "title"),
    ("metadata", "description"),
    ("spec", "type"),
    ("spec", "lifecycle"),
    ("spec", "owner"),
    ("spec", "profile", "displayName"),
    ("spec", "profile", "email"),
)


def document_of(entity: Mapping[str, Any], location_template: str) -> dict[str, Any]:
    metadata, spec = entity["metadata"], entity.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    namespace = metadata.get("namespace") or "default"
    type_ = spec.get("type")
    shown_type = _to_string(type_) or "other"
    title = metadata.get("title")
    return {
        "title": metadata["name"] if title is None else title,
        "text": _text_of(entity["kind"], metadata, spec),
        "componentType": shown_type,
        "type": shown_type,
        "namespace": namespace,
        "kind": entity["kind"],
        "lifecycle": spec.get("lifecycle") or "",
        "owner": spec.get("owner") or "",
        "location": _location(location_template, namespace=namespace, kind=entity["kind"], name=metadata["name"]),
    }


def _text_of(kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    profile = spec.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    texts = [metadata.get("description")]
    if kind.upper() in ("USER", "GROUP"):
        texts.append(profile.get("displayName"))
    if kind.upper() == "USER":
        texts.append(profile.get("email"))
    return " : ".join(_to_string(text) for text in texts if text)


def _to_string(value: Any) -> str:
    """JavaScript's ``value.toString()`` of anything that JSON holds; nothing of null."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(map(_to_string, value))
    return "[object Object]" if isinstance(value, dict) else js_text(value)


def _location(template: str, **parts: str) -> str:
    for name, value in parts.items():
        template = template.replace(f":{name}", quote(value, safe=_PLAIN), 1)
    return template.lower()
