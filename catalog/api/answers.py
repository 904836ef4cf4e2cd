"""Builds the bodies of answers. Entities go out as they were stored: their JSON text is joined, never parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from common.json_response import to_json


def join_bodies(bodies: Sequence[bytes | None]) -> bytes:
    """A JSON list of texts; None is null."""
    return b"[%s]" % b",".join([b"null" if body is None else body for body in bodies])


def join_page(bodies: Sequence[bytes], rest: Mapping[str, Any]) -> bytes:
    """``{"items": [...], ...rest}``."""
    return b'{"items":%s,%s' % (join_bodies(bodies), to_json(rest)[1:])
