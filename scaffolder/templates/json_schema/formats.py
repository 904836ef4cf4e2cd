"""The formats of texts, as loose as npm's ``jsonschema`` has them. An unknown format allows everything."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping

from scaffolder.templates.json_schema.patterns import is_pattern
from scaffolder.templating.values import WHITESPACE

_DATE = r"\d{4}-(?:0\d|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:[01]\d|2[0-4]):[0-5]\d:(?:[0-5]\d|60)"
_ZONE = r"(?:[zZ]|[+-][0-5]\d:(?:[0-5]\d|60))"
_LABEL = r"[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?"
_ATOM = r"[\w!#$%&'*+\-/=?^`{|}~]+"
_BYTE = r"(?:25[0-5]|2[0-4]\d|[01]?\d\d?)"
_IPV4 = rf"(?:{_BYTE}\.){{3}}{_BYTE}"
_WIDE_ATOM = "[!#-'*+\\-/-9=?A-Z^-\U0010ffff]+"
_WIDE_NAME = rf"{_WIDE_ATOM}(?:\.{_WIDE_ATOM})*"
_POINTER = "(?:/(?:[\x00-.0-}\x7f]|~[01])*)*"
_PERCENT = r"(?:\d?\d|100)%"
_SHADE = r"(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])"
_COLORS = "aqua|black|blue|fuchsia|gray|green|lime|maroon|navy|olive|orange|purple|red|silver|teal|white|yellow"


def _reference(more: str) -> str:
    """A URI or what may stand for one beside another; ``more`` are the characters that it may hold besides ASCII's."""
    encoded = "%[0-9A-Fa-f]{2}"
    host = rf"(?:(?:{encoded}|[!$&-.0-9;=A-Z_a-z~{more}])+|\[[0-9A-Za-z!$&-.:;=_~{more}]*\])?"
    rest = rf"(?:{encoded}|[!$&-;=?-Z_a-z~{more}])*"
    # Without a scheme, a colon in the first segment would make one.
    scheme = r"(?:[A-Za-z][+\-.0-9A-Za-z]*:|(?![^/?#]*:))"
    return rf"{scheme}(?://{host}(?::\d*)?(?=[/?#]|\Z)|(?!//)){rest}(?:#{rest})?"


def _rgb(part: str) -> str:
    return rf"rgb\(\s*{part}\s*,\s*{part}\s*,\s*{part}\s*\)"


_PATTERNS = {
    "date-time": rf"{_DATE}[tT ]{_CLOCK}(?:\.\d+)?{_ZONE}",
    "date": _DATE,
    "time": _CLOCK,
    "email": rf"(?:{_ATOM}\.)*{_ATOM}@(?:(?:{_LABEL}\.)+{_LABEL}|\[{_IPV4}\])",
    "idn-email": rf'(?:"(?:[!#-\[\]-\U0010ffff]|\\[\t -\U0010ffff])*"|{_WIDE_NAME})@(?:{_WIDE_NAME}|\[[!-Z^-\U0010ffff]*\])',
    "ipv4": _IPV4,
    "hostname": rf"(?=.{{1,255}}\Z){_LABEL}(?:\.{_LABEL})*\.?",
    "uri": rf"[a-zA-Z][a-zA-Z0-9+.-]*:[^{WHITESPACE}]*",
    "uri-reference": _reference(""),
    "iri-reference": _reference("\x7f-\U0010ffff"),
    "uuid": r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "json-pointer": _POINTER,
    "relative-json-pointer": rf"\d+(?:#|{_POINTER})",
    "color": rf"#?(?:[0-9A-Fa-f]{{3}}){{1,2}}|{_COLORS}|{_rgb(_SHADE)}|{_rgb(_PERCENT)}",
    "phone": r"\+(?:\d ?){6,14}\d",
    "alpha": r"[a-zA-Z]+",
    "alphanumeric": r"[a-zA-Z0-9]+",
    "utc-millisec": r"\s*(?:[+-]?\d+(?:\.0*)?|0[xX][0-9a-fA-F]+)\s*",
}
_DURATION = re.compile(r"P(?:T\d+[HMS]|\d+[DMYW])", re.ASCII | re.IGNORECASE)


def has_format(text: str, name: str) -> bool:
    check = FORMATS.get(name)
    return check is None or check(text)


def _is_ipv6(text: str) -> bool:
    address, _, zone = text.strip(WHITESPACE).partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return not ("%" in text and not zone)


def _is_style(text: str) -> bool:
    """A name, a colon and a value, somewhere in the text."""
    before, *after = text.split(":")
    return len(after) > 1 or (len(after) == 1 and before.strip("\r\n\t ") != "")


def _matches(pattern: str) -> Callable[[str], bool]:
    program = re.compile(pattern, re.ASCII)
    return lambda text: program.fullmatch(text) is not None


def _named() -> dict[str, Callable[[str], bool]]:
    formats = {name: _matches(pattern) for name, pattern in _PATTERNS.items()}
    formats["duration"] = lambda text: _DURATION.search(text) is not None
    formats["ipv6"] = _is_ipv6
    formats["style"] = _is_style
    formats["regex"] = formats["regexp"] = formats["pattern"] = is_pattern
    formats["host-name"], formats["ip-address"], formats["iri"] = (
        formats["hostname"],
        formats["ipv4"],
        formats["uri"],
    )
    return formats


FORMATS: Mapping[str, Callable[[str], bool]] = _named()
