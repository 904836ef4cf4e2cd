"""
The URL parser of the WHATWG standard, which is what JavaScript's ``new URL(text, base)`` runs.

Left out: Windows drive letters in ``file:`` URLs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from integrations.whatwg import percent
from integrations.whatwg.host import parse_host
from integrations.whatwg.path import parse_path
from integrations.whatwg.url import DEFAULT_PORTS, InvalidUrlError, Url

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
AROUND = "".join(map(chr, range(0x21)))
DROPPED = str.maketrans("", "", "\t\n\r")


def is_url(text: str) -> bool:
    """Whether it is an absolute URL."""
    try:
        parse_url(text)
    except InvalidUrlError:
        return False
    return True


@lru_cache(maxsize=2048)
def parse_url(text: str, base: str | None = None) -> Url:
    """Raises InvalidUrlError, also if ``base`` is needed and is none."""
    cleaned = text.strip(AROUND).translate(DROPPED)
    try:
        if base is None:
            return _parse(cleaned, None)
        return _parse(cleaned, parse_url(base))
    except ValueError:
        raise InvalidUrlError(text) from None


def _parse(text: str, base: Url | None) -> Url:
    match = SCHEME.match(text)
    if match is None:
        return _parse_relative_to(text, base)
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme == "file":
        return _parse_file(rest, base if base is not None and base.scheme == "file" else None)
    if scheme in DEFAULT_PORTS:
        if base is not None and base.scheme == scheme and not rest.startswith("//"):
            return _parse_relative(rest, base)
        return _parse_authority(scheme, rest.lstrip("/\\"))
    if rest.startswith("//"):
        return _parse_authority(scheme, rest[2:])
    if rest.startswith("/"):
        return _with_rest(Url(scheme), rest)
    return _parse_opaque(scheme, rest)


def _parse_opaque(scheme: str, rest: str) -> Url:
    path, query, fragment = _split(rest)
    url = Url(scheme, path=percent.encode(path, percent.CONTROL), is_opaque=True)
    return _with_tail(url, query, fragment)


def _parse_relative_to(text: str, base: Url | None) -> Url:
    if base is None or (base.is_opaque and not text.startswith("#")):
        raise ValueError(text)
    if base.is_opaque:
        return _with_tail(base, base.query, text[1:])
    return _parse_file(text, base) if base.scheme == "file" else _parse_relative(text, base)


def _parse_relative(text: str, base: Url) -> Url:
    slashes = _leading_slashes(text, base.scheme)
    if slashes >= 2:
        rest = text.lstrip("/\\") if base.is_special else text[2:]
        return _parse_authority(base.scheme, rest)
    return _join(text, base)


def _join(text: str, base: Url) -> Url:
    if _leading_slashes(text, base.scheme):
        return _with_rest(replace(base, query=None, fragment=None), text)
    path, query, fragment = _split(text)
    if not path:
        return _with_tail(base, base.query if query is None else query, fragment)
    folder = base.path[: base.path.rfind("/") + 1]
    return _with_tail(replace(base, path=parse_path(folder + path, base.scheme)), query, fragment)


def _parse_file(text: str, base: Url | None) -> Url:
    slashes = _leading_slashes(text, "file")
    start = base if base is not None else Url("file", hostname="", path="/")
    if slashes < 2:
        return _join(text, start)
    end = _authority_end(text, 2, "file")
    host = parse_host(text[2:end], is_special=True) if end > 2 else ""
    return _with_rest(Url("file", hostname="" if host == "localhost" else host), text[end:])


def _parse_authority(scheme: str, text: str) -> Url:
    is_special = scheme in DEFAULT_PORTS
    end = _authority_end(text, 0, scheme)
    userinfo, at, hostport = text[:end].rpartition("@")
    if at and not hostport:
        raise ValueError(text)
    host, port = _split_port(hostport)
    if not host and (is_special or port is not None):
        raise ValueError(text)
    username, _, password = userinfo.partition(":")
    url = Url(
        scheme,
        username=percent.encode(username, percent.USERINFO),
        password=percent.encode(password, percent.USERINFO),
        hostname=parse_host(host, is_special=is_special) if host else "",
        port=_parse_port(port, scheme),
    )
    return _with_rest(url, text[end:])


def _split_port(hostport: str) -> tuple[str, str | None]:
    start = hostport.find("]") + 1 if hostport.startswith("[") else 0
    colon = hostport.find(":", start)
    return (hostport, None) if colon < 0 else (hostport[:colon], hostport[colon + 1 :])


def _parse_port(port: str | None, scheme: str) -> int | None:
    if not port:
        return None
    if not (port.isascii() and port.isdigit()) or len(port.lstrip("0")) > 5 or int(port) > 65535:
        raise ValueError(port)
    return None if int(port) == DEFAULT_PORTS.get(scheme) else int(port)


def _authority_end(text: str, start: int, scheme: str) -> int:
    stops = "/?#\\" if scheme in DEFAULT_PORTS else "/?#"
    return min((at for stop in stops if (at := text.find(stop, start)) >= 0), default=len(text))


def _leading_slashes(text: str, scheme: str) -> int:
    return len(text) - len(text.lstrip("/\\" if scheme in DEFAULT_PORTS else "/"))


def _split(text: str) -> tuple[str, str | None, str | None]:
    before, mark, fragment = text.partition("#")
    path, question, query = before.partition("?")
    return path, query if question else None, fragment if mark else None


def _with_rest(url: Url, text: str) -> Url:
    path, query, fragment = _split(text)
    return _with_tail(replace(url, path=parse_path(path, url.scheme)), query, fragment)


def _with_tail(url: Url, query: str | None, fragment: str | None) -> Url:
    forbidden = percent.SPECIAL_QUERY if url.is_special else percent.QUERY
    return replace(
        url,
        query=None if query is None else percent.encode(query, forbidden),
        fragment=None if fragment is None else percent.encode(fragment, percent.FRAGMENT),
    )
