"""Which CODEOWNERS file of a repository holds, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Collection

from integrations.codeowners import bitbucket, gitea, github, gitlab
from integrations.codeowners.model import CodeOwners, Dialect, Fault, RuleGroup

# As GitHub does.
MAX_BYTES = 3 * 1024 * 1024
# Where each host looks, in its order.
PLACES: dict[Dialect, tuple[str, ...]] = {
    "github": github.PLACES,
    "gitlab": gitlab.PLACES,
    "bitbucket": bitbucket.PLACES,
    "gitea": gitea.PLACES,
}
# By the type of the host, as integrations call it. Others are taken for GitHub's.
DIALECTS: dict[str, Dialect] = {
    "github": "github",
    "gitlab": "gitlab",
    "bitbucketCloud": "bitbucket",
    "bitbucketServer": "bitbucket",
    "gitea": "gitea",
}
_ALL_PLACES: tuple[tuple[str, Dialect], ...] = (
    (".github/CODEOWNERS", "github"),
    (".gitlab/CODEOWNERS", "gitlab"),
    (".bitbucket/CODEOWNERS", "bitbucket"),
    (".gitea/CODEOWNERS", "gitea"),
    ("CODEOWNERS", "github"),
    ("docs/CODEOWNERS", "github"),
)
_PARSERS: dict[Dialect, Callable[[str], tuple[tuple[RuleGroup, ...], tuple[Fault, ...]]]] = {
    "github": github.parse_github,
    "gitlab": gitlab.parse_gitlab,
    "bitbucket": bitbucket.parse_bitbucket,
    "gitea": gitea.parse_gitea,
}


def find_codeowners(
    paths: Collection[str], read: Callable[[str], bytes], *, dialect: Dialect | None = None
) -> CodeOwners:
    """
    The file that holds among the ``paths`` of a repository, read by ``read``; an empty one if there is none.

    Without a ``dialect`` the place of the file tells it; a file at the top or in docs is taken for GitHub's.
    """
    known = paths if isinstance(paths, set | frozenset | dict) else set(paths)
    places = _ALL_PLACES if dialect is None else tuple((place, dialect) for place in PLACES[dialect])
    for place, spoken in places:
        if place in known:
            return parse_codeowners(read(place), place, spoken)
    return CodeOwners(dialect=dialect or "github")


def parse_codeowners(data: bytes, path: str, dialect: Dialect) -> CodeOwners:
    """Read a file. Faults are data; nothing is raised, whatever it holds."""
    if len(data) > MAX_BYTES:
        reason = f"the file has {len(data)} bytes, and no more than {MAX_BYTES} are read"
        return CodeOwners(path, dialect, (), (Fault(0, "", reason),))
    groups, faults = _PARSERS[dialect](data.decode("utf-8-sig", "replace"))
    return CodeOwners(path, dialect, groups, faults)


def place_of(path: str) -> str:
    """The place where hosts look that the path ends with, such as ``docs/CODEOWNERS``; empty if it is none."""
    found = [place for place, _ in _ALL_PLACES if path == place or path.endswith(f"/{place}")]
    return max(found, key=len, default="")
