"""YAML that an agent wrote."""

from __future__ import annotations

from typing import Any

from catalog.descriptors import DescriptorError, parse_values
from catalog.settings import catalog_settings


def parse_one(text: str) -> Any:
    """The value of the one document in ``text``. Raises DescriptorError, also for more than one."""
    values = parse_values(text.encode(errors="replace"), location="the given text", limits=catalog_settings().limits)
    if len(values) > 1:
        raise DescriptorError(f"YAML error at the given text, it holds {len(values)} documents; send them one by one")
    return values[0] if values else None
