"""Texts, numbers, booleans and null."""

from __future__ import annotations

import math
import re

from scaffolder.actions.yaml_text.blocks import block
from scaffolder.actions.yaml_text.folding import PLAIN, fold
from scaffolder.actions.yaml_text.place import Place
from scaffolder.actions.yaml_text.quotes import double_quoted, has_marker, quoted, single_quoted
from scaffolder.templating.numbers import number_text

_NEEDS_ESCAPES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]"
)
_NOT_PLAIN = re.compile(
    r"""\A[\n\t ,[\]{}#&*!|>'"%@`]|\A[?-]\Z|\A[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]\#|[\n\t :]\Z""",
    re.VERBOSE,
)
_FLOW_INDICATOR = re.compile(r"[\[\]{},]")
# Plain, these would be read as null, a boolean or a number.
_OTHER_VALUE = re.compile(
    r"""
    (?: ~ | [Nn]ull | NULL )? | [Tt]rue | TRUE | [Ff]alse | FALSE
    | 0o[0-7]+ | [-+]?[0-9]+ | 0x[0-9a-fA-F]+
    | [-+]?\.(?:inf|Inf|INF) | \.nan | \.NaN | \.NAN
    | [-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+
    | [-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)
    """,
    re.VERBOSE,
)


def scalar(value: str | int | float | bool | None, place: Place) -> str:
    """``value``: a text in UTF-16 units, as the engine of templates has them."""
    if isinstance(value, str):
        return text(value, place)
    if value is None:
        return place.options.null_str
    if isinstance(value, bool):
        return place.options.true_str if value else place.options.false_str
    return number(value)


def number(value: int | float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    if value == 0 and math.copysign(1, value) < 0:
        return "-0"
    return number_text(value)


def text(value: str, place: Place) -> str:
    if _NEEDS_ESCAPES.search(value):
        return double_quoted(value, place)
    options = place.options
    type_ = (place.is_key and options.default_key_type) or options.default_string_type
    if type_ == "QUOTE_DOUBLE":
        return double_quoted(value, place)
    if type_ == "QUOTE_SINGLE":
        return single_quoted(value, place)
    if type_ == "PLAIN":
        return plain(value, place)
    return quoted(value, place) if place.is_key or place.is_flow else block(value, place)


def plain(value: str, place: Place) -> str:
    """Without quotes if it is read back as the same text."""
    is_inline = place.is_key or place.is_flow
    if (place.is_key and "\n" in value) or (place.is_flow and _FLOW_INDICATOR.search(value)):
        return quoted(value, place)
    if _NOT_PLAIN.search(value):
        return quoted(value, place) if is_inline or "\n" not in value else block(value, place)
    if not is_inline and "\n" in value:
        return block(value, place)
    if has_marker(value):
        if not place.indent:
            return block(value, place, needs_indent=True)
        if place.is_key and place.indent == place.step:
            return quoted(value, place)
    written = re.sub(r"\n+", lambda match: f"{match.group()}\n{place.indent}", value)
    if _OTHER_VALUE.fullmatch(written):
        return quoted(value, place)
    return written if place.is_key else fold(written, place.fold(place.indent, place.start), PLAIN).text
