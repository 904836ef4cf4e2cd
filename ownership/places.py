"""Where entities lie: from the URL of a descriptor to a repository, and a path in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalog.entity_ref import ANNOTATION_LOCATION
from catalog.ingestion.sources import ANNOTATION_SOURCE_LOCATION, default_sources
from common.errors import InputError
from integrations.codeowners import Dialect
from integrations.codeowners.find import DIALECTS
from integrations.git.target import is_git_target, parse_git_target
from integrations.scm_url import ScmUrl, parse_scm_url
from integrations.whatwg import parse_url

# A file in a folder that no pattern means by its name: who owns it owns the folder.
ANY_FILE = "any file"
LONGEST_URL = 2_000
# Most are of this shape. To tell the parts of others takes a hundred times as long.
_PLAIN = re.compile(
    r"https://(?P<host>[a-z0-9.-]+(?::[0-9]+)?)/(?P<name>[\w-][\w.-]*/[\w-][\w.-]*)"
    r"(?:/(?P<type>blob|tree)/[\w-][\w.-]*/(?P<path>(?:[\w-][\w.-]*/)*(?:[\w-][\w.-]*)?))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Place:
    """``repository`` is ``host/full/name`` in lower case; ``folder`` is empty, or ends in a slash."""

    repository: str
    folder: str

    @property
    def path(self) -> str:
        """Of a file in the folder."""
        return self.folder + ANY_FILE

    @property
    def host(self) -> str:
        return self.repository.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Located:
    """What a URL says: a repository, and the path of a file or a folder in it."""

    repository: str
    path: str
    is_folder: bool


def place_of_entity(entity: Mapping[str, Any]) -> Place | None:
    """Where the entity lies, by its annotations; None if that is in no repository that we know of."""
    annotations = entity["metadata"].get("annotations") or {}
    for key in (ANNOTATION_SOURCE_LOCATION, ANNOTATION_LOCATION):
        location = annotations.get(key)
        if isinstance(location, str) and (place := place_of_location(location)):
            return place
    return None


def place_of_location(location: str) -> Place | None:
    """Of a location ref, such as ``url:https://github.com/o/r/tree/main/services/``."""
    type_, _, url = location.partition(":")
    place = place_of_url(url) if type_ == "url" and len(url) <= LONGEST_URL else None
    return place if place and (is_git_target(url) or has_code(place.host)) else None


def has_code(host: str) -> bool:
    """Whether the configuration says that repositories are kept there."""
    return default_sources().integrations.by_host(host) is not None


def dialect_of(repository: str) -> Dialect:
    """That of the repository's host."""
    integration = default_sources().integrations.by_host(repository.partition("/")[0])
    return DIALECTS.get(integration.type, "github") if integration else "github"


def place_of_url(url: str) -> Place | None:
    """The folder of a file, or the folder that the URL is of."""
    found = locate(url)
    if found is None:
        return None
    folder = found.path.rstrip("/") if found.is_folder else found.path.rpartition("/")[0]
    return Place(found.repository, f"{folder}/" if folder else "")


@lru_cache(maxsize=50_000)
def locate(url: str) -> Located | None:
    """By the shape of the URL alone."""
    if plain := _PLAIN.fullmatch(url):
        path = plain["path"] or ""
        is_folder = plain["type"] == "tree" or path[-1:] in ("", "/")
        return _located(plain["host"], plain["name"].removesuffix(".git"), path, is_folder=is_folder)
    try:
        target = parse_git_target(url)
        if target is not None:
            clone = parse_url(target.clone_url)
            name = clone.path.strip("/").removesuffix(".git").replace("/_git/", "/")
            return _located(clone.host, name, target.path, is_folder=url.partition("@")[0].endswith("/"))
        parsed = parse_scm_url(url)
        if not parsed.owner:
            return None
        is_folder = url.endswith("/") or parsed.file_type == "tree"
        return _located(parse_url(url).host, parsed.full_name, _inner_path(parsed), is_folder=is_folder)
    except (InputError, UnicodeDecodeError):
        return None


def _inner_path(parsed: ScmUrl) -> str:
    """Gitea says what kind of ref it is, in a segment of its own: ``/src/branch/main/a.yaml``."""
    if parsed.file_type in ("src", "raw") and parsed.ref in ("branch", "tag"):
        return parsed.filepath.partition("/")[2]
    return parsed.filepath


def _located(host: str, name: str, path: str, *, is_folder: bool) -> Located | None:
    return Located(f"{host}/{name}".lower(), path, is_folder) if host and name else None
