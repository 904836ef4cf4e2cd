"""
Where a repository is or shall be, in the words of templates: ``github.com?owner=team&repo=service``.

Each code host has its own words for the parts; which of them must be there depends on the host's type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from common.errors import InputError
from integrations.registry import ScmIntegrations
from integrations.whatwg import InvalidUrlError, Url, parse_url
from integrations.whatwg.path import hides_dot_segments

MAX_LENGTH = 2048
PARTS = ("owner", "repo", "organization", "workspace", "project")
NEEDED = {
    "bitbucketCloud": ("workspace", "project", "repo"),
    "bitbucketServer": ("project", "repo"),
    "azure": ("project", "repo"),
    "gitea": ("repo",),
    "gerrit": ("repo",),
}
NEEDED_ELSEWHERE = ("repo", "owner")
# Groups of these lie within groups: their paths have slashes. Gerrit's repositories have such names too.
WITH_SLASHES = {"gitlab": ("owner", "project"), "gerrit": ("repo", "owner", "project", "workspace")}
CONTROL = re.compile(r"[\x00-\x1f\x7f\\?#]")


@dataclass(frozen=True, slots=True)
class RepoUrl:
    """
    ``host`` has a port only if it is not the one of https. ``repo`` is empty where the host's type allows that.

    No part holds a slash (but for GitLab's groups), a dot segment or a control character, however it was encoded, so
    that each may become one segment of a path.
    """

    host: str
    owner: str | None = None
    repo: str = ""
    organization: str | None = None
    workspace: str | None = None
    project: str | None = None


def parse_repo_url(repo_url: str, integrations: ScmIntegrations) -> RepoUrl:
    """Raises InputError: it is none, no integration is configured for its host, or a part is missing or not safe."""
    url = _parse(repo_url)
    integration = integrations.by_host(url.host)
    if integration is None:
        raise InputError(
            f"No matching integration configuration for host {url.host}, please check your integrations config"
        )
    parts = _parts_of(url)
    for name in _needed(integration.type, parts):
        if not parts.get(name):
            raise InputError(f"Invalid repo URL passed to publisher: {url}, missing {name}")
    allowed = WITH_SLASHES.get(integration.type, ())
    for name, value in parts.items():
        _check_part(name, value, has_slashes=name in allowed)
    return RepoUrl(
        url.host,
        owner=parts.get("owner"),
        repo=parts.get("repo", ""),
        organization=parts.get("organization"),
        workspace=parts.get("workspace"),
        project=parts.get("project"),
    )


def _parse(repo_url: str) -> Url:
    if len(repo_url) > MAX_LENGTH:
        raise InputError(f"Invalid repo URL passed to publisher, got one of more than {MAX_LENGTH} characters")
    try:
        url = parse_url(f"https://{repo_url}")
    except InvalidUrlError as error:
        raise InputError(f"Invalid repo URL passed to publisher, got {repo_url}, {error}") from None
    if url.has_userinfo:
        raise InputError(
            f"Invalid repo URL passed to publisher, it holds a user name or password for {url.host};"
            " a token belongs into the input 'token', or into the configuration"
        )
    return url


def _parts_of(url: Url) -> dict[str, str]:
    """The first value of each part, without slashes around it."""
    parts: dict[str, str] = {}
    for name, value in parse_qsl(url.query or "", keep_blank_values=True, max_num_fields=MAX_LENGTH):
        if name in PARTS:
            parts.setdefault(name, value.strip("/"))
    return parts


def _needed(type_: str, parts: dict[str, str]) -> tuple[str, ...]:
    if type_ == "gitlab":
        return () if parts.get("project") else ("owner", "repo")
    return NEEDED.get(type_, NEEDED_ELSEWHERE)


def _check_part(name: str, value: str, *, has_slashes: bool) -> None:
    """Decoded once more, some servers would leave the path that was asked for."""
    is_split = "/" in value and not has_slashes
    if is_split or CONTROL.search(value) or hides_dot_segments(value) or re.search(r"%(?:2[fF]|5[cC]|00|25)", value):
        raise InputError(
            f"Invalid repo URL passed to publisher: the {name} '{value}' is not a name;"
            " slashes, '.' and '..' are not allowed in it, nor what decodes to them"
        )
