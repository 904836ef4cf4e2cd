"""Secrets in texts, in all the forms that programs and protocols give them."""

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest

from scaffolder.redaction import Redactor
from scaffolder.redaction.forms import LONGEST
from scaffolder.templating.taint import Secret

SECRET = "p@ss \"w/örd'<+\\1&~"
PEM = "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\nb0Ck9zQx\n-----END KEY-----\n"
FORMS = {
    "as it is": SECRET,
    "JSON": json.dumps(SECRET)[1:-1],
    "JSON, not only ASCII": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "JSON in JSON": json.dumps(json.dumps(SECRET))[3:-3],
    "JSON of Go": '"p@ss \\"w/örd\'\\u003c+\\\\1\\u0026~'[1:],
    "URL": quote(SECRET),
    "URL, all of it": quote(SECRET, safe=""),
    "URL, lower case": "p%40ss%20%22w%2f%c3%b6rd%27%3c%2b%5c1%26~",
    "form": quote_plus(SECRET),
    "encodeURIComponent": quote(SECRET, safe="!'()*~"),
    "encodeURI": quote(SECRET, safe=";,/?:@&=+$-_.!~*'()#"),
    "URL in URL": quote(quote(SECRET, safe=""), safe=""),
    "HTML": html.escape(SECRET),
    "HTML of Nunjucks": html.escape(SECRET).replace("&#x27;", "&#39;"),
    "HTML without quotes": html.escape(SECRET, quote=False),
    "Python": repr(SECRET)[1:-1],
    "shell": shlex.quote(SECRET)[1:-1],
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 without padding": base64.b64encode(SECRET.encode()).decode().rstrip("="),
    "base64 in a URL": quote(base64.b64encode(SECRET.encode()), safe=""),
    "JSON in base64": base64.b64encode(json.dumps(SECRET)[1:-1].encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_hides_a_secret_in_every_form(form):
    assert Redactor([SECRET]).redact(f"before {form} after") == "before *** after"


def test_hides_it_with_and_without_the_space_around_it():
    redactor = Redactor(["  hunter2\n"])

    assert redactor.redact("a  hunter2\nb hunter2") == "a***b ***"


@pytest.mark.parametrize("form", [PEM, *PEM.splitlines(), PEM.replace("\n", "\r\n"), json.dumps(PEM)[1:-1]])
def test_hides_each_line_of_a_long_one(form):
    assert set(Redactor([PEM]).redact(form)) <= set("*\r\n")


@pytest.mark.parametrize("user", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("rest", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_hides_it_inside_of_longer_base64(user, rest, encode):
    secret = "ÿ~hunter?2"
    shown = Redactor([secret]).redact(encode(f"{user}{secret}{rest}".encode()).decode())
    other = Redactor(["ÿ~jumper?3"]).redact(encode(f"{user}ÿ~jumper?3{rest}".encode()).decode())

    # What is still to be seen does not depend on the secret.
    assert shown == other
    assert "***" in shown


def test_hides_what_the_tool_base64_wraps():
    secret = "".join(f"part{number}." for number in range(40))
    wrapped = base64.encodebytes(secret.encode()).decode()

    assert set(Redactor([secret]).redact(wrapped)) <= set("*\n")


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        pytest.param(["abcd", "abcdefgh"], "abcdefgh abcd", "*** ***", id="the longest first"),
        pytest.param(["abcdef", "defghi"], "-abcdefghi-", "-***-", id="overlapping"),
        pytest.param(["abcd", "efgh"], "-abcdefgh-", "-***-", id="touching"),
        pytest.param(["abcdx", "abcdxyz"], "abcdxy", "***y", id="the longest that is there"),
        pytest.param(["abcdefgh", "cdef"], "abcdefxx", "ab***xx", id="inside of one that is not there"),
        pytest.param([], "abcd", "abcd", id="no secrets"),
        pytest.param(["abcd"], "", "", id="no text"),
    ],
)
def test_hides_all_that_is_secret_and_nothing_else(secrets, text, shown):
    assert Redactor(secrets).redact(text) == shown


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        pytest.param("a", "a banana", "a banana", id="one character is not looked for"),
        pytest.param(" \n", "a \n b", "a \n b", id="white space is no secret"),
        pytest.param("", "abc", "abc", id="nothing"),
        pytest.param("on", "on configuration: 'on', on=1", "*** configuration: '***', ***=1", id="two only alone"),
        pytest.param("101", "101 1010 x101", "*** 1010 x101", id="three only alone"),
        pytest.param("true", "untrue", "un***", id="four anywhere"),
        pytest.param("{\n}\n--------\n  },", "{ } -------- },", "{ } -------- },", id="lines that say nothing"),
    ],
)
def test_leaves_ordinary_text_alone(secret, text, shown):
    assert Redactor([secret]).redact(text) == shown


@pytest.mark.parametrize("secret", ["user/repo+x", "it's", "a b", "tom@example.com"])
def test_a_part_of_a_secret_is_not_hidden(secret):
    assert Redactor([secret]).redact(secret[1:-1]) == secret[1:-1]


def test_learns_more_at_any_time():
    redactor = Redactor()
    assert redactor.redact("hunter2 hunter23") == "hunter2 hunter23"

    redactor.add("hunter2")
    redactor.add("hunter2")
    assert redactor.redact("hunter2 hunter23") == "*** ***3"

    redactor.add(Secret("hunter23"))
    assert redactor.redact("hunter2 hunter23") == "*** ***"


def test_walks_through_json():
    value = {"hunter2": ["x hunter2", 1, 2.5, True, None, {"k": ("hunter2", [])}], "n": 12345}

    redacted = Redactor(["hunter2", "12345"]).redact_value(value)

    assert redacted == {"***": ["x ***", 1, 2.5, True, None, {"k": ["***", []]}], "n": 12345}
    assert value["hunter2"][0] == "x hunter2"


def test_gives_plain_texts():
    assert type(Redactor().redact(Secret("abc"))) is str
    assert [type(item) for item in Redactor().redact_value([Secret("abc")])] == [str]


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1, 3 * LONGEST, 3 * LONGEST + 7])
def test_hides_a_long_one_as_a_whole(length):
    secret = "".join(chr(ord("a") + number * number % 26) for number in range(length))

    assert Redactor([secret]).redact(f"<{secret}>") == "<***>"
