"""
Terms: the searchable (key, value) pairs of an entity, as the reference's search table has them.

Keys are lower-case dotted paths. A list of strings also gives a key for each of its items (``metadata.tags.java``
is ``true``), and a relation the key ``relations.<type>``.
"""

from __future__ import annotations

from typing import Any

import orjson

from catalog.entity_ref import DEFAULT_NAMESPACE
from catalog.index.javascript_text import js_length, js_text
from common.errors import InputError

Term = tuple[str, str | None]

# These change without the entity changing, or have terms of their own.
SKIPPED_PATHS = frozenset(
    (
        "attachments",
        "relations",
        "status",
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "metadata.etag",
    )
)
MAX_LENGTH = 200  # of the lower-cased text, as JavaScript measures
SURELY_SHORT = MAX_LENGTH // 3  # no character becomes more than three when lower-cased, and none vanishes


def build_terms(entity: dict[str, Any]) -> list[Term]:
    """
    Lower-cased key and original value of everything a client may filter by; None for null and for long values.

    Raises InputError if two keys of the entity differ only in case.
    """
    pairs: list[tuple[str, Any]] = []
    _visit("", entity, pairs, set())
    metadata = entity["metadata"]
    pairs.append(("metadata.name", metadata.get("name")))
    pairs.append(("metadata.namespace", metadata.get("namespace") or DEFAULT_NAMESPACE))
    pairs.append(("metadata.uid", metadata.get("uid")))
    relations = entity.get("relations") or ()
    pairs.extend((f"relations.{relation['type']}", relation["targetRef"]) for relation in relations)
    return _distinct_terms(pairs)


def _visit(path: str, value: Any, pairs: list[tuple[str, Any]], item_keys: set[str]) -> None:
    """Append what ``value`` at ``path`` holds; ``item_keys`` are the lower-cased keys already given to list items."""
    if path in SKIPPED_PATHS:
        return
    if type(value) is dict:
        for key, inner in value.items():
            inner_path = f"{path}.{key}" if path else key
            if type(inner) is str:
                if inner_path not in SKIPPED_PATHS:
                    pairs.append((inner_path, inner))
            else:
                _visit(inner_path, inner, pairs, item_keys)
    elif type(value) is list:
        for item in value:
            _visit(path, item, pairs, item_keys)
            if type(item) is str:
                item_key = f"{path}.{item}"
                lower_key = item_key.lower()
                if lower_key not in item_keys:
                    item_keys.add(lower_key)
                    pairs.append((item_key, True))
    else:
        pairs.append((path, value))


def _distinct_terms(pairs: list[tuple[str, Any]]) -> list[Term]:
    """The first spelling of each key and value. Raises InputError if keys differ only in case."""
    lower_keys: dict[str, str] = {}
    spelling_of: dict[str, str] = {}
    terms: dict[tuple[str, str | None], Term] = {}
    for key, value in pairs:
        lower_key = lower_keys.get(key)
        if lower_key is None:
            lower_key = lower_keys[key] = key.lower()
            if spelling_of.setdefault(lower_key, key) != key:
                raise _casing_error(pairs)
        if len(lower_key) > SURELY_SHORT and _is_long(lower_key):
            continue
        text = value if value is None or type(value) is str else js_text(value)
        if text is not None and len(text) > SURELY_SHORT and _is_long(text):
            text = None
        term = (lower_key, text)
        lower_text = text and text.lower()
        terms.setdefault(term if lower_text == text else (lower_key, lower_text), term)
    return list(terms.values())


def _is_long(text: str) -> bool:
    """Whether it is left out. Long API definitions are not worth lower-casing just to measure them."""
    return len(text) > MAX_LENGTH or js_length(text.lower()) > MAX_LENGTH


def _casing_error(pairs: list[tuple[str, Any]]) -> InputError:
    keys = dict.fromkeys(key for key, _ in pairs)
    unseen = {key.lower() for key in keys}
    repeated = []
    for key in keys:
        if key.lower() in unseen:
            unseen.remove(key.lower())
        else:
            repeated.append(key.lower())
    listed = "', '".join(repeated)
    return InputError(f"Entity has duplicate keys that vary only in casing, '{listed}'")


def encode_terms(terms: list[Term]) -> str:
    """The text that ``FinalEntity.terms`` holds: a JSON object of each key's value, or list of values."""
    grouped: dict[str, Any] = {}
    for key, value in terms:
        if key not in grouped:
            grouped[key] = value
        elif type(grouped[key]) is list:
            grouped[key].append(value)
        else:
            grouped[key] = [grouped[key], value]
    return orjson.dumps(grouped).decode()


def decode_terms(text: str | bytes) -> list[Term]:
    """What ``encode_terms`` wrote, each key's values together."""
    return [
        (key, value)
        for key, values in orjson.loads(text).items()
        for value in (values if type(values) is list else (values,))
    ]
