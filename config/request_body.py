"""Reading the body of a request into memory, once and never more than allowed."""

from __future__ import annotations

from typing import Any


class BodyTooLargeError(Exception):
    """The text is for the client."""

    def __init__(self, most: int) -> None:
        super().__init__(f"request entity too large: at most {most} bytes are taken")


async def read_body(scope: Any, protocol: Any, most: int) -> bytes:
    """Raises BodyTooLargeError as early as it is known."""
    headers = scope.headers
    length = headers.get("content-length")
    if length is None:
        return await _read_chunks(protocol, most) if "transfer-encoding" in headers else b""
    if not length.isascii() or not length.isdigit() or int(length[:20]) > most:
        raise BodyTooLargeError(most)
    return await protocol() if length != "0" else b""


async def _read_chunks(protocol: Any, most: int) -> bytes:
    chunks, size = [], 0
    async for chunk in protocol:
        size += len(chunk)
        if size > most:
            raise BodyTooLargeError(most)
        chunks.append(chunk)
    return b"".join(chunks)
