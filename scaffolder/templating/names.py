"""Which slot a name means, decided while a template is compiled."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Frame:
    """The slots of one root, macro, caller body or block. ``outer`` is the frame around a caller body."""

    outer: Frame | None = None
    count: int = 0

    def new_slot(self) -> int:
        self.count += 1
        return self.count


@dataclass(frozen=True, slots=True)
class Slot:
    frame: Frame
    index: int


@dataclass(slots=True, eq=False)
class Usage:
    """How often ``loop`` was named in the template so far."""

    loop: int = 0


@dataclass(slots=True, eq=False)
class Names:
    """What names mean at one place of the template. ``changing`` are those that the template itself ever sets."""

    frame: Frame
    changing: frozenset[str]
    usage: Usage = field(default_factory=Usage)
    bindings: dict[str, Slot] = field(default_factory=dict)

    def bind(self, name: str) -> int:
        """A new slot for the name from here on."""
        index = self.frame.new_slot()
        self.bindings[name] = Slot(self.frame, index)
        return index

    def region(self) -> Names:
        """A part in the same frame, whose bindings end with it."""
        return Names(self.frame, self.changing, self.usage, dict(self.bindings))

    def macro(self) -> Names:
        """A frame of its own, which sees no slot from outside."""
        return Names(Frame(), self.changing, self.usage)

    def caller(self) -> Names:
        """A frame of its own, which sees the slots around it."""
        return Names(Frame(self.frame), self.changing, self.usage, dict(self.bindings))

    def find(self, name: str) -> tuple[int, int] | None:
        """How many frames out the name's slot is, and its number; None if the name has no slot here."""
        slot = self.bindings.get(name)
        if slot is None:
            return None
        hops = 0
        frame: Frame | None = self.frame
        while frame is not None and frame is not slot.frame:
            frame = frame.outer
            hops += 1
        return hops, slot.index
