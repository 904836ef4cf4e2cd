"""A directory on 127.0.0.1: bind, and search in pages. For tests marked ``loopback``."""

from __future__ import annotations

import socketserver
import ssl
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pyasn1.codec.ber import encoder

with warnings.catch_warnings():
    # It uses names of pyasn1 that have new ones.
    warnings.simplefilter("ignore", DeprecationWarning)
    from ldap3.protocol import rfc2696, rfc4511

PAGES = b"1.2.840.113556.1.4.319"
Values = Sequence[str | bytes]
BIND, UNBIND, SEARCH = 0x60, 0x42, 0x63
AND, EQUAL, PRESENT = 0xA0, 0xA3, 0x87
SUCCESS, SIZE_LIMIT, INVALID_CREDENTIALS = 0, 4, 49


@dataclass(frozen=True)
class Part:
    """One value as BER writes it: what it is, and its content."""

    tag: int
    content: bytes

    @property
    def parts(self) -> list[Part]:
        return parts_of(self.content)

    @property
    def number(self) -> int:
        return int.from_bytes(self.content, "big")


@dataclass(frozen=True)
class Message:
    number: int
    operation: Part
    controls: list[Part]


class Directory:
    """
    ``entries`` are attributes by distinguished name; ``root`` is what the directory says of itself.

    ``largest_page`` is what it sends at most at once. ``cut_after`` ends the connection after so many entries,
    ``refuse_page`` answers that page with that code.
    """

    def __init__(self, entries: Mapping[str, Mapping[str, Values]], root: Mapping[str, Values] | None = None) -> None:
        self.entries = dict(entries)
        self.root = {"supportedControl": [PAGES.decode()], **(root or {})}
        self.passwords = {"cn=reader": "s3cret"}
        self.largest_page = 0
        self.cut_after: int | None = None
        self.refuse_page: dict[int, int] = {}
        self.pages = self.binds = 0
        self.references: list[str] = []
        self.tls: ssl.SSLContext | None = None
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.directory = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="fake-ldap", daemon=True
        )

    @property
    def url(self) -> str:
        return f"{'ldaps' if self.tls else 'ldap'}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def found(self, base: str, scope: int, condition: Part) -> list[tuple[str, Mapping[str, Values]]]:
        if not base and scope == 0:
            return [("", self.root)]
        depths = {0: (0, 0), 1: (1, 1), 2: (0, 99)}[scope]
        return [
            (dn, attributes)
            for dn, attributes in self.entries.items()
            if dn.endswith(base)
            and depths[0] <= dn.removesuffix(base).count(",") <= depths[1]
            and matches(condition, attributes)
        ]


class _Handler(socketserver.BaseRequestHandler):
    def setup(self) -> None:
        self.directory: Directory = self.server.directory  # type: ignore[attr-defined]
        if self.directory.tls:
            self.request = self.directory.tls.wrap_socket(
                self.request, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=True
            )

    def handle(self) -> None:
        try:
            self._handle()
        except (ssl.SSLError, ConnectionError):
            pass
        finally:
            self.request.close()

    def _handle(self) -> None:
        for message in self._messages():
            kind = message.operation.tag
            if kind == UNBIND or not {BIND: self._bind, SEARCH: self._search}[kind](message):
                return

    def _messages(self) -> Iterator[Message]:
        buffer = b""
        while chunk := self.request.recv(65536):
            buffer += chunk
            while len(buffer) > 1 and len(buffer) >= (size := _size(buffer)):
                (whole,) = parts_of(buffer[:size])
                buffer = buffer[size:]
                number, operation, *controls = whole.parts
                yield Message(number.number, operation, controls)

    def _bind(self, message: Message) -> bool:
        self.directory.binds += 1
        _, name, password = message.operation.parts
        is_known = self.directory.passwords.get(name.content.decode()) == password.content.decode()
        response = rfc4511.BindResponse()
        self._send(message, "bindResponse", _result(response, SUCCESS if is_known else INVALID_CREDENTIALS))
        return True

    def _search(self, message: Message) -> bool:
        directory = self.directory
        start_of, scope, *_, condition, _ = message.operation.parts
        base = start_of.content.decode()
        found = directory.found(base, scope.number, condition)
        if base:
            directory.pages += 1
            refused = directory.refuse_page.get(directory.pages)
            if refused is not None:
                self._send(message, "searchResDone", _result(rfc4511.SearchResultDone(), refused))
                return True
        size, start = _paging(message)
        if directory.largest_page and not size and len(found) > directory.largest_page:
            self._send(message, "searchResDone", _result(rfc4511.SearchResultDone(), SIZE_LIMIT))
            return True
        page = found[start : start + size] if size else found
        for number, (dn, attributes) in enumerate(page):
            if base and directory.cut_after is not None and start + number >= directory.cut_after:
                return False
            self._send(message, "searchResEntry", _entry(dn, attributes))
        for reference in directory.references if base else ():
            body = rfc4511.SearchResultReference()
            body.setComponentByPosition(0, reference)
            self._send(message, "searchResRef", body)
        done = _result(rfc4511.SearchResultDone(), SUCCESS)
        end = start + len(page)
        self._send(message, "searchResDone", done, cookie=str(end).encode() if end < len(found) else b"")
        return True

    def _send(self, request: Message, kind: str, body: Any, cookie: bytes | None = None) -> None:
        message = rfc4511.LDAPMessage()
        message["messageID"] = request.number
        message["protocolOp"][kind] = body
        if cookie is not None and _paging(request)[0]:
            value = rfc2696.RealSearchControlValue()
            value["size"], value["cookie"] = 0, cookie
            control = rfc4511.Control()
            control["controlType"] = PAGES
            control["criticality"] = False
            control["controlValue"] = encoder.encode(value)
            controls = rfc4511.Controls()
            controls.setComponentByPosition(0, control)
            message["controls"] = controls
        self.request.sendall(encoder.encode(message))


def matches(condition: Part, attributes: Mapping[str, Values]) -> bool:
    values = {name.lower(): [_bytes(one).lower() for one in many] for name, many in attributes.items()}
    if condition.tag == PRESENT:
        name = condition.content.decode().lower()
        return name == "objectclass" or name in values
    if condition.tag == EQUAL:
        name, wanted = (part.content.lower() for part in condition.parts)
        return wanted in values.get(name.decode(), [])
    assert condition.tag == AND, condition.tag
    return all(matches(part, attributes) for part in condition.parts)


def _paging(message: Message) -> tuple[int, int]:
    """How many entries at once, and from which on."""
    for control in message.controls[0].parts if message.controls else ():
        if control.parts[0].content == PAGES:
            size, cookie = parts_of(control.parts[-1].content)[0].parts
            return size.number, int(cookie.content or 0)
    return 0, 0


def parts_of(data: bytes) -> list[Part]:
    found = []
    while data:
        size = _size(data)
        start = 2 + (data[1] - 128 if data[1] > 127 else 0)
        found.append(Part(data[0], data[start:size]))
        data = data[size:]
    return found


def _entry(dn: str, attributes: Mapping[str, Values]) -> Any:
    listed = rfc4511.PartialAttributeList()
    for position, (name, values) in enumerate(attributes.items()):
        one = rfc4511.PartialAttribute()
        one["type"] = name
        held = rfc4511.Vals()
        for number, value in enumerate(values):
            held.setComponentByPosition(number, _bytes(value))
        one["vals"] = held
        listed.setComponentByPosition(position, one)
    entry = rfc4511.SearchResultEntry()
    entry["object"], entry["attributes"] = dn, listed
    return entry


def _result(response: Any, code: int) -> Any:
    response["resultCode"] = code
    response["matchedDN"] = ""
    response["diagnosticMessage"] = "" if code == SUCCESS else "no, said the fake"
    return response


def _size(buffer: bytes) -> int:
    """Of the message that begins here, as BER says it; larger than the buffer if that cannot be seen yet."""
    first = buffer[1]
    if first < 128:
        return 2 + first
    count = first - 128
    if len(buffer) < 2 + count:
        return len(buffer) + 1
    return 2 + count + int.from_bytes(buffer[2 : 2 + count], "big")


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
