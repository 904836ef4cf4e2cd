"""A WebSocket client of a few lines, which may also misbehave."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class WebSocket:
    """``status`` and ``headers`` are the answer to the handshake; ``body`` that of a refusal."""

    def __init__(self, port: int, path: str = "/api/signals", *, token: str | None = None, **headers: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._data = b""
        lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Connection: Upgrade", "Upgrade: websocket"]
        lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"]
        lines += [f"Sec-WebSocket-Protocol: {token}"] if token is not None else []
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.status, self.headers, self.body = self._read_answer()

    def __enter__(self) -> WebSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def subscribe(self, channel: str) -> None:
        """Heard when the answer to the ping is back, since messages are taken in their order."""
        self.send({"action": "subscribe", "channel": channel})

    def send(self, value: Any) -> None:
        self.send_frame(TEXT, json.dumps(value).encode())

    def send_frame(self, kind: int, payload: bytes) -> None:
        mask = os.urandom(4)
        if len(payload) < 126:
            length = struct.pack("!B", 0x80 | len(payload))
        elif len(payload) < 65536:
            length = struct.pack("!BH", 0x80 | 126, len(payload))
        else:
            length = struct.pack("!BQ", 0x80 | 127, len(payload))
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        self._socket.sendall(bytes([0x80 | kind]) + length + mask + masked)

    def receive(self) -> Any:
        """The next message that is no heartbeat; the code of the close, as an integer, if that comes first."""
        while True:
            kind, payload = self.receive_frame()
            if kind == CLOSE:
                return struct.unpack("!H", payload[:2])[0] if payload else 1005
            if kind == TEXT and (value := json.loads(payload)):
                return value

    def receive_frame(self) -> tuple[int, bytes]:
        first, second = self._take(2)
        length = second & 127
        if length == 126:
            (length,) = struct.unpack("!H", self._take(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._take(8))
        return first & 15, self._take(length)

    def _take(self, count: int) -> bytes:
        while len(self._data) < count:
            chunk = self._socket.recv(65536)
            if not chunk:
                raise ConnectionError("the server has hung up")
            self._data += chunk
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def _read_answer(self) -> tuple[int, dict[str, str], bytes]:
        while b"\r\n\r\n" not in self._data:
            chunk = self._socket.recv(65536)
            if not chunk:
                raise ConnectionError("the server has hung up")
            self._data += chunk
        head, _, self._data = self._data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        status = int(first.split()[1])
        body = self._take(int(headers.get("content-length", "0"))) if status != 101 else b""
        return status, headers, body
