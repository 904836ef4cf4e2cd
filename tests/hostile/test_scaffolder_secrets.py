"""Attempts to have a secret printed all the same, or to keep the redactor busy."""

import base64
import json
import random
import string
import time
from urllib.parse import quote

import pytest

from scaffolder.redaction import Redactor
from scaffolder.vault import seal

SECRET = "ghp_R4nd0mT0kenValue/With+Signs=="


def test_json_in_base64_in_a_url_in_json():
    inner = base64.b64encode(json.dumps({"auth": {"token": SECRET}}).encode()).decode()
    text = json.dumps({"url": f"https://x.example/?state={quote(inner, safe='')}"})
    shown = Redactor([SECRET]).redact(text)

    assert "***" in shown
    core = base64.b64encode(SECRET.encode()).decode()[:12]
    assert not any(part in shown for part in (SECRET, core, quote(SECRET, safe="")))


@pytest.mark.parametrize("before", ["user:", "oauth2:", "x-access-token:", "x:"])
def test_basic_authentication(before):
    header = base64.b64encode(f"{before}{SECRET}".encode()).decode()
    shown = Redactor([SECRET]).redact(f"authorization: Basic {header}")
    left = shown.removeprefix("authorization: Basic ").removesuffix("***")

    # No bit of the secret is left in what still can be decoded.
    assert before.encode().startswith(base64.b64decode(left[: len(left) // 4 * 4]))
    assert len(left) <= len(header) - len(SECRET)


def test_a_secret_printed_line_by_line_with_a_prefix():
    key = "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\nb0Ck9zQxVv1/Q+==\n-----END KEY-----"
    log = "".join(f"[12:00:0{number}] remote: {line}\r\n" for number, line in enumerate(key.splitlines()))

    assert Redactor([key]).redact(log) == "".join(f"[12:00:0{number}] remote: ***\r\n" for number in range(4))


def test_a_secret_as_the_name_of_a_value():
    assert Redactor([SECRET]).redact_value({"a": {SECRET: {f"x{SECRET}": 1}}}) == {"a": {"***": {"x***": 1}}}


def test_a_secret_buried_deeper_than_others_look():
    value = SECRET
    for _ in range(20_000):
        value = [value]
    value = Redactor([SECRET]).redact_value(value)
    while isinstance(value, list):
        value = value[0]

    assert value == "***"


@pytest.mark.parametrize("secret", ["(a+)+$", ".*", "[", "\\", "\\E", "a|b|", "(?i)x", "***", "$1\\1"])
def test_a_secret_that_is_a_regular_expression_is_only_itself(secret):
    assert Redactor([f"<{secret}>"]).redact(f"aaaa <{secret}> aaaa") == "aaaa *** aaaa"


@pytest.mark.parametrize("secret", ["\ud800abcd", "a\0bcd", "\u2028line\u2029two", "\x1b[31m\x1b[0m", "😀😀😀😀"])
def test_a_secret_of_odd_characters(secret):
    assert Redactor([secret]).redact(f"<{secret}>") == "<***>"


def test_every_character_of_a_secret_told_on_its_own_destroys_nothing():
    redactor = Redactor([*SECRET, *string.printable])

    assert redactor.redact("Created repository (private), 3 files.") == "Created repository (private), 3 files."


def seconds_for(redactor, text):
    start = time.thread_time()
    redactor.redact(text)
    return time.thread_time() - start


LENGTH = 300_000
NEARLY = "a" * 255 + "b"


@pytest.mark.parametrize(
    ("secrets", "text"),
    [
        pytest.param(["a" * length for length in range(4, 256)], NEARLY * (LENGTH // 256), id="nested beginnings"),
        pytest.param(["a" * length + "!" for length in range(4, 256)], "a" * LENGTH, id="all begin, none is there"),
        pytest.param([f"ghp_{n}" for n in range(1000, 2000)], "ghp_" * (LENGTH // 4), id="a thousand begin alike"),
        pytest.param(["a" * 30_000 + "b"], "a" * LENGTH, id="a huge one, nearly there all the time"),
        pytest.param([str(n) for n in range(10, 1000)], "10 " * (LENGTH // 3), id="many short ones"),
    ],
)
def test_no_choice_of_secrets_makes_it_slow(secrets, text):
    redactor = Redactor(secrets)
    redactor.redact(text[:1000])

    assert seconds_for(redactor, text) < 20


def test_a_thousand_secrets_cost_about_as_much_as_one():
    rng = random.Random(1)
    tokens = ["ghp_" + "".join(rng.choices(string.ascii_letters + "+/=", k=36)) for _ in range(1000)]
    text = " ".join(rng.choices(["lorem", "ipsum", "dolor/sit", "YW1ldA=="], k=50_000))
    one, many = Redactor(tokens[:1]), Redactor(tokens)
    many.redact(text[:1000])

    assert min(seconds_for(many, text) for _ in range(3)) < 10 * min(seconds_for(one, text) for _ in range(3)) + 0.05
    assert many.redact(f"{text}{tokens[777]}{text}") == f"{text}***{text}"


def test_a_huge_secret_of_many_lines():
    rng = random.Random(1)
    secret = "\n".join("".join(rng.choices(string.printable[:94], k=60)) for _ in range(5000))
    start = time.thread_time()
    redactor = Redactor([secret])

    assert redactor.redact(f"<{secret}>") == "<***>"
    assert redactor.redact(f"<{base64.b64encode(secret.encode()).decode()}>") == "<***>"
    assert time.thread_time() - start < 20


def test_what_is_sealed_tells_nothing_but_its_length():
    sealed = seal({"token": SECRET}, task_id="t")

    assert Redactor([SECRET]).redact(sealed) == sealed
    assert len(seal({"token": "x" * len(SECRET)}, task_id="t")) == len(sealed)
