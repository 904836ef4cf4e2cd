"""YAML that says what it says: no tags, no aliases, no depths. Pure."""

from __future__ import annotations

from typing import Any

import yaml

from common.errors import InputError

MOST_CHARACTERS = 1_000_000
MOST_DEPTH = 50


def read_plain_yaml(text: str) -> Any:
    """Raises InputError for what is more than plain data, and YAMLError for what is no YAML."""
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"it is too long: {len(text)} characters, at most {MOST_CHARACTERS} are allowed")
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        _refuse_tricks(event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise InputError(f"line {_line_of(event)}: it is nested too deeply")
    try:
        return yaml.safe_load(text)
    except ValueError as error:
        raise InputError(f"it has a value that is none: {error}") from error


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _refuse_tricks(event: yaml.Event) -> None:
    line = _line_of(event)
    if isinstance(event, yaml.AliasEvent):
        raise InputError(f"line {line}: the alias *{event.anchor} is not allowed, please write out what it stands for")
    tag = getattr(event, "tag", None)
    if tag is not None:
        short = tag.replace("tag:yaml.org,2002:", "!!")
        raise InputError(
            f"line {line}: the YAML tag {short[:100]} is not allowed, please remove that line. TechDocs sets emoji and "
            "the format of code fences by itself"
        )
