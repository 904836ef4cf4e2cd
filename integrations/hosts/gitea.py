"""Gitea and Forgejo through their API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from integrations.hosts.answer import Row, needed, number_of, text_of
from integrations.hosts.api import HostApi
from integrations.hosts.content import plain_paths, read_archive, read_file, read_wanted
from integrations.hosts.listing import list_in_pages, list_of_owner
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
    texts_of,
    url_path,
)
from integrations.hosts.settings import HostSettings

# A server may give fewer, and says then that there are more.
PAGE_SIZE = 50
LINK_MODE = "120000"
BY_NUMBER = Paging(PAGE_SIZE, by_number(PAGE_SIZE, size_name="limit"))
SEARCHED = replace(BY_NUMBER, rows_of=lambda answer: answer.rows("data"))
TREE_SIZE = 1000
BY_TREE_PAGE = Paging(
    TREE_SIZE,
    by_number(TREE_SIZE, size_name="per_page"),
    rows_of=lambda answer: answer.rows("tree"),
    has_next=lambda answer: answer.row().get("truncated") is True,
)


class GiteaHost:
    type: ClassVar[str] = "gitea"

    def __init__(self, host: str, base_url: str, api: HostApi, *, settings: HostSettings | None = None) -> None:
        self.host = host
        self.api = api
        self._base_url = base_url
        self._settings = settings or HostSettings()

    def list_repositories(
        self, scope: str, *, state: State | None = None, query: Mapping[str, Any] | None = None
    ) -> Listing:
        """Those of an organization, else of a user. With an empty scope, all that the token can see."""
        return list_of_owner(scope, state, lambda kind: self._list(kind, scope, state, query or {}), everything="all")

    def find_repository(self, full_name: str) -> HostRepository | None:
        owner, name = split_name(full_name)
        answer = self.api.find("repos", owner, name)
        return named(full_name, answer, self._repository)

    def read_content(self, repository: HostRepository, wanted: Wanted, *, ref: str | None = None) -> RepositoryContent:
        branch = ref or repository.default_branch
        if branch is None:
            return EMPTY
        owner, name = split_name(repository.full_name)
        content = read_archive(
            self.api,
            repository,
            *("repos", owner, name, "archive", f"{branch}.tar.gz"),
            wanted=wanted,
            settings=self._settings,
        )
        return content or self._read_files(owner, name, branch, wanted)

    def file_url(self, repository: HostRepository, path: str, branch: str | None = None) -> str:
        branch = branch or repository.default_branch or "HEAD"
        return f"{repository.url}/src/branch/{url_path(branch)}/{url_path(path)}"

    def _list(self, kind: str, scope: str, state: State | None, query: Mapping[str, Any]) -> Listing:
        segments = (kind, scope, "repos") if scope else ("repos", "search")

        def read(known: list[Page]) -> list[Page]:
            return self.api.pages(
                *segments,
                query=query,
                known=known,
                paging=BY_NUMBER if scope else SEARCHED,
                pick=lambda row: self._repository(row).to_row(),
            )

        return list_in_pages(scope, read, state, {"kind": kind})

    def _repository(self, row: Row) -> HostRepository:
        what = f"The repository {text_of(row, 'full_name')[:200]}"
        full_name = needed(row, "full_name", what=what)
        branch = None if row.get("empty") is True else text_of(row, "default_branch") or None
        visibility = (
            "internal" if row.get("internal") is True else "private" if row.get("private") is True else "public"
        )
        return HostRepository(
            full_name=full_name,
            url=own_url(text_of(row, "html_url"), self._base_url, full_name),
            default_branch=branch,
            change_mark=f"{text_of(row, 'updated_at')} {branch or ''}",
            is_archived=row.get("archived") is True,
            is_fork=row.get("fork") is True,
            visibility=visibility,
            topics=texts_of(row, "topics"),
            description=text_of(row, "description"),
            language=text_of(row, "language"),
            size_kib=number_of(row, "size"),
            id=needed(row, "id", what=what),
        )

    def _read_files(self, owner: str, name: str, ref: str, wanted: Wanted) -> RepositoryContent:
        answer = self.api.get("repos", owner, name, "git", "commits", ref)
        commit = needed(answer.row(), "sha", what=f"The commit at {ref}")
        pages = self.api.pages(
            *("repos", owner, name, "git", "trees", commit),
            query={"recursive": True},
            paging=BY_TREE_PAGE,
            pick=_picked_entry,
        )
        paths = plain_paths(path for page in pages for path in page.rows if path)
        return read_wanted(commit, paths, wanted, lambda path: self._read_file(owner, name, commit, path))

    def _read_file(self, owner: str, name: str, commit: str, path: str) -> bytes | None:
        segments = ("repos", owner, name, "raw", *path.split("/"))
        return read_file(self.api, *segments, query={"ref": commit}, settings=self._settings)


def _picked_entry(row: Row) -> str:
    """The path of a file; empty for what is none."""
    return text_of(row, "path") if row.get("type") == "blob" and row.get("mode") != LINK_MODE else ""
