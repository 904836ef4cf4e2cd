"""What was typed into a form: the names of inputs with their contents, of every page so far. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

# Names of inputs are JSON pointers into the parameters, or into the secrets that no parameter asks for.
SECRET = "secret:"  # noqa: S105  a prefix
MAX_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Typed:
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, posted: Iterable[tuple[str, list[str]]]) -> Self:
        """Of all that was posted, what belongs to fields."""
        return cls({name: tuple(map(_plain, texts)) for name, texts in posted if name.startswith(("/", SECRET))})

    def __contains__(self, name: str) -> bool:
        return name in self.inputs

    def last(self, name: str) -> str:
        """A checkbox that is not ticked sends nothing; a hidden input before it with the same name speaks for it."""
        return self.inputs[name][-1]

    def all(self, name: str) -> tuple[str, ...]:
        return self.inputs[name]

    def count(self, name: str) -> int:
        """How many items the list of that name has."""
        text = self.last(name)
        return min(int(text), MAX_ITEMS) if text.isascii() and text.isdigit() and len(text) < 6 else 0

    def with_item(self, name: str) -> Typed:
        """One more item at the end of a list."""
        count = self.count(name) if name in self else 0
        return Typed({**self.inputs, name: (str(min(count + 1, MAX_ITEMS)),)})

    def without_item(self, item: str) -> Typed:
        """The later items of the list move up."""
        name, _, last = item.rpartition("/")
        if name not in self or not (last.isascii() and last.isdigit() and len(last) < 6):
            return self
        gone, count = int(last), self.count(name)
        if gone >= count:
            return self
        kept = {_moved_up(key, name, gone): texts for key, texts in self.inputs.items() if not _is_within(key, item)}
        return Typed({**kept, name: (str(count - 1),)})


def _is_within(name: str, parent: str) -> bool:
    return name == parent or name.startswith((parent + "/", parent + "?"))


def _moved_up(key: str, name: str, gone: int) -> str:
    if not key.startswith(name + "/"):
        return key
    place, slash, rest = key.removeprefix(name + "/").partition("/")
    place, mark, piece = place.partition("?")
    if not (place.isascii() and place.isdigit()) or int(place) <= gone:
        return key
    return f"{name}/{int(place) - 1}{mark}{piece}{slash}{rest}"


def _plain(text: str) -> str:
    """Browsers send line breaks as two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
