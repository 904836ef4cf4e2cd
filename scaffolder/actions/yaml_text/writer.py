"""Lists and mappings, and the document around them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scaffolder.actions.yaml_text.options import YamlOptions
from scaffolder.actions.yaml_text.place import Place
from scaffolder.actions.yaml_text.scalars import scalar
from scaffolder.templating.utf16 import from_units, to_units

# A key that is longer stands behind a question mark.
LONGEST_KEY = 1024


def yaml_text(value: Any, options: YamlOptions | None = None) -> str:
    """One document of a JSON value, which ends with a line break."""
    options = options or YamlOptions()
    body = _node(value, Place(options, is_flow=options.is_flow))
    if options.directives is True:
        body = f"--- {body}" if body[:1] in ("|", ">") else f"---\n{body}"
    return from_units(body) + "\n"


def _node(value: Any, place: Place) -> str:
    if isinstance(value, dict):
        return _collection([_Pair(key, item) for key, item in value.items()], "{}", place)
    if isinstance(value, list):
        return _collection(value, "[]", place)
    return scalar(to_units(value) if isinstance(value, str) else value, place)


class _Pair:
    __slots__ = ("key", "value")

    def __init__(self, key: str, value: Any) -> None:
        self.key = to_units(key)
        self.value = value


def _collection(items: list[Any], brackets: str, place: Place) -> str:
    if not items:
        return brackets
    # The dash and the space behind it are two columns, however wide the indent is.
    inner = place.indent + ("  " if brackets == "[]" else "")
    if place.is_flow:
        return _flow(items, brackets, place, inner + place.step)
    prefix = "- " if brackets == "[]" else ""
    lines = [prefix + _item(item, place.at(inner)) for item in items]
    return f"\n{place.indent}".join(lines)


def _flow(items: list[Any], brackets: str, place: Place, inner: str) -> str:
    last = len(items) - 1
    texts = [_item(item, place.at(inner)) + ("," if number < last else "") for number, item in enumerate(items)]
    width = place.options.line_width
    is_long = width > 0 and sum(len(text) + 2 for text in texts) + 2 > width
    if is_long or any("\n" in text for text in texts):
        lines = "".join(f"\n{place.step}{place.indent}{text}" for text in texts)
        return f"{brackets[0]}{lines}\n{place.indent}{brackets[1]}"
    padding = " " if place.options.flow_collection_padding else ""
    return f"{brackets[0]}{padding}{' '.join(texts)}{padding}{brackets[1]}"


def _item(item: Any, place: Place) -> str:
    return _pair(item, place) if isinstance(item, _Pair) else _node(item, place)


def _pair(pair: _Pair, place: Place) -> str:
    inner = place.at(place.indent + place.step)
    key = scalar(pair.key, replace(inner, is_key=True))
    is_explicit = not place.options.simple_keys and not place.is_flow and len(key) > LONGEST_KEY
    before = f"? {key}\n{place.indent}:" if is_explicit else f"{key}:"
    if not isinstance(pair.value, dict | list):
        value = _node(pair.value, inner if is_explicit else replace(inner, start=len(before) + 1))
        return before + value if value == "" or value[0] == "\n" else f"{before} {value}"
    if isinstance(pair.value, list) and _hangs_dashes(place, is_explicit):
        inner = inner.at(inner.indent[2:])
    value = _node(pair.value, inner)
    is_flow = not pair.value if place.is_flow is None else place.is_flow
    is_below = not is_explicit and ("\n" in value or not is_flow)
    return f"{before}\n{inner.indent}{value}" if is_below else f"{before} {value}"


def _hangs_dashes(place: Place, is_explicit: bool) -> bool:
    """Whether the dashes of a list stand below the key that it belongs to."""
    return not place.options.indent_seq and place.options.indent >= 2 and not place.is_flow and not is_explicit
