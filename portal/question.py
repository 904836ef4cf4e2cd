"""What the catalog page is asked for: read from the address, written back into links. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from catalog.queries.order import OrderField
from catalog.queries.predicate import AllOf, HasValue, Predicate
from portal.root import at

ALL_KINDS = "all"
CATALOG = "/"
MAX_PARAMETER = 250


@dataclass(frozen=True, slots=True)
class Filter:
    """What the form calls it, the key in the index, what people read."""

    name: str
    key: str
    label: str


FILTERS = (
    Filter("owner", "relations.ownedBy", "Owner"),
    Filter("type", "spec.type", "Type"),
    Filter("lifecycle", "spec.lifecycle", "Lifecycle"),
    Filter("tag", "metadata.tags", "Tag"),
)
DEFAULT_SORT = "name"
SORT_KEYS = {
    "name": "metadata.name",
    "owner": "relations.ownedBy",
    "type": "spec.type",
    "lifecycle": "spec.lifecycle",
}


@dataclass(frozen=True, slots=True)
class Question:
    """
    ``kind`` is in lower case, ``all``, or empty until one is chosen; ``sort`` may start with a minus.

    ``path`` is the page that asks. Others than the catalog's have one kind of their own.
    """

    kind: str
    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = DEFAULT_SORT
    path: str = CATALOG

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.filters)

    @property
    def sort_name(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def order(self) -> OrderField:
        return OrderField(SORT_KEYS[self.sort_name], "desc" if self.sort.startswith("-") else "asc")

    def predicate(self, *, without: str = "") -> Predicate | None:
        """All that is asked but for the text, and but for the filter ``without``."""
        parts: list[Predicate] = [] if self.kind in ("", ALL_KINDS) else [HasValue("kind", (self.kind,))]
        used = [item for item in FILTERS if item.name in self.filters and item.name != without]
        parts += [HasValue(item.key.lower(), (self.filters[item.name].lower(),)) for item in used]
        return AllOf(tuple(parts)) if parts else None

    def url(self, cursor: str = "") -> str:
        asked = {"kind": self.kind if self.path == CATALOG else "", "q": self.text, **self.filters}
        if self.sort != DEFAULT_SORT:
            asked["sort"] = self.sort
        given = {name: value for name, value in {**asked, "cursor": cursor}.items() if value}
        return at(f"{self.path}?{urlencode(given)}")

    def with_filter(self, name: str, value: str) -> Question:
        """The same with one filter set, or taken away if the value is empty."""
        filters = {key: old for key, old in self.filters.items() if key != name}
        return replace(self, filters=filters | {name: value} if value else filters)

    def with_sort(self, name: str) -> Question:
        """Sorted by that; the other way round if it is already."""
        return replace(self, sort=f"-{name}" if self.sort == name else name)

    def with_kind(self, kind: str) -> Question:
        """The same text in another kind. What was filtered by hardly fits there."""
        return Question(kind, self.text)

    def without_text(self) -> Question:
        return replace(self, text="")


def read_question(parameters: Mapping[str, str]) -> Question:
    """Never fails: what makes no sense was not asked."""
    asked = {name: parameters.get(name, "")[:MAX_PARAMETER].strip() for name in ("kind", "q", "sort")}
    filters = {item.name: parameters.get(item.name, "")[:MAX_PARAMETER].strip() for item in FILTERS}
    sort = asked["sort"] if asked["sort"].removeprefix("-") in SORT_KEYS else DEFAULT_SORT
    given = {name: value for name, value in filters.items() if value}
    return Question(asked["kind"].lower(), asked["q"], given, sort)
