"""Regular expressions: read by JavaScript's grammar, run on RE2 or, where that has no words, on a bounded engine."""

import pytest

from scaffolder.templating import js_regex
from scaffolder.templating.errors import Fault, LimitFault
from scaffolder.templating.js_regex import Re2Subject, compiled, split, without
from scaffolder.templating.limits import Budget, Limits
from scaffolder.templating.render import render
from scaffolder.templating.utf16 import to_units


def budget(**limits):
    return Budget(Limits(**limits))


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "expected"),
    [
        ("a", "", "banana", "b-nana"),
        ("a", "g", "banana", "b-n-n-"),
        ("A", "gi", "banana", "b-n-n-"),
        ("^", "gm", "a\nb\rc", "-a\n-b\r-c"),
        ("$", "g", "ab", "ab-"),
        ("x*", "g", "axb", "-a--b-"),
        (".", "g", "a\n\r\u2028", "-\n\r\u2028"),
        (r"\s", "g", "a\u00a0\ufeff\u200bb", "a--\u200bb"),
        (r"\w", "g", "aé_", "-é-"),
        (r"[^a-c\d]", "g", "a1z.", "a1--"),
        ("[]", "g", "ab", "ab"),
        ("[^]", "g", "a\n", "--"),
        (r"\u0041\x42\103", "g", "ABC", "-"),
        (r"a{,2}", "g", "a{,2}", "-"),
        (r"(?<n>a)\k<n>", "g", "aab", "-b"),
        (r"(a)?\1b", "g", "aab b", "- -"),
        (r"a(?=b)", "g", "abac", "-bac"),
        (r"(?<!a)b", "g", "abb", "ab-"),
        (r"\d(?=(\d{3})+$)", "g", "1234567", "-23-567"),
        ("é", "gi", "É", "-"),
        (".", "g", "😀", "--"),
        ("a", "gy", "aaba", "--ba"),
    ],
)
def test_replaces_what_javascript_would(pattern, flags, text, expected):
    assert without(compiled(pattern, flags), to_units(text), budget(), "-") == expected


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[", "a**", "*a", "a{2,1}", "[b-a]", "(?<a>x)(?<a>y)", r"(?<a>x)\k<b>", "(?z)", "\\", "{1}"]
)
def test_refuses_what_javascript_refuses(pattern):
    with pytest.raises(Fault):
        compiled(pattern, "")


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (",", "a,b,", ["a", "b", ""]),
        ("", "abc", ["a", "b", "c"]),
        ("(-)", "a-b", ["a", "-", "b"]),
        ("(x)|-", "a-b", ["a", None, "b"]),
        (r"\s*", "a b", ["a", "b"]),
        (",", "", [""]),
        ("", "", []),
    ],
)
def test_splits(pattern, text, expected):
    assert split(compiled(pattern, ""), text, 2**32 - 1, budget()) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% set q = r/a/g %}${{ q.test(t) }}${{ q.test(t) }}${{ q.test(t) }}", "truetruefalse"),
        ("{% set q = r/a/ %}${{ q.test(t) }}${{ q.test(t) }}${{ q.test(t) }}", "truetruetrue"),
        ("{% set q = r/a/y %}${{ q.test(t) }}${{ q.test(t) }}", "truefalse"),
        ("${{ t.replace(r/(a)(b)?/, '[$1|$2|$3|$$|$&|$`]') }}", "[a|b|$3|$|ab|]a"),
        ("${{ t.replace(r/(?<x>a)/g, '<$<x>>') }}", "<a>b<a>"),
        ("${{ t.replace('b', '[$&$1$`]') }}", "a[b$1a]a"),
        ("${{ r/a\\/b/gi }}", "/a\\/b/gi"),
    ],
)
def test_methods(template, expected):
    assert render(template, {"t": "aba"}) == expected


def test_re2_runs_what_it_can():
    assert isinstance(compiled(r"^(a|b)+?\d{2,}$", "i").subject("abc"), Re2Subject)
    assert not isinstance(compiled("(?=a)", "").subject("abc"), Re2Subject)


def test_a_text_and_a_pattern_too_large_together_are_refused(monkeypatch):
    monkeypatch.setattr(js_regex, "MOST_SEARCH_WORK", 1_000)

    with pytest.raises(LimitFault, match="Regular expression and text are too large together"):
        compiled("a+b", "").subject("a" * 1_000)
