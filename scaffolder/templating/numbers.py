"""Numbers as JavaScript has them: doubles, read and written by its rules."""

from __future__ import annotations

import math
import re
from typing import Final

from scaffolder.templating.values import WHITESPACE

Number = int | float
LARGEST_EXACT: Final = 2**53
NAN: Final = math.nan
INFINITY: Final = math.inf

DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)", re.ASCII)
RADIX = re.compile(r"0(?:[xX](?P<hex>[0-9a-fA-F]+)|[oO](?P<oct>[0-7]+)|[bB](?P<bin>[01]+))", re.ASCII)
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
# More digits than any double can tell apart; int() of much more is refused or slow.
MOST_DIGITS = 2_000


def number(value: Number) -> Number:
    """The one form of this number: int where that is exact, else float."""
    if isinstance(value, int):
        return value if -LARGEST_EXACT <= value <= LARGEST_EXACT else to_double(value)
    if value.is_integer() and -LARGEST_EXACT <= value <= LARGEST_EXACT and (value != 0 or math.copysign(1, value) > 0):
        return int(value)
    return value


def to_double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(INFINITY, value)


def number_text(value: Number) -> str:
    """``String(value)``."""
    if isinstance(value, int):
        return str(value)
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    return ("-" if value < 0 else "") + digits_text(*shortest_digits(abs(value)))


def shortest_digits(value: float) -> tuple[str, int]:
    """The fewest digits that give this positive double, and where the point stands after the first of them."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = int(exponent or 0) + (len(whole) if whole != "0" else len(digits) - len(fraction))
    return digits.rstrip("0"), point


def digits_text(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def text_number(text: str) -> Number:
    """``Number(text)``."""
    trimmed = text.strip(WHITESPACE)
    if trimmed == "":
        return 0
    if DECIMAL.fullmatch(trimmed):
        return decimal_number(trimmed)
    match = RADIX.fullmatch(trimmed)
    if match is None or match.lastgroup is None:
        return NAN
    return radix_number(match[match.lastgroup], {"hex": 16, "oct": 8, "bin": 2}[match.lastgroup])


def decimal_number(text: str) -> Number:
    if text.isdigit() and len(text) < 16:
        return int(text)
    return number(float(text.replace("Infinity", "inf")))


def radix_number(digits: str, base: int) -> Number:
    digits = digits.lstrip("0") or "0"
    if len(digits) > MOST_DIGITS:
        return INFINITY
    return number(int(digits, base))


def parse_float(text: str) -> Number:
    """``parseFloat(text)``: the number that the text begins with, or NaN."""
    match = DECIMAL.match(text.lstrip(WHITESPACE))
    return decimal_number(match.group()) if match else NAN


def parse_int(text: str, base: Number) -> Number:
    """``parseInt(text, base)``: the whole number that the text begins with, or NaN."""
    text = text.lstrip(WHITESPACE)
    sign = -1 if text.startswith("-") else 1
    text = text[1:] if text[:1] in ("+", "-") else text
    radix = to_int32(base)
    if radix in (0, 16) and text[:2] in ("0x", "0X"):
        text, radix = text[2:], 16
    radix = radix or 10
    if not 2 <= radix <= 36:
        return NAN
    allowed = DIGITS[:radix]
    count = next((i for i, c in enumerate(text) if c.lower() not in allowed or not c.isascii()), len(text))
    if count == 0:
        return NAN
    value = radix_number(text[:count], radix)
    return number(-float(value)) if sign < 0 and value == 0 else sign * value


def to_int32(value: Number) -> int:
    if isinstance(value, float) and not math.isfinite(value):
        return 0
    return (int(value) + 2**31) % 2**32 - 2**31


def to_uint32(value: Number) -> int:
    return to_int32(value) % 2**32


def to_integer(value: Number) -> Number:
    """The number without its fraction; NaN is 0, infinities stay."""
    if isinstance(value, int):
        return value
    if value != value:
        return 0
    return value if math.isinf(value) else number(float(math.trunc(value))) + 0


def divide(left: Number, right: Number) -> Number:
    if right != 0:
        return number(float(left) / float(right))
    if left == 0 or left != left:
        return NAN
    return math.copysign(INFINITY, left) * math.copysign(1.0, right)


def modulo(left: Number, right: Number) -> Number:
    """``%``, which takes the sign of what is divided."""
    if isinstance(left, int) and isinstance(right, int) and left >= 0 and right > 0:
        return left % right
    if right == 0 or left != left or right != right or math.isinf(left):
        return NAN
    return number(math.fmod(left, right))


def power(left: Number, right: Number) -> Number:
    if right != right or (abs(left) == 1 and math.isinf(right)):
        return NAN
    try:
        return number(math.pow(left, right))
    except OverflowError:
        return -INFINITY if left < 0 and math.fmod(right, 2) != 0 else INFINITY
    except ValueError:
        return power_of_zero(left, right) if left == 0 else NAN


def power_of_zero(left: Number, right: Number) -> Number:
    """Zero to a negative power: infinite, and negative only for an odd power of minus zero."""
    return math.copysign(INFINITY, left) if math.fmod(right, 2) != 0 else INFINITY


def floor(value: Number) -> Number:
    return value if isinstance(value, int) or not math.isfinite(value) else keep_sign(float(math.floor(value)), value)


def ceil(value: Number) -> Number:
    return value if isinstance(value, int) or not math.isfinite(value) else keep_sign(float(math.ceil(value)), value)


def round_half_up(value: Number) -> Number:
    """``Math.round``."""
    if isinstance(value, int) or not math.isfinite(value):
        return value
    up = float(math.ceil(value))
    return keep_sign(up - 1 if up - 0.5 > value else up, value)


def keep_sign(result: float, origin: float) -> Number:
    return number(math.copysign(result, origin) if result == 0 else result)
