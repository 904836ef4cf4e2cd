"""
Sending a folder to a branch of a remote repository as one commit.

The work is done in a repository of its own in a temporary folder: whatever lies in the folder, a ``.git`` too, is data.
Nothing of it is configuration, no hook runs, and the credentials reach git by its environment, never by a URL.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from common.errors import (
    CallboardError,
    ConflictError,
    InputError,
    NotAllowedError,
    NotFoundError,
    ServiceUnavailableError,
)
from integrations.git.command import GitFault, GitOptions, run_git
from integrations.git.commit import Author, Changes, CommitText, Sign, write_commit, write_tree
from integrations.git.objects import OBJECT_ID
from integrations.git.target import BAD_REF
from integrations.git.work_tree import read_work_tree
from integrations.whatwg import InvalidUrlError, parse_url

__all__ = ["Author", "PushResult", "push_folder", "push_to_branch"]

SECONDS = 300.0
REFUSED = r"authentication failed|could not read (?:username|password)|error: 40[13]|denied|protected branch|remote:.*declined"
MAX_PACK_BYTES = 2 * 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PushResult:
    """``is_new`` is False if the branch had the commit already, from an attempt before."""

    commit_hash: str
    is_new: bool = True


def push_folder(
    folder: Path,
    *,
    remote_url: str,
    branch: str,
    message: str,
    author: Author,
    authorization: str | None,
    when: datetime,
    force: bool = False,
    sign: Sign | None = None,
) -> PushResult:
    """
    Make the folder's files the only commit of ``branch``. The same again finds it done.

    Left out are links and what the folder's ``.gitignore`` names. ``authorization`` is the value of that header.
    Raises ConflictError if the branch has other commits and ``force`` is not set; NotAllowedError, NotFoundError or
    ServiceUnavailableError if the server does not take it; InputError for a branch or an address that is none.
    """
    with _repository(remote_url, branch, authorization) as remote:
        text = CommitText(message, author, when)
        tree = write_tree(Changes(read_work_tree(folder)), None, remote.options)
        commit = write_commit(text.encode(tree, None, sign), remote.options)
        return remote.push(commit, text, force=force)


def push_to_branch(
    folder: Path,
    *,
    remote_url: str,
    branch: str,
    message: str,
    author: Author,
    authorization: str | None,
    when: datetime,
    base: str | None = None,
    target_path: str = "",
    removed: tuple[str, ...] = (),
    replaces_all: bool = False,
    sign: Sign | None = None,
) -> PushResult | None:
    """
    Put the folder's files on top of ``base`` (the branch itself if it is not named) as one commit of ``branch``.

    The files come into ``target_path``, and replace all others if it ``replaces_all``; ``removed`` are paths from the
    top that go. None if that changes nothing. Raises as ``push_folder``, and NotFoundError if there is no such base.
    """
    with _repository(remote_url, branch, authorization) as remote:
        text = CommitText(message, author, when)
        done = remote.find_pushed(text)
        if done is not None:
            return PushResult(done, is_new=False)
        parent = remote.fetch(base or branch)
        changes = Changes(read_work_tree(folder), target_path, removed, replaces_all)
        tree = write_tree(changes, parent, remote.options)
        if tree == remote.tree_of(parent):
            return None
        return remote.push(write_commit(text.encode(tree, parent, sign), remote.options), text)


@dataclass(frozen=True, slots=True)
class _Remote:
    """A branch of a remote repository, and the options to work with it in an empty repository of ours."""

    url: str
    branch: str
    options: GitOptions

    def push(self, commit: str, text: CommitText, *, force: bool = False) -> PushResult:
        if self.head_of(self.branch) == commit:
            return PushResult(commit, is_new=False)
        refspec = f"{'+' if force else ''}{commit}:refs/heads/{self.branch}"
        try:
            run_git(["push", "--quiet", "--no-verify", "--", self.url, refspec], self.options)
        except GitFault:
            # The server may have taken it, and only its answer been lost.
            if self.head_of(self.branch) != commit:
                raise
        return PushResult(commit)

    def find_pushed(self, text: CommitText) -> str | None:
        """The branch's last commit, if it says this already."""
        if self.head_of(self.branch) is None:
            return None
        commit = self.fetch(self.branch)
        return commit if text.is_in(run_git(["cat-file", "commit", commit], self.options)) else None

    def head_of(self, branch: str) -> str | None:
        printed = run_git(["ls-remote", "--quiet", "--", self.url, f"refs/heads/{branch}"], self.options)
        commit = printed.decode("ascii", "replace").partition("\t")[0]
        return commit if OBJECT_ID.fullmatch(commit) else None

    def fetch(self, branch: str) -> str:
        """Its last commit, which is here then. Raises NotFoundError."""
        commit = self.head_of(branch)
        if commit is None:
            raise NotFoundError(f"The repository '{self.url}' has no branch '{branch}'")
        refspec = f"+refs/heads/{branch}:refs/callboard/base"
        run_git(["fetch", "--quiet", "--depth=1", "--no-tags", "--", self.url, refspec], self.options)
        printed = run_git(["rev-parse", "--verify", "refs/callboard/base^{commit}"], self.options)
        return printed.decode("ascii", "replace").strip()

    def tree_of(self, commit: str) -> str:
        printed = run_git(["rev-parse", "--verify", f"{commit}^{{tree}}"], self.options)
        return printed.decode("ascii", "replace").strip()


@contextmanager
def _repository(remote_url: str, branch: str, authorization: str | None) -> Iterator[_Remote]:
    """The remote, with an empty repository of ours. Errors of git leave as errors about the remote."""
    protocol = _checked_protocol(remote_url)
    if not branch or len(branch) > 255 or BAD_REF.search(branch):
        raise InputError(f"'{branch}' is not a name that git allows for a branch")
    configuration = [("core.bare", "true")]
    if authorization is not None:
        configuration.append((f"http.{remote_url}.extraHeader", f"Authorization: {authorization}"))
    with tempfile.TemporaryDirectory(prefix="callboard-push-") as folder:
        options = GitOptions(folder, protocol, configuration, MAX_PACK_BYTES, SECONDS)
        try:
            run_git(["init", "--quiet", "--bare", "--template=", "--", folder], GitOptions())
            yield _Remote(remote_url, branch, options)
        except GitFault as fault:
            raise _explained(str(fault), remote_url, branch) from None


def _checked_protocol(remote_url: str) -> str:
    try:
        url = parse_url(remote_url)
    except InvalidUrlError:
        raise InputError(f"'{remote_url}' is not the address of a git repository") from None
    if url.has_userinfo:
        raise InputError(f"The address of the repository at {url.host} holds a user name or password")
    if url.scheme not in ("https", "http"):
        raise InputError(f"'{remote_url}' is not reached by https, so nothing can be pushed there")
    return url.scheme


def _explained(fault: str, remote_url: str, branch: str) -> CallboardError:
    """What the server or git said, in our words. git never prints the header with the credentials."""
    said = fault.lower()
    where = f"Pushing to branch '{branch}' of '{remote_url}'"
    if re.search(REFUSED, said):
        return NotAllowedError(
            f"{where} is not allowed ({fault}); the token needs the right to write to this repository"
        )
    if "failed to push some refs" in said and "git-http-push" not in said:
        return ConflictError(
            f"{where} was rejected, most likely since the branch has other commits: choose another repository or branch"
            f" ({fault})"
        )
    if "not found" in said:
        return NotFoundError(f"{where} failed: the server knows no such repository, or not with this token ({fault})")
    return ServiceUnavailableError(f"{where} failed: {fault}")
