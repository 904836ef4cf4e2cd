"""Keywords that bound a number, a length or a count."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from scaffolder.templates.json_schema.checker import Checker, Keyword, Schema
from scaffolder.templates.json_schema.comparing import is_number
from scaffolder.templates.json_schema.texts import quoted, text_of
from scaffolder.templates.json_schema.violation import Place, SchemaDefectError, Violation
from scaffolder.templating.coercion import to_number
from scaffolder.templating.numbers import number_text


def _minimum(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    limit, is_strict = schema["minimum"], schema.get("exclusiveMinimum") is True
    if not _is_finite(value):
        return
    bound = to_number(limit, checker.budget)
    if not (value > bound if is_strict else value >= bound):
        words = "must be greater than " if is_strict else "must be greater than or equal to "
        yield checker.report("minimum", words + text_of(limit), value, schema, place, limit)


def _maximum(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    limit, is_strict = schema["maximum"], schema.get("exclusiveMaximum") is True
    if not _is_finite(value):
        return
    bound = to_number(limit, checker.budget)
    if not (value < bound if is_strict else value <= bound):
        words = "must be less than " if is_strict else "must be less than or equal to "
        yield checker.report("maximum", words + text_of(limit), value, schema, place, limit)


def _exclusive(
    name: str, words: str, checker: Checker, value: Any, schema: Schema, place: Place
) -> Iterator[Violation]:
    limit = schema[name]
    # The older form, true or false, belongs to the keyword beside it.
    if isinstance(limit, bool) or not _is_finite(value):
        return
    bound = to_number(limit, checker.budget)
    if not (value > bound if name == "exclusiveMinimum" else value < bound):
        yield checker.report(name, f"must be strictly {words} than {text_of(limit)}", value, schema, place, limit)


def _multiple(name: str, words: str, checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    divisor = schema[name]
    if not _is_finite(value):
        return
    number = float(to_number(divisor, checker.budget))
    if number == 0:
        raise SchemaDefectError(f"{name} cannot be zero")
    if not _is_multiple(value, number):
        shown = quoted(divisor) if isinstance(divisor, str) else text_of(divisor)
        yield checker.report(name, words + shown, value, schema, place, divisor)


def _is_multiple(value: float, divisor: float) -> bool:
    """Both as whole numbers of the finer one's last decimal place, since doubles cannot tell tenths."""
    places = max(_decimal_places(value), _decimal_places(divisor))
    factor = 10.0**places if places <= 308 else math.inf
    dividend, divisor = _rounded(value * factor), _rounded(divisor * factor)
    if not math.isfinite(dividend) or math.isnan(divisor) or divisor == 0:
        return False
    return math.fmod(dividend, divisor) == 0


def _decimal_places(number: float) -> int:
    if not math.isfinite(number):
        return 0
    digits, _, exponent = number_text(number).partition("e")
    fraction = digits.partition(".")[2]
    if not exponent:
        return len(fraction)
    return int(exponent[1:]) + len(fraction) if exponent[0] == "-" else 0


def _rounded(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


def _size(
    name: str,
    words: str,
    kind: type[str] | type[list[Any]] | type[dict[str, Any]],
    checker: Checker,
    value: Any,
    schema: Schema,
    place: Place,
) -> Iterator[Violation]:
    if not isinstance(value, kind):
        return
    limit = schema[name]
    bound = to_number(limit, checker.budget)
    if not (len(value) >= bound if name.startswith("min") else len(value) <= bound):
        yield checker.report(name, words + text_of(limit), value, schema, place, limit)


def _is_finite(value: Any) -> bool:
    return is_number(value) and math.isfinite(value)


KEYWORDS: Mapping[str, Keyword] = {
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": partial(_exclusive, "exclusiveMinimum", "greater"),
    "exclusiveMaximum": partial(_exclusive, "exclusiveMaximum", "less"),
    "multipleOf": partial(_multiple, "multipleOf", "is not a multiple of (divisible by) "),
    "divisibleBy": partial(_multiple, "divisibleBy", "is not divisible by (multiple of) "),
    "minLength": partial(_size, "minLength", "does not meet minimum length of ", str),
    "maxLength": partial(_size, "maxLength", "does not meet maximum length of ", str),
    "minItems": partial(_size, "minItems", "does not meet minimum length of ", list),
    "maxItems": partial(_size, "maxItems", "does not meet maximum length of ", list),
    "minProperties": partial(_size, "minProperties", "does not meet minimum property length of ", dict),
    "maxProperties": partial(_size, "maxProperties", "does not meet maximum property length of ", dict),
}
