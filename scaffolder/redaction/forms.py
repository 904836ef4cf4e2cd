"""
The forms in which a secret may turn up in a text.

Whoever prints a secret has often put it into something first: a URL, a JSON body, the header of a Basic
authentication, a page, a command line, a Python message. And a program may print a long one line by line.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from itertools import product
from typing import NamedTuple
from urllib.parse import quote

SHORTEST = 2
# A longer form is looked for in pieces of this length, so that each place of a text is done with quickly.
LONGEST = 256
# What has fewer letters and digits is too ordinary to be a part of a secret, such as '},' or '--------'.
LEAST_TELLING = 4
SHORTEST_ENCODED = 4  # bytes
# Of longer secrets only the commonest forms are known, and of one with more lines the lines only as they are: what
# is as large as that is a document, and all of its forms together would take a hundred times its size.
MOST_CHARACTERS = 4096
MOST_LINES = 500
WRAPPED_AT = (64, 76)

PLAIN = re.compile(r"[A-Za-z0-9_.-]*")
UNTELLING = re.compile(r"[\W_]+")
PERCENT_CODE = re.compile(r"%[0-9A-F]{2}")
# What is left as it is by: quote(), encodeURIComponent, URLSearchParams and forms, encodeURI, userinfo in a URL.
URL_SAFE = ("", "/", "~", "!'()*~", "*", ";,/?:@&=+$-_.!~*'()#", "!$&'()*+,;=~")
SPACES = ("%20", "+")
QUOTES = ("&quot;", "&#34;")
APOSTROPHES = ("&#x27;", "&#39;", "&apos;")
URL_ALPHABET = str.maketrans("+/", "-_")


class Form(NamedTuple):
    """
    A text to look for. In base64, a character at either end may hold bits of the secret and of its neighbour:
    ``left`` and ``right`` say so.
    """

    text: str
    left: bool = False
    right: bool = False


def forms_of(secret: str) -> set[Form]:
    """All forms of a secret. None if it is shorter than SHORTEST without the white space around it."""
    trimmed = secret.strip()
    if len(trimmed) < SHORTEST:
        return set()
    texts = {form for text in {secret, trimmed} for form in _forms_of_text(text)}
    return {piece for form in (*texts, *_forms_of_lines(trimmed)) for piece in _pieces(form)}


def _forms_of_text(text: str) -> Iterator[Form]:
    escaped = {text, *_json(text)} if len(text) <= MOST_CHARACTERS else {text}
    yield from map(Form, _escaped(text))
    for inner in escaped:
        yield from _base64(inner.encode(errors="surrogatepass"))


def _escaped(text: str) -> set[str]:
    if PLAIN.fullmatch(text):
        return {text}
    if len(text) > MOST_CHARACTERS:
        return {text, json.dumps(text, ensure_ascii=False)[1:-1], quote(text, "", errors="surrogatepass")}
    return {text, *_json(text), *_url(text), *_html(text), *_quoted(text)}


def _forms_of_lines(secret: str) -> Iterator[Form]:
    lines = {line.strip() for line in secret.splitlines()}
    if len(lines) < 2:
        return
    telling = {line for line in lines if _is_telling(line)}
    for line in telling:
        if len(telling) > MOST_LINES:
            yield Form(line)
        else:
            yield from _forms_of_text(line)


def _json(text: str) -> set[str]:
    """Escaped once and, for JSON in a text of JSON, twice; as Go and PHP do it, too."""
    once = {json.dumps(text, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)}
    twice = {json.dumps(form, ensure_ascii=False)[1:-1] for form in once}
    go = {form.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") for form in once}
    return once | twice | go | {form.replace("/", "\\/") for form in once}


def _url(text: str) -> set[str]:
    upper = {
        quote(text, safe, errors="surrogatepass").replace("%20", space) for safe, space in product(URL_SAFE, SPACES)
    }
    twice = {quote(form, "") for form in upper}
    return {spelling for form in upper | twice for spelling in (form, _with_lower_codes(form))}


def _with_lower_codes(encoded: str) -> str:
    return PERCENT_CODE.sub(lambda code: code[0].lower(), encoded)


def _html(text: str) -> set[str]:
    bare = escape(text, quote=False)
    return {bare, bare.replace('"', "&quot;")} | {
        bare.replace('"', double).replace("'", single) for double, single in product(QUOTES, APOSTROPHES)
    }


def _quoted(text: str) -> set[str]:
    """In a message of Python, and in a command line."""
    return {repr(text)[1:-1], text.replace("'", "'\"'\"'")}


def _base64(data: bytes) -> Iterator[Form]:
    """Wherever it begins among the groups of three bytes of a longer text, and in lines."""
    if len(data) < SHORTEST_ENCODED:
        return
    for before in range(3):
        encoded = b64encode(b"\0" * before + data).decode()
        # The characters that depend on nothing but the secret.
        core = encoded[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        has_rest = (before + len(data)) % 3 > 0
        for text in {core, core.translate(URL_ALPHABET), *_escaped(core)}:
            yield Form(text, before > 0, has_rest)
    whole = b64encode(data).decode()
    for width in WRAPPED_AT:
        for start in range(0, len(whole), width) if len(whole) > width else ():
            yield Form(whole[start : start + width])


def _pieces(form: Form) -> Iterator[Form]:
    """One after another, the last one reaching back: where all of the form is, piece touches piece."""
    length = len(form.text)
    if length <= LONGEST:
        yield form
        return
    starts = [*range(0, length - LONGEST, LONGEST), length - LONGEST]
    for start in starts:
        piece = form.text[start : start + LONGEST]
        if _is_telling(piece):
            yield Form(piece, form.left and start == 0, form.right and start == starts[-1])


def _is_telling(text: str) -> bool:
    return text[:LEAST_TELLING].isalnum() or len(UNTELLING.sub("", text)) >= LEAST_TELLING
