"""Smaller answers for clients that say they can read them, as Backstage's server gives."""

from __future__ import annotations

import zlib

SMALLEST = 1024
# A list of 1 MiB takes 5 ms at this level and 11 ms at the usual one, which saves a tenth more on the wire.
LEVEL = 2
GZIP = 16 + zlib.MAX_WBITS
COMPRESSIBLE = ("application/json", "application/javascript", "image/svg+xml", "text/")

HeaderList = list[tuple[str, str]]


def compress(body: bytes, headers: HeaderList, accepted: str) -> tuple[bytes, HeaderList]:
    """
    Body and headers as they are to be sent. ``accepted`` is the client's Accept-Encoding.

    Small answers, and those of types that are compressed already, stay as they are.
    """
    known = dict(headers)
    if not known.get("content-type", "").startswith(COMPRESSIBLE) or "content-encoding" in known:
        return body, headers
    vary = ", ".join(filter(None, [known.get("vary"), "Accept-Encoding"]))
    headers = [header for header in headers if header[0] not in ("vary", "content-length")] + [("vary", vary)]
    if len(body) < SMALLEST or not takes_gzip(accepted):
        return body, headers
    compressor = zlib.compressobj(LEVEL, wbits=GZIP)
    return compressor.compress(body) + compressor.flush(), [*headers, ("content-encoding", "gzip")]


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, and not with a weight of 0."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "").rstrip("0") not in ("q=", "q=0.")
    return False
