"""Did you mean: the nearest known name to one that is unknown."""

from __future__ import annotations

from collections.abc import Iterable

from scaffolder.templating.errors import quoted

MOST_COMPARED = 256
LONGEST_NAME = 64


def unknown_name(description: str, name: str, known: Iterable[str]) -> str:
    """The message for a name that nobody knows."""
    nearest = suggest(name, known)
    return f"Unknown {description} {quoted(name)}" + (f'; did you mean "{nearest}"?' if nearest else "")


def suggest(name: str, known: Iterable[str]) -> str | None:
    """The known name that fewest slips of the keyboard part from this one, if they are few for its length."""
    if not 0 < len(name) <= LONGEST_NAME:
        return None
    allowed = 1 if len(name) <= 4 else 2 if len(name) <= 10 else 3
    best: str | None = None
    for candidate, _ in zip(known, range(MOST_COMPARED), strict=False):
        if candidate == name or abs(len(candidate) - len(name)) > allowed:
            continue
        distance = edit_distance(name, candidate)
        if distance < allowed + (best is None):
            best, allowed = candidate, distance
    return best


def edit_distance(left: str, right: str) -> int:
    """How many letters to add, drop, change or swap with a neighbour."""
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        current = [i]
        for j, b in enumerate(right, 1):
            distance = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b))
            if before and j > 1 and a == right[j - 2] and left[i - 2] == b:
                distance = min(distance, before[j - 2] + 1)
            current.append(distance)
        before, previous = previous, current
    return previous[-1]
