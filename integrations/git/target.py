"""
Targets inside a git repository: ``https://host/repo.git//path/to/file.yaml@ref``.

``git+`` in front says that it is one where the address does not end in ``.git``; local repositories always have it:
``git+file:///srv/repos/catalog//all.yaml@main``. The path is percent-encoded where it must be (``@`` is ``%40``) and
may be a pattern; without ``@ref`` it is the repository's default branch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self
from urllib.parse import quote

from common.errors import InputError
from integrations.whatwg import InvalidUrlError, Url, parse_url
from integrations.whatwg.path import hides_dot_segments
from integrations.whatwg.percent import decode

PREFIX = "git+"
MARK = ".git//"
SCHEMES = ("https", "http")
LOCAL_SCHEME = "file"
KEPT_IN_PATH = "/*?[]{}!,$&'()+;=:~"
MAX_TARGET = 4096
# What `git check-ref-format` refuses, and what could be taken for an option.
BAD_REF = re.compile(r"^[-/.]|[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|[/.]$")
EXAMPLE = "https://example.com/team/repo.git//catalog-info.yaml@main"


@dataclass(frozen=True, slots=True)
class GitTarget:
    """``path`` is decoded, without a leading slash, and without dot segments."""

    clone_url: str
    path: str
    ref: str | None
    has_prefix: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InputError saying what is wrong with it."""
        if len(text) > MAX_TARGET:
            raise InputError(f"Git target '{text[:100]}…' has more than {MAX_TARGET} characters")
        has_prefix = text.startswith(PREFIX)
        rest = text.removeprefix(PREFIX)
        end = _end_of_repository(rest, has_prefix)
        if end < 0:
            raise InputError(f"Git target '{text}' names no file: write '//' and a path, as in '{EXAMPLE}'")
        clone_url = _checked_clone_url(rest[:end], text, has_prefix)
        encoded, at, ref = rest[end + 2 :].rpartition("@")
        if not at:
            encoded, ref = ref, ""
        elif not ref or BAD_REF.search(ref) or len(ref) > 255:
            raise InputError(
                f"Git target '{text}' names the ref '{ref}', which git does not allow; a '@' in a path is written '%40'"
            )
        return cls(clone_url, _checked_path(encoded, text), ref or None, has_prefix)

    @property
    def is_local(self) -> bool:
        return self.clone_url.startswith("file:")

    @property
    def url(self) -> Url:
        """The repository's address."""
        return parse_url(self.clone_url)

    @property
    def encoded_path(self) -> str:
        return quote(self.path, safe=KEPT_IN_PATH)

    def at(self, path: str) -> GitTarget:
        """Another path of the same repository and ref."""
        return replace(self, path=path)

    def resolve(self, relative: str) -> GitTarget:
        """As a relative URL: ``./x`` beside this file, ``/x`` from the top of the repository."""
        base = f"https://repository/{quote(self.path, safe=KEPT_IN_PATH.replace('?', ''))}"
        found = parse_url(relative.replace("?", "%3F"), base).path
        return self.at(_checked_path(found.removeprefix("/"), relative))

    def __str__(self) -> str:
        ref = f"@{self.ref}" if self.ref else ""
        return f"{PREFIX if self.has_prefix else ''}{self.clone_url}//{self.encoded_path}{ref}"


def is_git_target(text: str) -> bool:
    """Whether it is meant as one. Parsing may still find faults."""
    return text.startswith(PREFIX) or ("://" in text and MARK in text.partition("?")[0])


@lru_cache(maxsize=1024)
def parse_git_target(text: str) -> GitTarget | None:
    """The parts of a git target, or None for any other text. Raises InputError if it is meant as one but faulty."""
    return GitTarget.parse(text) if is_git_target(text) else None


def _end_of_repository(text: str, has_prefix: bool) -> int:
    start = text.find("://") + 3
    if has_prefix:
        return text.find("//", start + 1)
    at = text.find(MARK, start)
    return at + len(MARK) - 2 if at >= 0 else -1


def _checked_clone_url(text: str, target: str, has_prefix: bool) -> str:
    try:
        url = parse_url(text)
    except InvalidUrlError as error:
        raise InputError(f"Git target '{target}' has no valid address of a repository: {error}") from None
    if url.has_userinfo:
        raise InputError(
            f"The git target of '{url.host}{url.path}' holds a user name or password;"
            " credentials belong into the configuration, under 'integrations'"
        )
    if url.scheme not in SCHEMES and not (url.scheme == LOCAL_SCHEME and has_prefix):
        raise InputError(f"Git target '{target}' is read by https, http or git+file only, as in '{EXAMPLE}'")
    if url.query is not None or url.fragment is not None or hides_dot_segments(url.path):
        raise InputError(f"Git target '{target}' has an address with a query, fragment or hidden dot segments")
    if url.scheme == LOCAL_SCHEME and (url.hostname or url.path in ("", "/")):
        raise InputError(f"Git target '{target}' needs an absolute path, as in 'git+file:///srv/repo//all.yaml@main'")
    return str(url).removesuffix("/")


def _checked_path(encoded: str, target: str) -> str:
    try:
        path = decode(encoded).decode("utf-8").removeprefix("/")
    except UnicodeDecodeError:
        raise InputError(f"Git target '{target}' has a path that is not UTF-8") from None
    if "\0" in path or "\n" in path:
        raise InputError(f"Git target '{target}' has a path with control characters")
    if any(segment in (".", "..") for segment in path.split("/")):
        raise InputError(f"Git target '{target}' has a path with '.' or '..' segments; write it from the top")
    return path
