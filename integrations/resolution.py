"""Relative URLs beside a file on a code host, on any other server, and in a git repository."""

from __future__ import annotations

from dataclasses import replace

from integrations.git.target import parse_git_target
from integrations.scm_url import parse_scm_url
from integrations.whatwg import is_url, parse_url
from integrations.whatwg.path import parse_path


def resolve_default_url(*, url: str, base: str, line_number: int | None = None) -> str:
    """
    ``url`` as it is if it is absolute; else seen from ``base``, whose query stays.

    ``/x`` starts at the top of the repository where the path of ``base`` has the shape of a code host's; on other
    servers it is appended to ``base``, as in the reference. Raises InputError.
    """
    if is_url(url):
        return url
    git_target = parse_git_target(base)
    if git_target is not None:
        return str(git_target.resolve(url))
    parsed_base = parse_url(base)
    if url.startswith("/"):
        path = f"{_repository_root(base)}{url}".replace("?", "%3F").replace("#", "%23")
        updated = replace(parsed_base, path=parse_path(path, parsed_base.scheme))
    else:
        updated = parse_url(url, base)
    updated = replace(updated, query=parsed_base.query or None)
    return str(replace(updated, fragment=f"L{line_number}") if line_number else updated)


def _repository_root(base: str) -> str:
    path = parse_url(base).path.removesuffix("/")
    filepath = parse_scm_url(base).filepath
    # By segments, not by length: the path in the URL is encoded, and longer.
    count = len(filepath.split("/")) if filepath else 0
    return "/".join(path.split("/")[: -count or None]).rstrip("/")
