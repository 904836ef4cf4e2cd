"""Terms: the searchable (key, value) pairs of an entity, as the reference's search table has them."""

from __future__ import annotations

from typing import Any

Term = tuple[str, str | None]


def build_terms(entity: dict[str, Any]) -> list[Term]:
    """
    Lower-cased key and original value of everything a client may filter by; None for null and for long values.

    Raises InputError if two keys of the entity differ only in case.
    """
    raise NotImplementedError


def encode_terms(terms: list[Term]) -> str:
    """The text that ``FinalEntity.terms`` holds."""
    raise NotImplementedError


def decode_terms(text: str | bytes) -> list[Term]:
    """What ``encode_terms`` wrote, each key's values together."""
    raise NotImplementedError
