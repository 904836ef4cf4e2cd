"""GitHub and GitHub Enterprise through their API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from common.errors import CallboardError, NotFoundError
from integrations.hosts.answer import Answer, Row, needed, number_of, text_of
from integrations.hosts.api import HostApi
from integrations.hosts.content import plain_paths, read_archive, read_file, read_wanted
from integrations.hosts.errors import HostRefusedError
from integrations.hosts.listing import list_in_pages, list_of_owner
from integrations.hosts.pages import BY_NUMBER, Page
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

SHA = "application/vnd.github.sha"
RAW = "application/vnd.github.raw+json"
LINK_MODE = "120000"
# New ones come last, so that the pages before them stay as they are.
ORDER = {"sort": "created", "direction": "asc"}


def _all_rows(answer: Answer) -> list[Row]:
    """Raises HostRefusedError if those of some organizations are left out, which would seem to be gone."""
    if answer.headers.get("x-github-sso", "").startswith("partial-results"):
        text = f"{answer.what}: the token must be authorized for single sign-on, else repositories are left out"
        raise HostRefusedError(answer.status, text)
    return answer.rows()


PAGING = replace(BY_NUMBER, rows_of=_all_rows)


class GithubHost:
    """``graphql_api`` has a budget of its own, as GitHub counts."""

    type: ClassVar[str] = "github"

    def __init__(
        self, host: str, api: HostApi, *, graphql_api: HostApi | None = None, settings: HostSettings | None = None
    ) -> None:
        self.host = host
        self.api = api
        self._graphql_api = graphql_api or api
        self._settings = settings or HostSettings()

    def list_repositories(
        self, scope: str, *, state: State | None = None, query: Mapping[str, Any] | None = None
    ) -> Listing:
        """Those of an organization, else of a user. With an empty scope, all that the token can see."""
        return list_of_owner(scope, state, lambda kind: self._list(kind, scope, state, query or {}), everything="user")

    def find_repository(self, full_name: str) -> HostRepository | None:
        owner, name = split_name(full_name)
        answer = self.api.find("repos", owner, name)
        return named(full_name, answer, self._repository)

    def read_content(self, repository: HostRepository, wanted: Wanted, *, ref: str | None = None) -> RepositoryContent:
        branch = ref or repository.default_branch
        if branch is None:
            return EMPTY
        try:
            return self._read_content(repository, branch, wanted)
        except NotFoundError:
            # So GitHub answers for a repository without a commit.
            if ref in (None, repository.default_branch) and not repository.size_kib:
                return EMPTY
            raise
        except HostRefusedError as refused:
            if refused.answered == 409:
                return EMPTY
            raise

    def file_url(self, repository: HostRepository, path: str, branch: str | None = None) -> str:
        branch = branch or repository.default_branch or "HEAD"
        return f"{repository.url}/blob/{url_path(branch)}/{url_path(path)}"

    def graphql(self, query: str, variables: Mapping[str, Any]) -> Row:
        """The answer's data. Raises NotFoundError for what is not there, HostRefusedError for other errors."""
        answer = self._graphql_api.post(
            "graphql", body={"query": query, "variables": dict(variables)}, is_repeatable=True
        ).row()
        errors = [error for error in answer.get("errors") or [] if isinstance(error, dict)]
        if errors:
            raise self._graphql_error(errors)
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    def _graphql_error(self, errors: Sequence[Row]) -> CallboardError:
        if any(error.get("type") == "RATE_LIMITED" for error in errors):
            return self._graphql_api.budget.block({})
        said = "; ".join(dict.fromkeys(text_of(error, "message")[:300] for error in errors[:5]))
        if all(error.get("type") == "NOT_FOUND" for error in errors):
            return NotFoundError(f"POST /graphql: {self.host} answered {said}")
        return HostRefusedError(200, f"POST /graphql: {self.host} answered {said}")

    def _list(self, kind: str, scope: str, state: State | None, query: Mapping[str, Any]) -> Listing:
        segments = (kind, scope, "repos") if scope else ("user", "repos")
        asked = {**ORDER, **({"type": "all"} if scope else {}), **query}

        def read(known: list[Page]) -> list[Page]:
            return self.api.pages(
                *segments, query=asked, known=known, paging=PAGING, pick=lambda row: self._repository(row).to_row()
            )

        return list_in_pages(scope, read, state, {"kind": kind})

    def _repository(self, row: Row) -> HostRepository:
        what = f"The repository {text_of(row, 'full_name')[:200]}"
        full_name = needed(row, "full_name", what=what)
        branch = text_of(row, "default_branch") or None
        return HostRepository(
            full_name=full_name,
            url=own_url(text_of(row, "html_url"), f"https://{self.host}", full_name),
            default_branch=branch,
            change_mark=f"{text_of(row, 'pushed_at')} {branch or ''}",
            is_archived=row.get("archived") is True,
            is_fork=row.get("fork") is True,
            visibility=text_of(row, "visibility") or ("private" if row.get("private") else "public"),
            topics=texts_of(row, "topics"),
            description=text_of(row, "description"),
            language=text_of(row, "language"),
            size_kib=number_of(row, "size"),
            id=needed(row, "id", what=what),
        )

    def _read_content(self, repository: HostRepository, ref: str, wanted: Wanted) -> RepositoryContent:
        owner, name = split_name(repository.full_name)
        content = read_archive(
            self.api,
            repository,
            *("repos", owner, name, "tarball", ref),
            wanted=wanted,
            settings=self._settings,
        )
        return content or self._read_files(owner, name, ref, wanted)

    def _read_files(self, owner: str, name: str, ref: str, wanted: Wanted) -> RepositoryContent:
        commit = self.api.get("repos", owner, name, "commits", ref, accept=SHA).data.decode("ascii", "replace").strip()
        answer = self.api.get("repos", owner, name, "git", "trees", commit, query={"recursive": 1})
        if answer.row().get("truncated"):
            raise CallboardError(f"The repository {owner}/{name} has more files than {self.host} lists at once")
        blobs = {
            text_of(row, "path"): text_of(row, "sha")
            for row in answer.rows("tree")
            if row.get("type") == "blob" and row.get("mode") != LINK_MODE
        }
        paths = plain_paths(blobs)
        return read_wanted(commit, paths, wanted, lambda path: self._read_blob(owner, name, blobs[path]))

    def _read_blob(self, owner: str, name: str, sha: str) -> bytes | None:
        return read_file(self.api, "repos", owner, name, "git", "blobs", sha, accept=RAW, settings=self._settings)
