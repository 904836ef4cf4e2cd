"""Why a read failed, before anyone says of which URL."""

from __future__ import annotations


class ReadFault(Exception):
    """The message completes ``Unable to read <url>, …``."""


class AddressRefused(ReadFault):
    """The host has no address that may be connected to."""


class BodyTooLarge(ReadFault):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(
            f"it has more than {limit} bytes, which is the limit; split it, or raise callboard.catalog.limits.maxBytes"
        )
