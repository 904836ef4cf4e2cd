"""``fields=``: which parts of each entity a client wants to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Projection:
    """The wanted paths, e.g. ``metadata.name``. ``project(body)`` cuts one entity's JSON down to them."""

    paths: tuple[str, ...]

    def project(self, body: bytes) -> bytes:
        raise NotImplementedError


def parse_fields(params: Iterable[str] | None, *, extra: Iterable[str] | None = None) -> Projection | None:
    """
    Read ``fields`` parameters, each a comma-separated list, after the ``extra`` ones of a request's body.

    None if nothing is named: then entities come whole. Raises InputError on array paths (``a[0]``).
    """
    raise NotImplementedError
