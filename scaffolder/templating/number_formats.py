"""``toFixed``, ``toExponential``, ``toPrecision`` and ``toString(radix)``."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

from scaffolder.templating.numbers import DIGITS, LARGEST_EXACT, Number, number_text, shortest_digits

EXACT = Context(prec=1100, rounding=ROUND_HALF_UP)
LARGEST_FIXED = 1e21


def fixed(value: Number, places: int) -> str:
    """So many digits after the point, the exact value rounded half up."""
    if not math.isfinite(value) or abs(value) >= LARGEST_FIXED:
        return number_text(value)
    rounded = EXACT.quantize(Decimal(abs(value)), Decimal(1).scaleb(-places))
    return ("-" if value < 0 else "") + f"{rounded:f}"


def exponential(value: Number, places: int | None) -> str:
    """One digit before the point and so many after it; as many as needed for None."""
    if not math.isfinite(value):
        return number_text(value)
    if value == 0:
        digits, exponent = "0" * (1 + (places or 0)), 0
    elif places is None:
        digits, point = shortest_digits(float(abs(value)))
        exponent = point - 1
    else:
        digits, exponent = rounded_digits(value, places + 1)
    return sign(value) + scientific(digits, exponent)


def precise(value: Number, count: int | None) -> str:
    """So many digits in all, with an exponent if the point would be far from them."""
    if count is None or not math.isfinite(value):
        return number_text(value)
    digits, exponent = ("0" * count, 0) if value == 0 else rounded_digits(value, count)
    if exponent < -6 or exponent >= count:
        return sign(value) + scientific(digits, exponent)
    if exponent == count - 1:
        return sign(value) + digits
    if exponent >= 0:
        return f"{sign(value)}{digits[: exponent + 1]}.{digits[exponent + 1 :]}"
    return f"{sign(value)}0.{'0' * -(exponent + 1)}{digits}"


def sign(value: Number) -> str:
    return "-" if value < 0 else ""


def scientific(digits: str, exponent: int) -> str:
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{exponent:+d}"


def rounded_digits(value: Number, count: int) -> tuple[str, int]:
    """The first digits of the exact value, rounded half up, and the exponent of the first."""
    rounded = Context(prec=count, rounding=ROUND_HALF_UP).create_decimal(Decimal(abs(value)))
    text = "".join(map(str, rounded.as_tuple().digits))
    return text.ljust(count, "0"), rounded.adjusted()


def in_radix(value: Number, radix: int) -> str:
    """The number in another base, with no more digits of a fraction than tell it from its neighbours."""
    if radix == 10 or not math.isfinite(value):
        return number_text(value)
    size = float(abs(value))
    whole = float(math.floor(size))
    digits, carried = fraction_digits(size - whole, size, radix)
    text = whole_digits(whole + carried, radix)
    return sign(value) + text + (f".{digits}" if digits else "")


def fraction_digits(fraction: float, size: float, radix: int) -> tuple[str, bool]:
    """The digits of a fraction, and whether rounding them made one more of the whole."""
    delta = max(0.5 * (math.nextafter(size, math.inf) - size), math.ulp(0.0))
    digits: list[int] = []
    while fraction >= delta:
        fraction *= radix
        delta *= radix
        digit = int(fraction)
        digits.append(digit)
        fraction -= digit
        if (fraction > 0.5 or (fraction == 0.5 and digit & 1)) and fraction + delta > 1:
            return round_up(digits, radix)
    return "".join(DIGITS[digit] for digit in digits), False


def round_up(digits: list[int], radix: int) -> tuple[str, bool]:
    while digits and digits[-1] + 1 == radix:
        digits.pop()
    if not digits:
        return "", True
    digits[-1] += 1
    return "".join(DIGITS[digit] for digit in digits), False


def whole_digits(whole: float, radix: int) -> str:
    """Digits of a whole number; beyond what a double holds exactly they are zeros, as in JavaScript."""
    digits: list[str] = []
    while whole / radix >= LARGEST_EXACT:
        whole /= radix
        digits.append("0")
    while True:
        remainder = math.fmod(whole, radix)
        digits.append(DIGITS[int(remainder)])
        whole = (whole - remainder) / radix
        if whole <= 0:
            return "".join(reversed(digits))
