"""
Files by their URL on a code host (``https://github.com/team/repo/blob/main/catalog-info.yaml``).

Readers that ask the hosts' APIs take this one's place, host by host. Until then it says how to write such a file as a
git target.
"""

from __future__ import annotations

from typing import NoReturn

from common.errors import InputError
from integrations.git.target import GitTarget
from integrations.policy import ReadingPolicy, check_form
from integrations.reader import ReadOptions
from integrations.results import ReadResult, SearchResult
from integrations.scm_url import parse_scm_url
from integrations.whatwg import parse_url

GIT_HOSTS = ("azure", "bitbucketCloud", "bitbucketServer", "gerrit", "gitea", "github", "gitlab", "harness")
# Where the clone URL is the repository's page and ".git".
SIMPLE_HOSTS = ("bitbucketCloud", "gitea", "github", "gitlab")


class HostReader:
    def __init__(self, policy: ReadingPolicy) -> None:
        self._policy = policy

    def is_for(self, url: str) -> bool:
        integration = self._policy.integrations.by_url(url)
        return integration is not None and integration.type in GIT_HOSTS

    def check(self, url: str, *, allow_local: bool) -> None:
        check_form(parse_url(url), url)
        self._refuse(url)

    def read(self, url: str, options: ReadOptions) -> ReadResult:
        self._refuse(url)

    def search(self, url: str, options: ReadOptions) -> SearchResult:
        self._refuse(url)

    def close(self) -> None:
        pass

    def _refuse(self, url: str) -> NoReturn:
        check_form(parse_url(url), url)
        raise InputError(
            f"Reading from '{url}' is not possible yet by the host's own URLs; write it as a git target: '{self._as_target(url)}'"
        )

    def _as_target(self, url: str) -> str:
        integration = self._policy.integrations.by_url(url)
        host = parse_url(url).host
        try:
            found = parse_scm_url(url)
        except InputError:
            found = None
        if found is None or not found.filepath or integration is None or integration.type not in SIMPLE_HOSTS:
            return f"https://{host}/<path of the clone URL>.git//<path of the file>@<branch>"
        ref, path = found.ref, found.filepath
        if integration.type == "gitea":  # /src/branch/<ref>/<path>
            ref, _, path = path.partition("/")
        return str(GitTarget(f"https://{host}/{found.full_name}.git", path, ref or None))
