"""How much a template may ask for, and the meter that stops it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from scaffolder.templating.errors import LimitFault, TimeFault

# Reading a text is bounded alike for everybody, since what it is compiled to is kept and shared.
LONGEST_SOURCE = 4 * 1024 * 1024
MOST_NODES = 200_000
DEEPEST_NESTING = 60

# Of one list or record, and of everything that goes in or comes out at once.
MOST_ENTRIES = 100_000
DEEPEST_VALUE = 256
LONGEST_PATTERN = 16_384

READING_SECONDS = 3.0
NODES_BETWEEN_LOOKS = 256

STEPS_BETWEEN_LOOKS = 2_000
# So many characters of made text cost as much as one step.
TEXT_PER_STEP = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one render. A step is about one node of the template evaluated once."""

    steps: int = 3_000_000
    output: int = 16 * 1024 * 1024
    text: int = 16 * 1024 * 1024
    calls: int = 4_096
    macro_depth: int = 60
    seconds: float = 3.0


class Stopwatch:
    """The time for reading one template, the thread's own."""

    __slots__ = ("_deadline",)

    def __init__(self) -> None:
        self._deadline = time.thread_time() + READING_SECONDS

    def check(self) -> None:
        """Raises TimeFault when it is over."""
        if time.thread_time() > self._deadline:
            raise TimeFault(f"Template takes longer than {READING_SECONDS} seconds to read")


class Budget:
    """What one render has used. Time is the thread's own, so that a busy machine refuses nobody."""

    __slots__ = ("_deadline", "_next_look", "calls", "holds_callables", "limits", "macro_depth", "output", "steps")

    def __init__(self, limits: Limits, deadline: float | None = None) -> None:
        self.limits = limits
        self.steps = self.output = self.calls = self.macro_depth = 0
        # Set once a list or record with something callable in it was made; until then none need be looked for.
        self.holds_callables = False
        self._next_look = STEPS_BETWEEN_LOOKS
        self._deadline = time.thread_time() + limits.seconds if deadline is None else deadline

    def charge(self, units: int = 1) -> None:
        """Count steps. Raises LimitFault when there were too many, or too much time has passed."""
        self.steps += units
        if self.steps >= self._next_look:
            self._look()

    def _look(self) -> None:
        if self.steps > self.limits.steps:
            raise LimitFault(f"Template evaluation exceeded the limit of {self.limits.steps} steps")
        self.seconds_left()
        self._next_look = self.steps + STEPS_BETWEEN_LOOKS

    def seconds_left(self) -> float:
        """The rest of the render's time. Raises LimitFault if there is none."""
        left = self._deadline - time.thread_time()
        if left <= 0:
            raise TimeFault(f"Template evaluation exceeded the limit of {self.limits.seconds} seconds")
        return left

    def add_output(self, length: int) -> None:
        """Count characters of the result."""
        self.output += length
        if self.output > self.limits.output:
            raise LimitFault(f"Template evaluation exceeded the limit of {self.limits.output} characters of output")

    def made(self, text: str) -> str:
        """A text that an operation made, once it is paid for."""
        self.reserve_text(len(text))
        return text

    def reserve_text(self, length: float) -> None:
        """Pay for a text of this length before it is made. Raises LimitFault if it would be too long."""
        if length > self.limits.text:
            raise LimitFault(f"Template evaluation exceeded the limit of {self.limits.text} characters in one text")
        self.charge(int(length) // TEXT_PER_STEP + 1)

    def reserve_entries(self, count: float) -> None:
        """Pay for a list or record of this many entries before it is made."""
        if count > MOST_ENTRIES:
            raise LimitFault(f"Template value containers cannot exceed {MOST_ENTRIES} entries")
        self.charge(int(count) + 1)

    def add_call(self) -> None:
        """Count a call of a filter or function that the host gave."""
        self.calls += 1
        if self.calls > self.limits.calls:
            raise LimitFault(f"Template evaluation exceeded the limit of {self.limits.calls} capability calls")
        self.charge()
