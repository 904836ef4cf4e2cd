"""``$text``, ``$json`` and ``$yaml``: the contents of another file of the same source, put in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from catalog.descriptors import parse_values
from catalog.entity_ref import ANNOTATION_ORIGIN_LOCATION, LocationRef
from catalog.ingestion.sources import Sources, read_file
from common.errors import CallboardError, InputError
from common.hashing import content_hash
from integrations.registry import same_repository

MAX_PLACEHOLDERS = 100

# What was read, by location: {"etag", "hash"}, so that the next time an unchanged file costs one conditional read.
Reads = dict[str, dict[str, str | None]]


def may_hold_placeholders(text: bytes) -> bool:
    """Whether an entity's JSON could hold one. Cheap, and never wrong when it says no."""
    return b'"$' in text


def resolve_placeholders(
    entity: dict[str, Any], location: LocationRef, sources: Sources
) -> tuple[dict[str, Any], Reads]:
    """
    A copy with every ``{$text: target}`` replaced by what the target holds; other ``$`` keys stay as they are.

    Raises InputError naming the placeholder, its target and what went wrong.
    """
    resolver = _Resolver(
        location, LocationRef.parse(entity["metadata"]["annotations"][ANNOTATION_ORIGIN_LOCATION]), sources
    )
    resolved = resolver.resolve(entity)
    return resolved, resolver.reads


def reads_are_unchanged(reads: Reads, origin: LocationRef, sources: Sources) -> bool:
    """Whether everything that was read last time still holds the same. Costs one conditional read for each."""
    for text, known in reads.items():
        location = LocationRef.parse(text)
        try:
            data = _read(location, origin, sources, etag=known["etag"])
        except CallboardError as error:
            if error.name != "NotModifiedError":
                return False
            continue
        if content_hash(data[0]) != known["hash"]:
            return False
    return True


class _Resolver:
    def __init__(self, location: LocationRef, origin: LocationRef, sources: Sources) -> None:
        self.location, self.origin, self.sources = location, origin, sources
        self.reads: Reads = {}
        self.count = 0

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((key, target),) = value.items()
            if key in PARSERS:
                return self._replace(key, target)
        if any(key.startswith("$") for key in value):
            return value
        return {key: self.resolve(item) for key, item in value.items()}

    def _replace(self, key: str, target: Any) -> Any:
        self.count += 1
        if self.count > MAX_PLACEHOLDERS:
            raise _fault(f"Placeholder {key} is one of more than {MAX_PLACEHOLDERS} in this entity, which is the limit")
        if not isinstance(target, str):
            raise _fault(
                f"Placeholder {key} expected a string value parameter, in the form of an absolute URL or a relative path"
            )
        found = self._find(key, target)
        try:
            data, etag = _read(found, self.origin, self.sources)
        except CallboardError as error:
            raise _fault(f"Placeholder {key} could not read location {target}, {error.name}: {error}") from error
        self.reads[str(found)] = {"etag": etag, "hash": content_hash(data)}
        return PARSERS[key](key, target, data, self.sources)

    def _find(self, key: str, target: str) -> LocationRef:
        if self.location.type == "file":
            return self.sources.resolve(target if target.startswith((".", "/")) else f"./{target}", self.location)
        prefix = f"Placeholder {key} could not form a URL out of {self.location.target} and {target}"
        try:
            url = self.sources.integrations.resolve_url(url=target, base=self.location.target)
        except CallboardError as error:
            raise _fault(f"{prefix}, {error.name}: {error}") from error
        if not same_repository(url, self.location.target):
            raise _fault(
                f"{prefix}, Error: Placeholder may only reference files from the same repository as the entity"
            )
        return LocationRef("url", url)


def _read(
    location: LocationRef, origin: LocationRef, sources: Sources, *, etag: str | None = None
) -> tuple[bytes, str | None]:
    if location.type == "file":
        return read_file(location.target, origin, sources.limits), None
    result = sources.read_one(location.target, origin=origin, etag=etag)
    return result.data, result.etag


def _text(key: str, target: str, data: bytes, sources: Sources) -> str:
    return data.decode("utf-8", "replace")


def _json(key: str, target: str, data: bytes, sources: Sources) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _fault(f"Placeholder {key} failed to parse JSON data at {target}, SyntaxError: {error}") from None


def _yaml(key: str, target: str, data: bytes, sources: Sources) -> Any:
    try:
        values = parse_values(data, location=target, limits=sources.limits)
    except CallboardError as error:
        raise _fault(f"Placeholder {key} found an error in the data at {target}, {error}") from None
    if len(values) != 1:
        raise _fault(
            f"Placeholder {key} expected to find exactly one document of data at {target}, found {len(values)}"
        )
    return values[0]


PARSERS: dict[str, Callable[[str, str, bytes, Sources], Any]] = {"$text": _text, "$json": _json, "$yaml": _yaml}


def _fault(message: str) -> InputError:
    return InputError(f"Processor PlaceholderProcessor threw an error while preprocessing; caused by Error: {message}")
