"""Bitbucket Cloud through its API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from common.errors import CallboardError
from integrations.hosts.answer import Answer, Row, needed, number_of, text_of, value_of
from integrations.hosts.api import HostApi
from integrations.hosts.content import plain_paths, read_archive, read_file, read_wanted
from integrations.hosts.listing import list_in_pages
from integrations.hosts.pages import Page, Paging, by_number
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
from integrations.whatwg import is_url, parse_url
from integrations.whatwg.query import query_parameter

PAGE_SIZE = 100
BYTES_IN_KIB = 1024
DEPTH_OF_TREE = 100
MOST_PAGES_OF_TREE = 1000
LINK = "link"
# New ones come last, so that the pages before them stay as they are.
ORDER = {"sort": "created_on"}


def _has_next(answer: Answer) -> bool:
    return bool(text_of(answer.row(), "next"))


BY_NUMBER = Paging(
    PAGE_SIZE,
    by_number(PAGE_SIZE, size_name="pagelen"),
    rows_of=lambda answer: answer.rows("values"),
    has_next=_has_next,
)


class BitbucketCloudHost:
    """``archives`` are not below the API but below the site itself."""

    type: ClassVar[str] = "bitbucketCloud"

    def __init__(self, host: str, api: HostApi, archives: HostApi, *, settings: HostSettings | None = None) -> None:
        self.host = host
        self.api = api
        self._archives = archives
        self._settings = settings or HostSettings()

    def list_repositories(
        self, scope: str, *, state: State | None = None, query: Mapping[str, Any] | None = None
    ) -> Listing:
        """Those of a workspace."""

        def read(known: list[Page]) -> list[Page]:
            return self.api.pages(
                *("repositories", scope),
                query={**ORDER, **(query or {})},
                known=known,
                paging=BY_NUMBER,
                pick=lambda row: self._repository(row).to_row(),
            )

        return list_in_pages(scope, read, state)

    def find_repository(self, full_name: str) -> HostRepository | None:
        workspace, name = split_name(full_name)
        answer = self.api.find("repositories", workspace, name)
        return named(full_name, answer, self._repository)

    def read_content(self, repository: HostRepository, wanted: Wanted, *, ref: str | None = None) -> RepositoryContent:
        branch = ref or repository.default_branch
        if branch is None:
            return EMPTY
        workspace, name = split_name(repository.full_name)
        content = read_archive(
            self._archives,
            repository,
            *(workspace, name, "get", f"{branch}.tar.gz"),
            wanted=wanted,
            settings=self._settings,
        )
        return content or self._read_files(workspace, name, branch, wanted)

    def file_url(self, repository: HostRepository, path: str, branch: str | None = None) -> str:
        branch = branch or repository.default_branch or "HEAD"
        return f"{repository.url}/src/{url_path(branch)}/{url_path(path)}"

    def _repository(self, row: Row) -> HostRepository:
        what = f"The repository {text_of(row, 'full_name')[:200]}"
        full_name = needed(row, "full_name", what=what)
        branch = text_of(row, "mainbranch", "name") or None
        return HostRepository(
            full_name=full_name,
            url=own_url(text_of(row, "links", "html", "href"), f"https://{self.host}", full_name),
            default_branch=branch,
            change_mark=f"{text_of(row, 'updated_on')} {branch or ''}",
            is_fork=isinstance(row.get("parent"), dict),
            visibility="private" if row.get("is_private") is True else "public",
            description=text_of(row, "description"),
            language=text_of(row, "language"),
            size_kib=number_of(row, "size") // BYTES_IN_KIB,
            project=text_of(row, "project", "key"),
            id=needed(row, "uuid", what=what),
        )

    def _read_files(self, workspace: str, name: str, ref: str, wanted: Wanted) -> RepositoryContent:
        answer = self.api.get("repositories", workspace, name, "commit", ref)
        commit = needed(answer.row(), "hash", what=f"The commit at {ref}")
        paths = plain_paths(self._list_files(workspace, name, commit))
        return read_wanted(commit, paths, wanted, lambda path: self._read_file(workspace, name, commit, path))

    def _list_files(self, workspace: str, name: str, commit: str) -> list[str]:
        found: list[str] = []
        asked: dict[str, str | int] = {"max_depth": DEPTH_OF_TREE, "pagelen": PAGE_SIZE}
        for _ in range(MOST_PAGES_OF_TREE):
            answer = self.api.get("repositories", workspace, name, "src", commit, query=asked)
            found += [text_of(row, "path") for row in answer.rows("values") if _is_file(row)]
            mark = _mark_of_next(answer)
            if mark is None:
                return found
            asked["page"] = mark
        raise CallboardError(f"The repository {workspace}/{name} has more files than are listed of it")

    def _read_file(self, workspace: str, name: str, commit: str, path: str) -> bytes | None:
        segments = ("repositories", workspace, name, "src", commit, *path.split("/"))
        return read_file(self.api, *segments, settings=self._settings)


def _is_file(row: Row) -> bool:
    attributes = value_of(row, "attributes")
    return row.get("type") == "commit_file" and not (isinstance(attributes, list) and LINK in attributes)


def _mark_of_next(answer: Answer) -> str | None:
    """Pages of files have no numbers; the address of the next one holds what stands for it."""
    following = text_of(answer.row(), "next")
    return query_parameter(parse_url(following), "page") if is_url(following) else None
