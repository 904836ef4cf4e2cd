"""What could not be taken over from a directory: one line a reason, with a few names of whom it concerns."""

from __future__ import annotations

MAX_NAMED = 5
MAX_SHOWN = 100


class Notes:
    """Collects while an organisation is read. A directory with 10,000 faults makes a few lines, not 10,000."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._named: dict[str, list[str]] = {}

    def add(self, reason: str, who: str) -> None:
        """``reason`` is the same text for all that it concerns."""
        self._counts[reason] = self._counts.get(reason, 0) + 1
        named = self._named.setdefault(reason, [])
        if len(named) < MAX_NAMED:
            named.append(_shown(who))

    def lines(self) -> list[str]:
        return [self._line(reason, count) for reason, count in self._counts.items()]

    def _line(self, reason: str, count: int) -> str:
        named = self._named[reason]
        more = count - len(named)
        return f"{reason}: {', '.join(named)}" + (f" and {more} more" if more else "")


def _shown(who: str) -> str:
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in who)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
