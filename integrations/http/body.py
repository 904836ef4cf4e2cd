"""Reading an answer's body without believing what it says about its size."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from integrations.http.faults import BodyTooLarge, ReadFault

ACCEPTED_ENCODINGS = "gzip"
GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
MAX_DRAINED = 16 * 1024
PACKING_OVERHEAD = 64 * 1024  # by which packed data may be longer than what is in it


def read_bounded(chunks: Iterable[bytes], *, encoding: str, max_bytes: int) -> bytes:
    """
    The whole body, decoded. Stops reading, and decoding, as soon as it is longer than ``max_bytes``.

    Raises BodyTooLarge then, and ReadFault for an encoding that we did not ask for or that is broken.
    """
    if encoding in ("", "identity"):
        return _join(chunks, max_bytes)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ReadFault(f"the server sent the encoding '{encoding[:50]}', which was not asked for")
    try:
        return _join(_inflate(limited(chunks, max_bytes + PACKING_OVERHEAD), max_bytes), max_bytes)
    except zlib.error as error:
        raise ReadFault(f"the server sent broken {encoding} data ({error})") from None


def drain(chunks: Iterable[bytes]) -> None:
    """Read a small body that nobody wants to its end, since that keeps the connection."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_DRAINED:
            return


def _join(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    return b"".join(limited(chunks, max_bytes))


def limited(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """The same. Raises BodyTooLarge at the one that makes them too many."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise BodyTooLarge(max_bytes)
        yield chunk


def _inflate(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """Never more than ``max_bytes`` + 1 at a time."""
    decoder = zlib.decompressobj(GZIP_OR_ZLIB)
    for chunk in chunks:
        data = chunk
        while data:
            if decoder.eof:  # gzip allows several members in a row
                decoder = zlib.decompressobj(GZIP_OR_ZLIB)
            yield decoder.decompress(data, max_bytes + 1)
            data = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if not decoder.eof:
        raise zlib.error("it ends too early")
