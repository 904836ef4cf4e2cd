"""Lists that come in pages, of which those that have not changed are not sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from integrations.hosts.answer import Answer, Row

Pick = Callable[[Row], Any]


def same_row(row: Row) -> Any:
    return row


@dataclass(frozen=True, slots=True)
class Page:
    """``key`` is what was asked for. ``has_next`` as the host said, where it says so."""

    key: str
    etag: str
    rows: list[Any]
    has_next: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"key": self.key, "etag": self.etag, "rows": self.rows, "hasNext": self.has_next}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(value["key"], value["etag"], value["rows"], value["hasNext"])


def by_number(
    size: int, *, page: str = "page", size_name: str = "per_page"
) -> Callable[[Sequence[Page]], dict[str, int]]:
    return lambda found: {size_name: size, page: len(found) + 1}


@dataclass(frozen=True, slots=True)
class Paging:
    """
    How a host parts its lists. ``rows_of`` gives the rows of an answer; ``query_of`` asks for the page after those
    found so far.
    """

    size: int
    query_of: Callable[[Sequence[Page]], Mapping[str, str | int]]
    rows_of: Callable[[Answer], list[Row]] = Answer.rows
    has_next: Callable[[Answer], bool] = lambda answer: 'rel="next"' in answer.headers.get("link", "")
    most_pages: int = 1000

    def page_of(self, key: str, answer: Answer, pick: Pick) -> Page:
        return Page(key, answer.etag, [pick(row) for row in self.rows_of(answer)], self.has_next(answer))

    def goes_on(self, page: Page) -> bool:
        """A full page is never taken for the last: what came behind it does not change it."""
        return page.has_next or len(page.rows) >= self.size


BY_NUMBER = Paging(100, by_number(100))
