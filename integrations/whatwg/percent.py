"""Which characters the parts of a URL hold as they are, and ``%XX`` for the others."""

from __future__ import annotations

import re

FRAGMENT = re.compile(r"[^!#-;=?-_a-~]")  # space " < > ` and what is not printable ASCII
QUERY = re.compile(r"[^!$-;=?-~]")  # space " # < >
SPECIAL_QUERY = re.compile(r"[^!$-&(-;=?-~]")  # and '
PATH = re.compile(r"[^!$-;=@-_a-z|~]")  # and ? ` { }
USERINFO = re.compile(r"[^!$-.0-9A-Z_a-z~]")  # and / : ; = @ [ \ ] ^ |
CONTROL = re.compile(r"[^ -~]")

ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")


def encode(text: str, forbidden: re.Pattern[str]) -> str:
    """``text`` with every forbidden character as the ``%XX`` of its UTF-8 bytes. ``%`` itself stays."""
    return forbidden.sub(_encode_character, text)


def decode(text: str) -> bytes:
    """Undo ``%XX`` once; what only looks like it stays."""
    return ENCODED.sub(lambda match: bytes([int(match[1], 16)]), text.encode("utf-8", "replace"))


def _encode_character(match: re.Match[str]) -> str:
    # A lone surrogate becomes U+FFFD, as in JavaScript.
    data = match[0].encode("utf-8", "surrogatepass")
    if 0xD800 <= ord(match[0]) <= 0xDFFF:
        data = b"\xef\xbf\xbd"
    return "".join(f"%{byte:02X}" for byte in data)
