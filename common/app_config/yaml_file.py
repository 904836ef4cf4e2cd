"""
YAML 1.2 (core schema) for files that the operator wrote, with the line of every fault.

Descriptors take another way (they are hostile, and many). Here PyYAML is told what Backstage's parser
knows: ``yes`` and ``2020-01-01`` are texts, ``012`` is twelve, ``<<`` is no merge, keys are texts and unique.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from common.app_config.error import ConfigError

NULL, BOOL, INT, FLOAT = (f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))
STR, SEQ, MAP = (f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))


class _CoreLoader(yaml.CSafeLoader):
    """Knows nothing but what is given to it below."""


_CoreLoader.yaml_implicit_resolvers = {}
_CoreLoader.yaml_constructors = {}


def _construct_int(_: _CoreLoader, node: yaml.ScalarNode) -> int:
    text = node.value
    if text[:2] in ("0o", "0x"):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return int(text)


def _construct_float(_: _CoreLoader, node: yaml.ScalarNode) -> float:
    number = float(node.value.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return int(number) if math.isfinite(number) and number.is_integer() else number


def _construct_mapping(loader: _CoreLoader, node: yaml.MappingNode) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _key_text(loader.construct_object(key_node, deep=True), key_node)
        if key in mapping:
            raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' is there twice", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


def _key_text(key: Any, node: yaml.Node) -> str:
    if isinstance(key, dict | list):
        raise yaml.constructor.ConstructorError(None, None, "a key must be a text", node.start_mark)
    if isinstance(key, bool):
        return "true" if key else "false"
    return "" if key is None else str(key)


def _construct_unknown(_: _CoreLoader, node: yaml.Node) -> Any:
    raise yaml.constructor.ConstructorError(None, None, f"the tag '{node.tag}' is unknown", node.start_mark)


def _construct_scalar(loader: _CoreLoader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


def _construct_sequence(loader: _CoreLoader, node: yaml.SequenceNode) -> list[Any]:
    return loader.construct_sequence(node, deep=True)


RESOLVERS: tuple[tuple[str, str, list[str]], ...] = (  # tag, what it looks like, its first characters
    (NULL, r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    (BOOL, r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    (INT, r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (FLOAT, r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
    (FLOAT, r"[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN", list("-+.")),
)
CONSTRUCTORS: dict[str | None, Any] = {
    NULL: lambda loader, node: None,
    BOOL: lambda loader, node: node.value.lower() == "true",
    INT: _construct_int,
    FLOAT: _construct_float,
    STR: _construct_scalar,
    SEQ: _construct_sequence,
    MAP: _construct_mapping,
    None: _construct_unknown,
}
for _tag, _pattern, _first in RESOLVERS:
    _CoreLoader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), _first)
for _name, _constructor in CONSTRUCTORS.items():
    _CoreLoader.add_constructor(_name, _constructor)


def parse_yaml(text: str, *, file: str) -> Any:
    """The one document of a text. Raises ConfigError with the line."""
    try:
        return yaml.load(text, _CoreLoader)  # noqa: S506  a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ConfigError(f"{file}: {where}not valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{file}: not valid YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise ConfigError(f"{file}: not valid YAML: too many levels") from None
