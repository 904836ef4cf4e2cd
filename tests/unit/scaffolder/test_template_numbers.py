"""Numbers read and written as JavaScript does; the expected values are its own."""

import math

import pytest

from scaffolder.templating.number_formats import exponential, fixed, in_radix, precise
from scaffolder.templating.numbers import (
    modulo,
    number,
    number_text,
    parse_float,
    parse_int,
    power,
    round_half_up,
    text_number,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (-1e-6, "-0.000001"),
        (1e-7, "1e-7"),
        (123e-20, "1.23e-18"),
        (1e20, "100000000000000000000"),
        (1.5e21, "1.5e+21"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (2.0**53 + 2, "9007199254740994"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
    ],
)
def test_writes(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 0),
        (" 12 ", 12),
        ("+5", 5),
        ("1.", 1),
        (".5", 0.5),
        ("1e3", 1000),
        ("0x1F", 31),
        ("0b101", 5),
        ("-Infinity", -math.inf),
        ("\ufeff7\u00a0", 7),
        ("9" * 400, math.inf),
        ("0x" + "f" * 5000, math.inf),
    ],
)
def test_reads(text, value):
    assert text_number(text) == value


@pytest.mark.parametrize("text", ["x", "1_0", "1,5", "0x", "inf", "nan", "-0x10", "٣", "1e", "--1", "\x1c7"])
def test_reads_no_number(text):
    assert math.isnan(text_number(text))


@pytest.mark.parametrize(
    ("text", "base", "value"),
    [
        ("12px", 10, 12),
        ("0x1f", 10, 0),
        ("0x1f", 16, 31),
        ("0x1f", 0, 31),
        ("101", 2, 5),
        ("zz", 36, 1295),
        (" -7.9", 10, -7),
    ],
)
def test_parse_int(text, base, value):
    assert parse_int(text, base) == value


def test_parse_float_takes_what_the_text_begins_with():
    assert [parse_float("3.5em"), parse_float(" .5e1x"), parse_float("-Infinity!")] == [3.5, 5, -math.inf]
    assert math.isnan(parse_float("em"))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1.005, 2, "1.00"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (0.000001, 7, "0.0000010"),
        (1e21, 2, "1e+21"),
        (-1e-9, 2, "-0.00"),
    ],
)
def test_to_fixed(value, places, text):
    assert fixed(value, places) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (precise(123.456, 4), "123.5"),
        (precise(0.00001, 1), "0.00001"),
        (precise(1e-7, 2), "1.0e-7"),
        (precise(123456, 2), "1.2e+5"),
        (precise(0, 3), "0.00"),
        (exponential(12345, 2), "1.23e+4"),
        (exponential(0.00015, None), "1.5e-4"),
        (exponential(0, 2), "0.00e+0"),
        (in_radix(255, 16), "ff"),
        (in_radix(-0.5, 2), "-0.1"),
        (in_radix(0.1, 3), "0.0022002200220022002200220022002201"),
        (in_radix(1e21, 36), "5v1j4f4ds7c000"),
    ],
)
def test_other_forms(text, expected):
    assert text == expected


def test_whole_numbers_are_int_as_long_as_they_are_exact():
    assert [type(number(value)) for value in (4.0, 2.0**53, 2.0**53 + 2, -0.0, 0.5)] == [int, int, float, float, float]


def test_arithmetic_that_python_refuses():
    assert [power(0, -1), power(10, 400), power(-10, 401), modulo(-1, 3), modulo(5.5, 2)] == [
        math.inf,
        math.inf,
        -math.inf,
        -1,
        1.5,
    ]
    assert all(math.isnan(value) for value in (power(-8, 1 / 3), power(1, math.inf), modulo(1, 0), modulo(math.inf, 2)))


def test_halves_are_rounded_up():
    assert [round_half_up(value) for value in (2.5, -2.5, -0.5, 0.49999999999999994)] == [3, -2, 0, 0]
