"""Bitbucket Server, now Data Center, through its API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from common.errors import NotFoundError
from integrations.hosts.answer import Row, clean_text, needed, text_of, value_of
from integrations.hosts.api import HostApi, Query
from integrations.hosts.content import plain_paths, read_archive, read_file, read_wanted
from integrations.hosts.errors import HostSilentError
from integrations.hosts.repository import (
    EMPTY,
    HostRepository,
    Listing,
    RepositoryContent,
    State,
    Wanted,
    named,
    own_url,
    split_name,
    url_path,
)
from integrations.hosts.settings import HostSettings
from integrations.whatwg import parse_url, set_query_parameter

PAGE_SIZE = 100
FILES_SIZE = 1000
MOST_PAGES = 1000
# What the host takes for its default branch, whatever that is called.
DEFAULT_BRANCH = "HEAD"


class BitbucketServerHost:
    """
    ``full_name`` is ``PROJECT/repository``. The change mark is the default branch's newest commit, for which each
    repository is asked: the listing does not say when anything changed.
    """

    type: ClassVar[str] = "bitbucketServer"

    def __init__(self, host: str, api: HostApi, *, settings: HostSettings | None = None) -> None:
        self.host = host
        self.api = api
        self._settings = settings or HostSettings()

    def list_repositories(
        self, scope: str, *, state: State | None = None, query: Mapping[str, Any] | None = None
    ) -> Listing:
        """Those of a project. With an empty scope, all that the token can see."""
        segments = ("projects", scope, "repos") if scope else ("repos",)
        found = [self._repository(row) for row in self._rows(segments, {"limit": PAGE_SIZE, **(query or {})})]
        return Listing([self._marked(repository) for repository in found], {"scope": scope})

    def find_repository(self, full_name: str) -> HostRepository | None:
        answer = self.api.find(*self._segments(full_name))
        found = named(full_name, answer, self._repository)
        return None if found is None else self._marked(found)

    def read_content(self, repository: HostRepository, wanted: Wanted, *, ref: str | None = None) -> RepositoryContent:
        if ref is None and repository.default_branch is None:
            return EMPTY
        commit = repository.change_mark if ref is None else self._commit_of(repository.full_name, ref)
        if not commit:
            raise NotFoundError(f"The repository {repository.full_name} has no branch '{ref}'")
        content = read_archive(
            self.api,
            repository,
            *(*self._segments(repository.full_name), "archive"),
            wanted=wanted,
            settings=self._settings,
            query={"format": "tgz", "at": commit, "prefix": repository.name},
            commit=commit,
        )
        return content or self._read_files(repository.full_name, commit, wanted)

    def file_url(self, repository: HostRepository, path: str, branch: str | None = None) -> str:
        url = f"{repository.url}/browse/{url_path(path)}"
        return str(set_query_parameter(parse_url(url), "at", f"refs/heads/{branch}")) if branch else url

    def _repository(self, row: Row) -> HostRepository:
        what = f"The repository {text_of(row, 'slug')[:200]}"
        slug, project = needed(row, "slug", what=what), needed(row, "project", "key", what=what)
        links = value_of(row, "links", "self")
        said = text_of(links[0], "href") if isinstance(links, list) and links else ""
        base_url = self.api.base_url.partition("/rest/")[0]
        return HostRepository(
            full_name=f"{project}/{slug}",
            url=own_url(said.removesuffix("/browse"), base_url, f"projects/{project}/repos/{slug}"),
            default_branch=None,
            change_mark="",
            is_archived=row.get("archived") is True,
            is_fork=isinstance(row.get("origin"), dict),
            visibility="public" if row.get("public") is True else "private",
            description=text_of(row, "description"),
            project=project,
            id=needed(row, "id", what=what),
        )

    def _marked(self, repository: HostRepository) -> HostRepository:
        commit = self._commit_of(repository.full_name, None)
        return replace(repository, default_branch=DEFAULT_BRANCH, change_mark=commit) if commit else repository

    def _commit_of(self, full_name: str, ref: str | None) -> str:
        """The newest. Empty if there is no such branch, or no commit at all."""
        query: dict[str, str | int] = {"limit": 1, **({"until": ref} if ref else {})}
        answer = self.api.find(*self._segments(full_name), "commits", query=query)
        rows = answer.rows("values") if answer is not None else []
        return text_of(rows[0], "id") if rows else ""

    def _read_files(self, full_name: str, commit: str, wanted: Wanted) -> RepositoryContent:
        segments = (*self._segments(full_name), "files")
        listed = self._values(segments, {"at": commit, "limit": FILES_SIZE})
        paths = plain_paths(clean_text(path) for path in listed if isinstance(path, str))
        return read_wanted(commit, paths, wanted, lambda path: self._read_file(full_name, commit, path))

    def _read_file(self, full_name: str, commit: str, path: str) -> bytes | None:
        segments = (*self._segments(full_name), "raw", *path.split("/"))
        return read_file(self.api, *segments, query={"at": commit}, settings=self._settings)

    def _segments(self, full_name: str) -> tuple[str, ...]:
        project, name = split_name(full_name)
        return ("projects", project, "repos", name)

    def _rows(self, segments: tuple[str, ...], query: Query) -> Iterator[Row]:
        for value in self._values(segments, query):
            if not isinstance(value, dict):
                raise HostSilentError(f"{self.host} answered without a list of objects at 'values'")
            yield value

    def _values(self, segments: tuple[str, ...], query: Query) -> Iterator[Any]:
        asked = dict(query)
        for _ in range(MOST_PAGES):
            answer = self.api.get(*segments, query=asked).row()
            values = answer.get("values")
            if not isinstance(values, list):
                raise HostSilentError(f"{self.host} answered without a list at 'values'")
            yield from values
            following = answer.get("nextPageStart")
            if answer.get("isLastPage") is not False or not isinstance(following, int):
                return
            asked["start"] = following
        raise HostSilentError(f"{self.host} has more than {MOST_PAGES} pages of {'/'.join(segments)}")
