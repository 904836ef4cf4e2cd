"""Whether a file is text, judged by its beginning as the npm package ``isbinaryfile`` (5.0) judges it."""

from __future__ import annotations

SCANNED = 512
# So much is looked at in all, to see the end of a character that begins within the first 512 bytes.
LOOKED_AT = SCANNED + 3
TEXT_MARKS = (b"\xef\xbb\xbf", b"\x00\x00\xfe\xff", b"\xff\xfe\x00\x00", b"\x84\x31\x95\x33", b"\xfe\xff", b"\xff\xfe")
PDF = b"%PDF-"
PLAIN = bytes([*range(7, 15), *range(32, 128)])
MOST_SUSPICIOUS_PERCENT = 10
BYTES_BEFORE_VERDICT = 32
LONGEST_VARINT = 10


def is_binary(data: bytes) -> bool:
    """An empty file is text."""
    head = data[:LOOKED_AT]
    if head.startswith(TEXT_MARKS[:4]):
        return False
    if head.startswith(PDF):
        return True
    if head.startswith(TEXT_MARKS):
        return False
    if not head.translate(None, PLAIN):
        return False
    return _looks_binary(head)


def _looks_binary(head: bytes) -> bool:
    scanned = min(len(head), SCANNED)
    suspicious = position = 0
    while position < scanned:
        byte = head[position]
        if byte == 0:
            return True
        if byte not in PLAIN:
            length, last = _character(head, position)
            position = last
            if not length:
                suspicious += 1
                if position >= BYTES_BEFORE_VERDICT and suspicious * 100 / scanned > MOST_SUSPICIOUS_PERCENT:
                    return True
        position += 1
    if suspicious * 100 / scanned > MOST_SUSPICIOUS_PERCENT:
        return True
    return suspicious > 1 and _is_protocol_buffer(head[:scanned])


def _character(head: bytes, position: int) -> tuple[bool, int]:
    """Whether a character of several bytes begins here, and the last position that was used up to find out."""
    byte = head[position]
    for first, last, more in ((0xC0, 0xDF, 1), (0xE0, 0xEF, 2), (0xF0, 0xF7, 3)):
        if first <= byte <= last and position + more < len(head):
            following = head[position + 1 : position + 1 + more]
            if all(0x80 <= other <= 0xBF for other in following):
                return True, position + more
            return False, position + 1
    return False, position


def _is_protocol_buffer(data: bytes) -> bool:
    """Whether it can be read as whole fields of a protocol buffer, all but the last of them to their end."""
    position = fields = 0
    while True:
        key, position = _varint(data, position)
        if key is None:
            break
        if (kind := key & 7) == 0:
            value, position = _varint(data, position)
            if value is None:
                break
        elif kind in (1, 5):
            position += 8 if kind == 1 else 4
        elif kind == 2:
            length, position = _varint(data, position)
            if length is None:
                break
            position += max(length, 0)
        else:
            return False
        if position > len(data):
            break
        fields += 1
    return fields > 0


def _varint(data: bytes, position: int) -> tuple[int | None, int]:
    """The number, 32 bits with a sign, and where it ends; None if it is cut off or too long."""
    value = 0
    for count in range(LONGEST_VARINT + 1):
        if position >= len(data):
            return None, position
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << (7 * count % 32)
        if not byte & 0x80:
            value &= 0xFFFFFFFF
            return (value - (1 << 32) if value & 0x80000000 else value), position
    return None, position
