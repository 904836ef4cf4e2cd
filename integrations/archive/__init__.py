"""Archives that strangers made, unpacked in memory."""

from integrations.archive.unpack import is_archive_name, unpack

__all__ = ["is_archive_name", "unpack"]
