"""The shrink guard: a source that suddenly has little is believed only if a person says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from common.hashing import content_hash

# So few may always go: small sources shrink by large shares.
ALWAYS_ALLOWED = 10


@dataclass(frozen=True, slots=True)
class Removal:
    """What a full mutation would take out of a bucket that holds ``held`` entities."""

    refs: tuple[str, ...]
    held: int

    @property
    def digest(self) -> str:
        """Names exactly this removal, for a person who accepts it."""
        return content_hash("\n".join(self.refs).encode())


def find_removal(held: Collection[str], wanted: Collection[str]) -> Removal:
    return Removal(tuple(sorted(set(held) - set(wanted))), len(held))


def is_too_large(removal: Removal, *, max_shrink: float, accepted: str) -> bool:
    """Whether a person must be asked first; ``accepted`` is the digest of what he has said yes to."""
    if len(removal.refs) <= ALWAYS_ALLOWED or removal.digest == accepted:
        return False
    return len(removal.refs) > max_shrink * removal.held


def describe_hold(removal: Removal, provider: str, *, max_shrink: float) -> str:
    return (
        f"{len(removal.refs)} of {removal.held} entities would be removed, which is more than"
        f" callboard.catalog.providers.maxShrink allows ({max_shrink:.0%}). Nothing was removed. If it is right, let it"
        f" through with: callboard catalog accept '{provider}'"
    )
