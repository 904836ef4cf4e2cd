"""Host names and addresses in URLs. ``0x7f.1`` and ``127.0.0.1`` come out the same."""

from __future__ import annotations

import ipaddress
import re

import idna

from integrations.whatwg.percent import CONTROL, decode, encode

FORBIDDEN_HOST = re.compile(r"[\x00\t\n\r #/:<>?@\[\\\]^|]")
FORBIDDEN_DOMAIN = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")
NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
MAX_HOST = 2048


def parse_host(text: str, *, is_special: bool) -> str:
    """The host in its one spelling. Raises ValueError if it is none."""
    if len(text) > MAX_HOST:
        raise ValueError(text)
    if text.startswith("["):
        if not text.endswith("]"):
            raise ValueError(text)
        return f"[{_parse_ipv6(text[1:-1])}]"
    if not is_special:
        if FORBIDDEN_HOST.search(text):
            raise ValueError(text)
        return encode(text, CONTROL)
    domain = _to_ascii(decode(text).decode("utf-8"))
    if not domain or FORBIDDEN_DOMAIN.search(domain):
        raise ValueError(text)
    return _parse_ipv4(domain) if _ends_in_number(domain) else domain


def _to_ascii(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    return idna.encode(domain, uts46=True, transitional=False).decode("ascii")


def _ends_in_number(domain: str) -> bool:
    labels = domain.removesuffix(".").split(".")
    return NUMBER.fullmatch(labels[-1]) is not None


def _parse_ipv4(domain: str) -> str:
    labels = domain.removesuffix(".").split(".")
    numbers = [_parse_number(label) for label in labels]
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]):
        raise ValueError(domain)
    if numbers[-1] >= 256 ** (5 - len(numbers)):
        raise ValueError(domain)
    value = numbers[-1] + sum(number * 256 ** (3 - index) for index, number in enumerate(numbers[:-1]))
    return str(ipaddress.IPv4Address(value))


def _parse_number(label: str) -> int:
    if not NUMBER.fullmatch(label) or len(label) > 40:
        raise ValueError(label)
    if label[:2] in ("0x", "0X"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if len(label) > 1 and label.startswith("0") else int(label)


def _parse_ipv6(text: str) -> str:
    if "%" in text:
        raise ValueError(text)
    value = int(ipaddress.IPv6Address(text))
    pieces = [f"{value >> shift & 0xFFFF:x}" for shift in range(112, -16, -16)]
    start, length = _longest_zero_run(pieces)
    if length < 2:
        return ":".join(pieces)
    return f"{':'.join(pieces[:start])}::{':'.join(pieces[start + length :])}"


def _longest_zero_run(pieces: list[str]) -> tuple[int, int]:
    best = (0, 0)
    start = 0
    for index, piece in enumerate(pieces):
        if piece != "0":
            start = index + 1
        elif index + 1 - start > best[1]:
            best = (start, index + 1 - start)
    return best
