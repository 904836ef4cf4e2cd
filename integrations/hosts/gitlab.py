"""GitLab through its API."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from integrations.hosts.answer import Row, needed, number_of, text_of, value_of
from integrations.hosts.api import HostApi
from integrations.hosts.content import plain_paths, read_archive, read_file, read_wanted
from integrations.hosts.listing import list_in_pages
from integrations.hosts.pages import BY_NUMBER, Page, Paging
from integrations.hosts.repository import (
    EMPTY,
    HostRepository,
    Listing,
    RepositoryContent,
    State,
    Wanted,
    named,
    own_url,
    texts_of,
    url_path,
)
from integrations.hosts.settings import HostSettings

PAGE_SIZE = 100
LINK_MODE = "120000"
BYTES_IN_KIB = 1024
# GitLab notes activity at most once an hour; what is older will not change any more without another date.
SETTLED_SECONDS = 90 * 60


def _by_id(found: Sequence[Page]) -> Mapping[str, str | int]:
    """Pages without numbers, which GitLab wants beyond 50,000 rows."""
    asked: dict[str, str | int] = {"per_page": PAGE_SIZE, "pagination": "keyset"}
    if found and found[-1].rows:
        asked["id_after"] = HostRepository.from_row(found[-1].rows[-1]).id
    return asked


BY_ID = Paging(PAGE_SIZE, _by_id)
BY_TREE_PAGE = Paging(PAGE_SIZE, BY_NUMBER.query_of, most_pages=3000)


class GitlabHost:
    type: ClassVar[str] = "gitlab"

    def __init__(
        self,
        host: str,
        api: HostApi,
        *,
        settings: HostSettings | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.host = host
        self.api = api
        self._settings = settings or HostSettings()
        self._now = now

    def list_repositories(
        self, scope: str, *, state: State | None = None, query: Mapping[str, Any] | None = None
    ) -> Listing:
        """The projects of a group and of those below it. With an empty scope, all that the token can see."""
        segments = ("groups", scope, "projects") if scope else ("projects",)
        asked = {
            "order_by": "id",
            "sort": "asc",
            **({"include_subgroups": True} if scope else {}),
            **(query or {}),
        }
        paging = BY_NUMBER if scope else BY_ID

        def read(known: list[Page]) -> list[Page]:
            return self.api.pages(
                *segments,
                query=asked,
                known=known,
                paging=paging,
                pick=lambda row: self._repository(row).to_row(),
            )

        listing = list_in_pages(scope, read, state)
        return replace(listing, repositories=[self._marked(repository) for repository in listing.repositories])

    def find_repository(self, full_name: str) -> HostRepository | None:
        answer = self.api.find("projects", full_name)
        return named(full_name, answer, lambda row: self._marked(self._repository(row)))

    def read_content(self, repository: HostRepository, wanted: Wanted, *, ref: str | None = None) -> RepositoryContent:
        branch = ref or repository.default_branch
        if branch is None:
            return EMPTY
        project = repository.id or repository.full_name
        content = read_archive(
            self.api,
            repository,
            *("projects", project, "repository", "archive.tar.gz"),
            wanted=wanted,
            settings=self._settings,
            query={"sha": branch},
        )
        return content or self._read_files(project, branch, wanted)

    def file_url(self, repository: HostRepository, path: str, branch: str | None = None) -> str:
        branch = branch or repository.default_branch or "HEAD"
        return f"{repository.url}/-/blob/{url_path(branch)}/{url_path(path)}"

    def _repository(self, row: Row) -> HostRepository:
        what = f"The project {text_of(row, 'path_with_namespace')[:200]}"
        full_name = needed(row, "path_with_namespace", what=what)
        return HostRepository(
            full_name=full_name,
            url=own_url(text_of(row, "web_url"), f"https://{self.host}", full_name),
            default_branch=text_of(row, "default_branch") or None,
            change_mark=text_of(row, "last_activity_at"),
            is_archived=row.get("archived") is True,
            is_fork=isinstance(row.get("forked_from_project"), dict),
            visibility=text_of(row, "visibility"),
            topics=texts_of(row, "topics") or texts_of(row, "tag_list"),
            description=text_of(row, "description"),
            size_kib=number_of(row, "statistics", "repository_size") // BYTES_IN_KIB,
            project=text_of(row, "namespace", "full_path") or full_name.rpartition("/")[0],
            id=needed(row, "id", what=what),
        )

    def _marked(self, repository: HostRepository) -> HostRepository:
        mark = f"{repository.change_mark} {repository.default_branch or ''}"
        now = self._now()
        if now - _seconds(repository.change_mark) < SETTLED_SECONDS:
            mark = f"{mark} {now}"
        return replace(repository, change_mark=mark)

    def _read_files(self, project: str, ref: str, wanted: Wanted) -> RepositoryContent:
        what = f"The commit at {ref}"
        commit = needed(self.api.get("projects", project, "repository", "commits", ref).row(), "id", what=what)
        pages = self.api.pages(
            *("projects", project, "repository", "tree"),
            query={"recursive": True, "ref": commit},
            paging=BY_TREE_PAGE,
            pick=_picked_entry,
        )
        blobs = {path: blob for page in pages for path, blob in page.rows if blob}
        paths = plain_paths(blobs)
        return read_wanted(commit, paths, wanted, lambda path: self._read_blob(project, blobs[path]))

    def _read_blob(self, project: str, blob: str) -> bytes | None:
        return read_file(self.api, "projects", project, "repository", "blobs", blob, "raw", settings=self._settings)


def _picked_entry(row: Row) -> tuple[str, str]:
    is_file = row.get("type") == "blob" and value_of(row, "mode") != LINK_MODE
    return text_of(row, "path"), text_of(row, "id") if is_file else ""


def _seconds(time_text: str) -> float:
    """Since 1970; what is no time counts as now, and so as not settled."""
    try:
        return datetime.fromisoformat(time_text).timestamp()
    except ValueError:
        return time.time()
