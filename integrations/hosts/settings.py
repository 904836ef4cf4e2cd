"""``callboard.hosts``: how much of code hosts we use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from common.app_config import AppConfig

MEBIBYTE = 1024 * 1024
RESERVE_PERCENT = 20
MAX_ARCHIVE_BYTES = 50 * MEBIBYTE
MAX_FILE_BYTES = 10 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class HostSettings:
    """
    ``reserve_percent`` of a host's limit is kept for people. Larger repositories than ``max_archive_bytes`` are read
    file by file; ``max_file_bytes`` is for one file that is kept.
    """

    reserve_percent: int = RESERVE_PERCENT
    max_archive_bytes: int = MAX_ARCHIVE_BYTES
    max_file_bytes: int = MAX_FILE_BYTES

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError."""
        reserve = config.integer("callboard.hosts.reservePercent", RESERVE_PERCENT)
        if not 0 <= reserve <= 90:
            raise config.error("callboard.hosts.reservePercent", "a percentage from 0 to 90")
        archive = config.integer("callboard.hosts.maxArchiveBytes", MAX_ARCHIVE_BYTES)
        if archive < 0:
            raise config.error("callboard.hosts.maxArchiveBytes", "a number of bytes")
        return cls(reserve, archive, config.integer("callboard.catalog.limits.maxBytes", MAX_FILE_BYTES))
