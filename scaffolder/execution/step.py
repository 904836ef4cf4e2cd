"""A step as the task's specification has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from common.app_config.duration import to_duration
from common.errors import InputError

MOST_TRIES = 20
LONGEST_BACKOFF = 3600.0


@dataclass(frozen=True, slots=True)
class Step:
    """
    ``condition`` and ``each`` are None where the template has none; ``timeout`` and ``backoff`` are seconds.

    ``retries`` is how often it is tried again after it failed; the wait doubles each time.
    """

    position: int
    id: str
    name: str
    action: str
    input: Any
    condition: Any
    each: Any
    timeout: float | None
    retries: int
    backoff: float

    @classmethod
    def parse(cls, position: int, step: Mapping[str, Any]) -> Self:
        """Raises InputError for a wrong ``timeout`` or ``retry``, which are ours."""
        retries, backoff = _parse_retry(step)
        return cls(
            position=position,
            id=str(step["id"]),
            name=str(step["name"]),
            action=str(step["action"]),
            input=step.get("input"),
            condition=step.get("if"),
            each=step.get("each"),
            timeout=_seconds(step, step.get("timeout"), "timeout"),
            retries=retries,
            backoff=backoff,
        )


def _parse_retry(step: Mapping[str, Any]) -> tuple[int, float]:
    retry = step.get("retry")
    if retry is None:
        return 0, 0.0
    most = retry.get("max") if isinstance(retry, dict) else None
    if not isinstance(most, int) or isinstance(most, bool) or not 0 <= most <= MOST_TRIES:
        raise InputError(
            f"Step '{step['id']}' has retry: {retry!r}; expected {{ max: a number up to {MOST_TRIES}, backoff: a duration }}"
        )
    backoff = _seconds(step, retry.get("backoff", "1s"), "retry.backoff")
    return most, min(backoff or 0.0, LONGEST_BACKOFF)


def _seconds(step: Mapping[str, Any], value: Any, key: str) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value) if _is_number(value) else to_duration(value).total_seconds()
    except ValueError:
        seconds = -1.0
    if seconds < 0:
        expected = "seconds, a text such as '5m' or a record such as { minutes: 5 }"
        raise InputError(f"Step '{step['id']}' has {key}: {value!r}; expected {expected}")
    return seconds


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
