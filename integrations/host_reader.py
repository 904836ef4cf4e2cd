"""
Files by their URL on a code host (``https://github.com/team/repo/blob/main/catalog-info.yaml``), read by git.

A branch may have slashes, so such a URL may mean several places; the first that is there is the one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import quote

from common.errors import InputError, NotFoundError
from integrations.git.reader import GitReader
from integrations.git.target import KEPT_IN_PATH, GitTarget
from integrations.policy import ReadingPolicy, check_form
from integrations.reader import ReadOptions
from integrations.results import ReadFile, ReadResult, SearchResult
from integrations.scm.integration import ScmIntegration
from integrations.trees.host_urls import GIT_HOSTS, places_of
from integrations.whatwg import parse_url

Found = TypeVar("Found", ReadResult, SearchResult)


class HostReader:
    def __init__(self, policy: ReadingPolicy, git: GitReader) -> None:
        self._policy = policy
        self._git = git

    def is_for(self, url: str) -> bool:
        integration = self._policy.integrations.by_url(url)
        return integration is not None and integration.type in GIT_HOSTS

    def check(self, url: str, *, allow_local: bool) -> None:
        for place in self._places(url):
            self._policy.check_git(place, allow_local=allow_local)

    def read(self, url: str, options: ReadOptions) -> ReadResult:
        """The etag is the commit's id."""
        return replace(self._first(url, lambda place: self._git.read(str(place), options)), url=url)

    def search(self, url: str, options: ReadOptions) -> SearchResult:
        try:
            found = self._first(url, lambda place: self._some(place, url, options))
        except NotFoundError:
            return SearchResult([])
        return found

    def close(self) -> None:
        """The repositories are the git reader's."""

    def _some(self, place: GitTarget, url: str, options: ReadOptions) -> SearchResult:
        found = self._git.search(str(place), options)
        if not found.files:
            raise NotFoundError(f"could not read {url}, there is no such file")
        files = [ReadFile(_url_of(GitTarget.parse(file.url), place, url), file.data) for file in found.files]
        return SearchResult(files, found.etag)

    def _first(self, url: str, read: Callable[[GitTarget], Found]) -> Found:
        missing = NotFoundError(f"could not read {url}, there is no such file")
        for place in self._places(url):
            try:
                return read(place)
            except NotFoundError as error:
                missing = NotFoundError(f"could not read {url}: {error}")
        raise missing

    def _places(self, url: str) -> list[GitTarget]:
        check_form(parse_url(url), url)
        return [place for place in places_of(url, self._integration(url)) if place.path] or _refuse(url)

    def _integration(self, url: str) -> ScmIntegration:
        integration = self._policy.integrations.by_url(url)
        if integration is None:
            raise InputError(f"No integration for host {parse_url(url).host}, please check your integrations config")
        return integration


def _url_of(found: GitTarget, place: GitTarget, url: str) -> str:
    """Where a file that a pattern matched lies, as its host writes it; as a git target where the path is a parameter."""
    if found.path == place.path:
        return url
    for written in (place.path, place.encoded_path):
        if url.endswith(written):
            return url.removesuffix(written) + quote(found.path, safe=KEPT_IN_PATH)
    return str(found)


def _refuse(url: str) -> list[GitTarget]:
    raise InputError(
        f"'{url}' names no file of a repository; add its branch and path, as in '…/blob/main/catalog-info.yaml'"
    )
