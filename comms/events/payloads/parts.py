"""Parts of payloads, whatever shape a stranger gave them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from common.errors import InputError
from comms.events.happening import Happening, RepositoryName
from integrations.hosts.answer import value_of
from integrations.whatwg import parse_url

HEADS = "refs/heads/"
LONGEST = 500
MOST_PATHS = 5_000
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def text(payload: Any, *keys: str) -> str:
    """The text below the keys; empty if there is none, or none that a name could be."""
    value = value_of(payload, *keys)
    return value if isinstance(value, str) and len(value) <= LONGEST and not CONTROLS.search(value) else ""


def items(payload: Any, *keys: str) -> list[Any]:
    value = value_of(payload, *keys)
    return value if isinstance(value, list) else []


def branch_of(ref: str) -> str:
    """The branch that a full ref names; empty for tags and all else."""
    return ref.removeprefix(HEADS) if ref.startswith(HEADS) else ""


def host_of(url: str) -> str:
    """The URL's host with its port; empty if it is none that could be asked."""
    try:
        parsed = parse_url(url)
    except InputError:
        return ""
    return parsed.host if parsed.scheme in ("http", "https") else ""


def renamed(name: RepositoryName, old: str) -> RepositoryName | None:
    """The name that a repository had before, if its page ends in its name; None if there was no other."""
    if not old or old == name.full_name or not name.url.endswith(name.full_name):
        return None
    return RepositoryName(old, name.url.removesuffix(name.full_name) + old)


def happening_of(*names: RepositoryName | None, **details: Any) -> Happening | None:
    """On the host of the first name's page; None if that is not told. Names on other hosts are left out."""
    known = [name for name in names if name is not None and name.full_name]
    host = host_of(known[0].url) if known else ""
    if not host:
        return None
    return Happening(host, tuple(name for name in known if host_of(name.url) == host), **details)


def paths_of(commits: Iterable[Any], *, is_complete: bool) -> tuple[str, ...] | None:
    """All that the commits touch; None if they do not tell all."""
    paths: set[str] = set()
    for commit in commits if is_complete else ():
        for kind in ("added", "modified", "removed"):
            touched = items(commit, kind)
            if not all(isinstance(path, str) for path in touched):
                return None
            paths.update(touched)
    return tuple(sorted(paths)) if 0 < len(paths) <= MOST_PATHS else None
