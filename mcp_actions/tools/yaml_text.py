"""YAML that an agent wrote."""

from __future__ import annotations

from typing import Any

from catalog.descriptors import DescriptorError, parse_values
from catalog.settings import catalog_settings
from common.errors import InputError

LOCATION = "the given text"


class YamlError(InputError):
    """The text is no YAML."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"YAML parsing error: {fault}")


def parse_one(text: str) -> Any:
    """The value of the one document in ``text``. Raises YamlError, also for more than one."""
    try:
        values = parse_values(text.encode(), location=LOCATION, limits=catalog_settings().limits)
    except DescriptorError as error:
        raise YamlError(
            str(error).removeprefix(f"YAML error at {LOCATION}, ").removeprefix("YAMLParseError: ")
        ) from error
    if len(values) > 1:
        raise YamlError(f"{LOCATION} holds {len(values)} documents; send them one by one")
    return values[0] if values else None
