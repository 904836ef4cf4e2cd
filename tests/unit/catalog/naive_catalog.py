"""A catalog that answers by looking at every entity: slow, obvious, and the judge of the index."""

from __future__ import annotations

from typing import Any

from catalog.queries.predicate import AllOf, AnyOf, HasKey, HasPrefix, HasValue, Not

SKIPPED = {"attachments", "relations", "status", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag"}


_KNOWN: dict[int, tuple[dict[str, Any], list[tuple[str, str | None]]]] = {}


def rows_of(entity: dict[str, Any]) -> list[tuple[str, str | None]]:
    """(key, value) of all that an entity can be found by; both lower-case. Looked at once: entities do not change."""
    if id(entity) not in _KNOWN:
        _KNOWN[id(entity)] = (entity, _look_at(entity))
    return _KNOWN[id(entity)][1]


def _look_at(entity: dict[str, Any]) -> list[tuple[str, str | None]]:
    found: list[tuple[str, Any]] = []

    def visit(path, value):
        if path in SKIPPED:
            return
        if isinstance(value, dict):
            for key, inner in value.items():
                visit(f"{path}.{key}" if path else key, inner)
        elif isinstance(value, list):
            for item in value:
                visit(path, item)
                if isinstance(item, str):
                    found.append((f"{path}.{item}", "true"))
        else:
            found.append((path, value))

    visit("", entity)
    metadata = entity["metadata"]
    found += [("metadata." + key, metadata[key]) for key in ("name", "namespace", "uid")]
    found += [(f"relations.{relation['type']}", relation["targetRef"]) for relation in entity["relations"]]
    return sorted({(key.lower(), lower_text(value)) for key, value in found}, key=str)


def lower_text(value: Any) -> str | None:
    if value is None or len(str(value)) > 200:
        return None
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value).lower()


def values_of(entity: dict[str, Any], key: str) -> list[str]:
    return sorted(value for found, value in rows_of(entity) if found == key and value is not None)


def uid_of(entity: dict[str, Any]) -> str:
    return str(entity["metadata"]["uid"])


def matches(predicate: Any, entity: dict[str, Any]) -> bool:
    match predicate:
        case None:
            return True
        case AllOf(parts):
            return all(matches(part, entity) for part in parts)
        case AnyOf(parts):
            return any(matches(part, entity) for part in parts)
        case Not(part):
            return not matches(part, entity)
        case HasKey(key):
            return any(found == key for found, _ in rows_of(entity))
        case HasValue(key, values):
            return any(value in values for value in values_of(entity, key))
        case HasPrefix(key, prefix):
            return any(value.startswith(prefix) for value in values_of(entity, key))
    raise AssertionError(predicate)


def like(value: str, term: str) -> bool:
    """SQL's ``value LIKE '%term%'``, by trying every way."""

    def fits(rest: str, pattern: str) -> bool:
        if not pattern:
            return not rest
        if pattern[0] == "%":
            return any(fits(rest[skip:], pattern[1:]) for skip in range(len(rest) + 1))
        if pattern[0] == "\\" and len(pattern) > 2:
            return rest[:1] == pattern[1] and fits(rest[1:], pattern[2:])
        return bool(rest) and pattern[0] in ("_", rest[0]) and fits(rest[1:], pattern[1:])

    return fits(value, f"%{term}%")


def sort_rows(entities: list[dict[str, Any]], key: str | None) -> list[tuple[str, str, dict[str, Any]]]:
    """(value, uid, entity) in ascending order; without a key by uid alone."""
    if key is None:
        rows = [(uid_of(entity), uid_of(entity), entity) for entity in entities]
    else:
        rows = [(value, uid_of(entity), entity) for entity in entities for value in values_of(entity, key)]
    return sorted(rows, key=lambda row: row[:2])
