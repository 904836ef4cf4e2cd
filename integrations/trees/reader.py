"""Reading a folder, or a file, by any URL that the configuration allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from common.errors import CallboardError, InputError, NotAllowedError, NotFoundError
from integrations.archive import is_archive_name, unpack
from integrations.git.reader import GitReader
from integrations.git.repository import HEADS
from integrations.git.target import GitTarget, is_git_target
from integrations.http.fetch import Fetcher, Request
from integrations.policy import ReadingPolicy, check_form, not_allowed_message
from integrations.tree import RepositoryTree, Tree, TreeLimits
from integrations.trees.host_urls import GIT_HOSTS, places_of
from integrations.trees.user_token import authorization_by_token
from integrations.whatwg import parse_url

# What a server's answer becomes. Others, such as the wish that a step ends, say all there is to say.
REFUSALS = (CallboardError, NotFoundError, NotAllowedError)


class TreeReader:
    """
    Git targets and the URLs of code hosts are read by git, all others as archives over HTTP.

    With a ``token`` that one is used and no other, even if it fails. Raises what UrlReader raises.
    """

    def __init__(self, policy: ReadingPolicy, git: GitReader, fetcher: Fetcher, max_file_bytes: int) -> None:
        self._policy = policy
        self._git = git
        self._fetcher = fetcher
        self._max_file_bytes = max_file_bytes

    def read_tree(self, url: str, *, token: str | None, limits: TreeLimits, allow_local: bool) -> Tree:
        places = self._places(url)
        if places:
            return self._read_git(url, places, token, limits, allow_local)
        self._check_plain(url)
        if not is_archive_name(parse_url(url).path):
            raise InputError(
                f"'{url}' cannot be read as a folder: servers without git give single files (fetch:plain:file) and"
                " archives whose names end in .zip, .tar, .tar.gz or .tgz"
            )
        return unpack(self._fetch(url, token, limits.packed_bytes), f"'{url}'", limits)

    def read_repository(self, url: str, *, limits: TreeLimits, not_before: float) -> RepositoryTree:
        """The repository that the URL leads into, as a whole."""
        places = self._places(url)
        if not places:
            raise InputError(f"'{url}' leads into no repository")
        for place in places:
            self._policy.check_git(place, allow_local=False)
            commit = self._git.find_commit(place, url, None, not_before=not_before)
            if commit is not None:
                branch = (place.ref or self._git.default_branch(place, url)).removeprefix(HEADS)
                tree = self._git.read_tree(place.at(""), url, commit, None, limits)
                return RepositoryTree(place.clone_url, branch, place.path, tree)
        raise _no_ref(url, places)

    def read_file(self, url: str, *, token: str | None, allow_local: bool) -> tuple[bytes, bool]:
        """Its content, and whether it is executable."""
        places = self._places(url)
        if places:
            file = self._read_git(url, places, token, TreeLimits(), allow_local).sole_file
            if file is None:
                raise InputError(f"'{url}' is a folder, not a file")
            return file.read(), file.is_executable
        self._check_plain(url)
        return self._fetch(url, token, self._max_file_bytes), False

    def _places(self, url: str) -> list[GitTarget]:
        if is_git_target(url):
            return [GitTarget.parse(url)]
        integration = self._policy.integrations.by_url(url)
        if integration is None or integration.type not in GIT_HOSTS:
            return []
        try:
            return places_of(url, integration)
        except InputError:
            # A host may serve other things as well, where the operator lists it among the plain ones.
            if self._policy.allow_list.allows(parse_url(url)):
                return []
            raise

    def _read_git(
        self, url: str, places: list[GitTarget], token: str | None, limits: TreeLimits, allow_local: bool
    ) -> Tree:
        for place in places:
            self._policy.check_git(place, allow_local=allow_local)
            authorization = self._authorization(place, token)
            with _naming_the_token(authorization):
                commit = self._git.find_commit(place, url, authorization)
                if commit is not None:
                    return self._git.read_tree(place, url, commit, authorization, limits)
        raise _no_ref(url, places)

    def _authorization(self, place: GitTarget, token: str | None) -> str | None:
        if token is None or place.is_local:
            return None
        return authorization_by_token(token, place.url, self._policy.integrations.by_host(place.url.host))

    def _check_plain(self, url: str) -> None:
        parsed = parse_url(url)
        check_form(parsed, url)
        if not self._policy.allow_list.allows(parsed):
            raise NotAllowedError(not_allowed_message(url))

    def _fetch(self, url: str, token: str | None, max_bytes: int) -> bytes:
        authorization = authorization_by_token(token, parse_url(url), None) if token is not None else None
        return self._fetcher.fetch(Request(url, authorization=authorization, max_bytes=max_bytes)).data


def _no_ref(url: str, places: Sequence[GitTarget]) -> NotFoundError:
    ref = places[-1].ref or "HEAD"
    return NotFoundError(f"could not read {url}, the repository has no branch or tag '{ref}'")


@contextmanager
def _naming_the_token(authorization: str | None) -> Iterator[None]:
    """Where a user's own token was refused, the configuration is not to blame."""
    try:
        yield
    except CallboardError as error:
        if authorization is None or type(error) not in REFUSALS:
            raise
        raise type(error)(f"{error}; the server was asked with the given token and no other") from None
