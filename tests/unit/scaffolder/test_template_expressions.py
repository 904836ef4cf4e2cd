"""JavaScript's ways with values, where they differ from Python's."""

import math

import pytest

from scaffolder.templating.render import render_value
from scaffolder.templating.values import UNDEFINED

VALUES = {"s": "my-service", "n": 3, "list": ["b", "a"], "record": {"k": "v", "dash-key": 1}, "nil": None}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + '1'", "11"),
        ("'3' * '4'", 12),
        ("1 + true", 2),
        ("1 + nil", 1),
        ("'a' + missing", "aundefined"),
        ("[1, 2] + 3", "1,23"),
        ("record + ''", "[object Object]"),
        ("'a' ~ nil ~ 1.0", "anull1"),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7 % 3", -1),
        ("7 / 2", 3.5),
        ("1 / 0", math.inf),
        ("8 / 7 // 2", 8 / 3),
        ("2 ** 3 ** 2", 64),
        ("0.1 + 0.2", 0.30000000000000004),
        ("n == '3'", True),
        ("n === '3'", False),
        ("nil == missing", True),
        ("nil === missing", False),
        ("[] == ''", True),
        ("[1] === [1]", False),
        ("'10' < '9'", True),
        ("'10' < 9", False),
        ("1 < 2 < 3", True),
        ("3 > 2 > 1", False),
        ("not n == 3", False),
        ("not (n == 4)", True),
        ("nil or 'x'", "x"),
        ("'' and 'x'", ""),
        ("[] and 'lists are true'", "lists are true"),
        ("'yes' if [] else 'no'", "yes"),
        ("'yes' if false", ""),
        ("'a' in list", True),
        ("'serv' in s", True),
        ("'k' in record", True),
        ("'z' not in list", True),
        ("s.length", 10),
        ("list.length", 2),
        ("record.length", UNDEFINED),
        ("s[0] ~ s['length']", "m10"),
        ("list[5]", UNDEFINED),
        ("list[-1]", UNDEFINED),
        ("list[-1:]", ["a"]),
        ("s[::-1] | join", "ecivres-ym"),
        ("record['dash-key']", 1),
        ("(1, 2, 3)", 3),
        ("{ b: 1, 'a': 2, '1': 3 }", {"1": 3, "b": 1, "a": 2}),
        ("nil is none", True),
        ("missing is defined", False),
        ("n is odd", True),
        ("n is divisibleby(3)", True),
        ("s is not number", True),
        ("s.__class__", UNDEFINED),
        ("1000000000000000000000", 1e21),
        ("(1000000000000000000000) ~ ''", "1e+21"),
        ("0.0000001 ~ ''", "1e-7"),
        ("123456789.125 ~ ''", "123456789.125"),
        ("'line\\nbreak'", "line\nbreak"),
        ("'\\d'", "d"),
        ("r/^my-/.test(s)", True),
        ("s.replace(r/[aeiou]/g, '<$&>')", "my-s<e>rv<i>c<e>"),
        ("s.split('-')[1].toUpperCase()", "SERVICE"),
        ("record.1st", UNDEFINED),
    ],
)
def test_evaluates(expression, expected):
    value = render_value(f"${{{{ {expression} }}}}", VALUES)

    assert value == expected
    assert type(value) is type(expected)


def test_what_is_not_a_number_is_nan():
    assert math.isnan(render_value("${{ 'x' * 1 }}", {}))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("${{ emoji.length }}", 4),
        ("${{ emoji | length }}", 4),
        ("${{ emoji.indexOf('b') }}", 3),
        ("${{ emoji.slice(0, 3) }}", "a😀"),
        ("${{ emoji | upper }}", "A😀B"),
        ("${{ emoji | urlencode }}", "a%F0%9F%98%80b"),
        ("${{ emoji | dump }}", '"a😀b"'),
        ("${{ emoji.replace('😀', '-') }}", "a-b"),
        ("${{ emoji.charCodeAt(1) }}", 0xD83D),
        ("${{ emoji[1] ~ emoji[2] }}", "😀"),
        ("${{ emoji[1] }}", "\ufffd"),
        ("${{ 'straße' | upper }}", "STRASSE"),
    ],
)
def test_counts_texts_in_utf_16(template, expected):
    assert render_value(template, {"emoji": "a😀b"}) == expected
