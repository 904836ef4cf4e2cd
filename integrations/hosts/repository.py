"""What all code hosts have in common: repositories, listings of them, and what is in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, ClassVar, Protocol, Self
from urllib.parse import quote

from integrations.hosts.answer import Answer, Row, clean_text, value_of
from integrations.hosts.api import HostApi
from integrations.whatwg import is_url, parse_url

MEBIBYTE = 1024 * 1024
# What may stand in the path of a file's URL as it is: patterns, too.
KEPT_IN_URL = "/!$&'()*+,;=:@~[]"
Wanted = Callable[[str], bool]
State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HostRepository:
    """
    ``change_mark`` is another one if the default branch may have changed. ``project`` is what the host sorts its
    repositories into: Bitbucket's project key, Azure's project, GitLab's namespace; else empty.
    """

    full_name: str
    url: str
    default_branch: str | None
    change_mark: str
    is_archived: bool = False
    is_fork: bool = False
    visibility: str = ""
    topics: tuple[str, ...] = ()
    description: str = ""
    language: str = ""
    size_kib: int = 0
    project: str = ""
    id: str = ""

    @property
    def name(self) -> str:
        return self.full_name.rpartition("/")[2]

    def to_row(self) -> list[Any]:
        """As JSON can hold it."""
        return [list(value) if isinstance(value, tuple) else value for value in astuple(self)]

    @classmethod
    def from_row(cls, row: list[Any]) -> Self:
        values: Any = [tuple(value) if isinstance(value, list) else value for value in row]
        return cls(*values)


@dataclass(frozen=True, slots=True)
class Listing:
    """``state`` is JSON, for the next listing: what has not changed is not sent again."""

    repositories: list[HostRepository]
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RepositoryContent:
    """All paths at one commit, and the wanted files but those that are too large. An empty repository has no commit."""

    commit: str
    paths: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)


EMPTY = RepositoryContent("")


class RepositoryHost(Protocol):
    """One account at one host. Raises what HostApi raises."""

    type: ClassVar[str]
    host: str
    api: HostApi

    def list_repositories(
        self, scope: str, *, state: State | None = None, query: Mapping[str, Any] | None = None
    ) -> Listing:
        """
        ``scope`` is an organization, user, group, workspace or project. ``query`` goes to the host as it is.
        """

    def find_repository(self, full_name: str) -> HostRepository | None:
        """None if there is none of this name: it is gone, or has another one."""

    def read_content(self, repository: HostRepository, wanted: Wanted, *, ref: str | None = None) -> RepositoryContent:
        """At ``ref``, else at the default branch. Raises NotFoundError if there is no such ref."""

    def file_url(self, repository: HostRepository, path: str, branch: str | None = None) -> str:
        """As people see it."""


def url_path(path: str) -> str:
    return quote(path.removeprefix("/"), safe=KEPT_IN_URL)


def named(full_name: str, answer: Answer | None, build: Callable[[Row], HostRepository]) -> HostRepository | None:
    """What the host found, if it has that name: hosts mind no case, and answer for old names, too."""
    found = None if answer is None else build(answer.row())
    return found if found is not None and found.full_name.lower() == full_name.lower() else None


def split_name(full_name: str) -> tuple[str, str]:
    owner, _, name = full_name.rpartition("/")
    return owner, name


def rows_in(pages: list[Any]) -> Iterator[HostRepository]:
    """The repositories of pages whose rows are ``to_row()``, each once."""
    seen = set()
    for page in pages:
        for row in page.rows:
            repository = HostRepository.from_row(row)
            if repository.id not in seen:
                seen.add(repository.id)
                yield repository


def own_url(said: str, base_url: str, path: str) -> str:
    """The page of a repository as its host says it, if that is on the host itself; else as it ought to be."""
    base = parse_url(base_url)
    if is_url(said) and parse_url(said).host == base.host and parse_url(said).scheme in ("http", "https"):
        return said.rstrip("/")
    return f"{base_url.rstrip('/')}/{url_path(path)}"


def texts_of(row: Row, key: str) -> tuple[str, ...]:
    found = value_of(row, key)
    return tuple(clean_text(text) for text in found if isinstance(text, str)) if isinstance(found, list) else ()
