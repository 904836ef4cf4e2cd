"""Whether two URLs point into the same repository: what a placeholder may reach."""

from __future__ import annotations

from common.errors import InputError
from integrations.git.target import parse_git_target
from integrations.scm_url import parse_scm_url
from integrations.whatwg import Url, parse_url

# What parts the repository from ref and path in Gitiles and in Harness Code.
SEPARATORS = ("/+/", "/~/")


def same_repository(url: str, base: str) -> bool:
    """
    Whether ``url`` lies in the repository, and at the ref, of the file at ``base``.

    Where the path has not the shape of a code host's, the whole server counts as one: the same scheme, host and
    port. What cannot be understood is not the same.
    """
    try:
        target, base_target = parse_git_target(url), parse_git_target(base)
        if target is not None and base_target is not None:
            return (target.clone_url, target.ref) == (base_target.clone_url, base_target.ref)
        if target is not None or base_target is not None:
            return False
        parsed, parsed_base = parse_url(url), parse_url(base)
        return parsed.origin == parsed_base.origin and _repository(parsed) == _repository(parsed_base)
    except (InputError, UnicodeDecodeError):
        return False


def _repository(url: Url) -> tuple[str, str] | None:
    """The repository's name and the ref; None for a file that is in none."""
    for separator in SEPARATORS:
        before, found, after = url.path.partition(separator)
        if found:
            return before, "/".join(after.split("/")[:3]) if separator == "/+/" else ""
    parsed = parse_scm_url(str(url))
    return (parsed.full_name, parsed.ref) if parsed.filepath else None
