"""Azure DevOps through its API, as one of its organizations sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from common.errors import InputError, NotFoundError
from integrations.archive.tar_stream import CutOffError, Listed, StreamLimits
from integrations.archive.zip_list import read_zip_list
from integrations.hosts.answer import Row, needed, number_of, text_of
from integrations.hosts.api import HostApi
from integrations.hosts.content import SLACK, fits_archive, plain_paths, read_file, read_wanted
from integrations.hosts.errors import HostSilentError, TooLargeError
from integrations.hosts.repository import (
    EMPTY,
    HostRepository,
    Listing,
    RepositoryContent,
    State,
    Wanted,
    named,
    own_url,
    url_path,
)
from integrations.hosts.settings import HostSettings
from integrations.whatwg import parse_url, set_query_parameter

API_VERSION = {"api-version": "6.0"}
BRANCH = "refs/heads/"
BYTES_IN_KIB = 1024
REPOSITORIES = ("_apis", "git", "repositories")


class AzureHost:
    """
    ``full_name`` is ``project/repository``. The change mark is the default branch's commit, for which each repository
    is asked: the listing does not say when anything changed.
    """

    type: ClassVar[str] = "azure"

    def __init__(self, host: str, api: HostApi, *, settings: HostSettings | None = None) -> None:
        self.host = host
        self.api = api
        self._settings = settings or HostSettings()

    def list_repositories(
        self, scope: str, *, state: State | None = None, query: Mapping[str, Any] | None = None
    ) -> Listing:
        """Those of a project. With an empty scope, those of all projects."""
        segments = (scope, *REPOSITORIES) if scope else REPOSITORIES
        rows = self.api.get(*segments, query={**API_VERSION, **(query or {})}).rows("value")
        found = [self._repository(row) for row in rows if row.get("isDisabled") is not True]
        return Listing([self._marked(repository) for repository in found], {"scope": scope})

    def find_repository(self, full_name: str) -> HostRepository | None:
        project, _, name = full_name.partition("/")
        answer = self.api.find(project, *REPOSITORIES, name, query=API_VERSION)
        if answer is None or answer.row().get("isDisabled") is True:
            return None
        found = named(full_name, answer, self._repository)
        return None if found is None else self._marked(found)

    def read_content(self, repository: HostRepository, wanted: Wanted, *, ref: str | None = None) -> RepositoryContent:
        branch = ref or repository.default_branch
        if branch is None:
            return EMPTY
        is_known = branch == repository.default_branch and bool(repository.change_mark)
        commit = repository.change_mark if is_known else self._commit_of(repository, branch)
        if commit is None:
            if ref in (None, repository.default_branch):
                return EMPTY
            raise NotFoundError(f"The repository {repository.full_name} has no branch '{ref}'")
        content = self._read_archive(repository, commit, wanted) if fits_archive(repository, self._settings) else None
        return content or self._read_files(repository, commit, wanted)

    def file_url(self, repository: HostRepository, path: str, branch: str | None = None) -> str:
        url = f"{repository.url}?path=/{url_path(path)}"
        return str(set_query_parameter(parse_url(url), "version", f"GB{branch}")) if branch else url

    def _repository(self, row: Row) -> HostRepository:
        what = f"The repository {text_of(row, 'name')[:200]}"
        name, project = needed(row, "name", what=what), needed(row, "project", "name", what=what)
        return HostRepository(
            full_name=f"{project}/{name}",
            url=own_url(text_of(row, "webUrl"), self.api.base_url, f"{project}/_git/{name}"),
            default_branch=text_of(row, "defaultBranch").removeprefix(BRANCH) or None,
            change_mark="",
            is_fork=row.get("isFork") is True,
            visibility=text_of(row, "project", "visibility"),
            size_kib=number_of(row, "size") // BYTES_IN_KIB,
            project=project,
            id=needed(row, "id", what=what),
        )

    def _marked(self, repository: HostRepository) -> HostRepository:
        if repository.default_branch is None:
            return repository
        return replace(repository, change_mark=self._commit_of(repository, repository.default_branch) or "")

    def _commit_of(self, repository: HostRepository, branch: str) -> str | None:
        """None if there is no such branch. The host gives all whose names begin so."""
        query = {**API_VERSION, "filter": f"heads/{branch}"}
        rows = self.api.get(*self._segments(repository), "refs", query=query).rows("value")
        return next((text_of(row, "objectId") for row in rows if row.get("name") == f"{BRANCH}{branch}"), None)

    def _read_archive(self, repository: HostRepository, commit: str, wanted: Wanted) -> RepositoryContent | None:
        """None if it is too large to be read so."""
        what = f"Reading {repository.full_name}"
        limits = StreamLimits(file_bytes=self._settings.max_file_bytes)

        def read(chunks: Iterator[bytes]) -> Listed:
            try:
                return read_zip_list(b"".join(chunks), wanted, what, limits)
            except CutOffError as error:
                raise HostSilentError(f"{what}: {self.host} sent a broken archive, {error}") from None

        query: dict[str, str | bool] = {**self._at(commit), "scopePath": "/", "$format": "zip", "download": True}
        try:
            listed = self.api.download(
                *self._segments(repository),
                "items",
                query=query,
                read=read,
                max_bytes=self._settings.max_archive_bytes * SLACK,
            )
        except (TooLargeError, InputError):
            return None
        return RepositoryContent(commit, listed.paths, listed.files)

    def _read_files(self, repository: HostRepository, commit: str, wanted: Wanted) -> RepositoryContent:
        query = {**self._at(commit), "recursionLevel": "full"}
        rows = self.api.get(*self._segments(repository), "items", query=query).rows("value")
        paths = plain_paths(text_of(row, "path").removeprefix("/") for row in rows if _is_file(row))
        return read_wanted(commit, paths, wanted, lambda path: self._read_file(repository, commit, path))

    def _read_file(self, repository: HostRepository, commit: str, path: str) -> bytes | None:
        return read_file(
            self.api,
            *self._segments(repository),
            "items",
            query={**self._at(commit), "path": f"/{path}", "$format": "octetStream"},
            accept="application/octet-stream",
            settings=self._settings,
        )

    def _segments(self, repository: HostRepository) -> tuple[str, ...]:
        return (repository.project, *REPOSITORIES, repository.id)

    def _at(self, commit: str) -> dict[str, str]:
        version = {"versionDescriptor.version": commit, "versionDescriptor.versionType": "commit"}
        return {**API_VERSION, **version}


def _is_file(row: Row) -> bool:
    return row.get("gitObjectType") == "blob" and row.get("isFolder") is not True and row.get("isSymLink") is not True
