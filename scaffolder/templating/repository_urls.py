"""``github.com?owner=acme&repo=shop``: a URL without its scheme, read as a browser would read it behind ``https://``."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, unquote

from common.errors import InputError

LONGEST_URL = 8_192
MOST_PARAMETERS = 100
# What no host may hold once it is decoded.
FORBIDDEN = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
AUTHORITY = re.compile(r"[/\\]*(?P<authority>[^/\\?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?")
PORT = re.compile(r"(?P<host>.*?)(?::(?P<port>[0-9]*))?", re.DOTALL)
DEFAULT_PORT = 443


@dataclass(frozen=True, slots=True)
class RepositoryUrl:
    """``host`` holds the port if it is not the usual one; ``query`` the first value of each parameter."""

    host: str
    path: str
    search: str
    query: dict[str, str]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InputError if no browser would take it."""
        cleaned = re.sub(r"[\t\n\r]", "", text.strip("".join(map(chr, range(0x21)))))
        match = AUTHORITY.match(cleaned)
        host = None if match is None or len(text) > LONGEST_URL else host_of(match["authority"])
        if match is None or not host:
            raise InputError(f"Invalid repo URL passed to publisher, got {text[:200]}, TypeError: Invalid URL")
        search = match["query"] or ""
        return cls(host, match["path"] or "/", search if search != "?" else "", parameters(search[1:]))

    def __str__(self) -> str:
        return f"https://{self.host}{self.path}{self.search}"


def host_of(authority: str) -> str | None:
    """The host in its one form, with an unusual port; None if it is no host."""
    host_and_port = authority.rpartition("@")[2]
    match = PORT.fullmatch(host_and_port)
    if match is None or not match["host"]:
        return None
    host = bracketed(match["host"]) if match["host"].startswith("[") else named(match["host"])
    port = int(match["port"]) if match["port"] and len(match["port"]) < 6 else 0
    if host is None or port > 65_535 or len(match["port"] or "") > 5:
        return None
    return f"{host}:{port}" if match["port"] and port != DEFAULT_PORT else host


def bracketed(host: str) -> str | None:
    try:
        return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]" if host.endswith("]") else None
    except ValueError:
        return None


def named(host: str) -> str | None:
    decoded = unquote(host)
    if FORBIDDEN.search(decoded):
        return None
    if decoded.isascii():
        return decoded.lower()
    try:
        return decoded.encode("idna").decode()
    except UnicodeError:
        return None


def parameters(query: str) -> dict[str, str]:
    """The first value of each parameter."""
    found: dict[str, str] = {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise InputError(f"Repo URL has more than {MOST_PARAMETERS} parameters") from error
    for name, value in pairs:
        found.setdefault(name, value)
    return found
