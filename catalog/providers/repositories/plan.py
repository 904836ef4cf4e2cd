"""What one provider of repositories looks for, and where: the configuration of any of the hosts in one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from catalog.ingestion.location_entity import Presence
from catalog.providers.provider import Push
from catalog.providers.schedule import Schedule
from integrations.codeowners.find import PLACES
from integrations.git.tree import path_matcher
from integrations.hosts.repository import HostRepository, RepositoryHost

CODEOWNERS = frozenset(place for places in PLACES.values() for place in places)


class Emits(Enum):
    """What becomes a Location, which is as Backstage's provider for the host has it."""

    EVERY_REPOSITORY = "one for each repository, whether the file is there or not"
    FOUND_TARGETS = "one for each repository that has such a file"
    FOUND_FILES = "one for each such file"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    ``pattern`` is a path from the top of a repository. ``accepts`` is the filter for polling and events alike;
    ``is_in_scope`` says by its full name alone whether a repository could be listed; ``is_filtered_by_host`` that only
    the listing itself knows. ``scopes`` gives what to list; ``open_host`` the host for one of these or for the owner of
    a repository.
    """

    kind: str
    name: str
    host: str
    schedule: Schedule
    pattern: str
    emits: Emits
    presence: Presence
    accepts: Callable[[HostRepository], bool]
    is_in_scope: Callable[[str], bool]
    scopes: Callable[[], list[str]]
    open_host: Callable[[str], RepositoryHost]
    branch: str | None = None
    fallback_branch: str | None = None
    is_filtered_by_host: bool = False
    query: Mapping[str, Any] = field(default_factory=dict)
    annotations: Callable[[HostRepository], Mapping[str, str]] = lambda repository: {}

    @property
    def fingerprint(self) -> str:
        """Another one if the same repository would be read otherwise."""
        return f"{self.pattern} {self.branch or ''} {self.fallback_branch or ''} {self.emits.name} {self.presence}"

    def branch_of(self, repository: HostRepository) -> str | None:
        """The branch to read and to name in addresses; None for the repository's own."""
        return self.branch or (None if repository.default_branch else self.fallback_branch)

    def is_touched_by(self, push: Push) -> bool:
        """Whether such a push may change what is found."""
        wanted = self.branch or push.default_branch or self.fallback_branch
        if wanted and push.branch != wanted:
            return False
        if push.paths is None:
            return True
        matches = path_matcher(self.pattern)
        return any(path in CODEOWNERS or matches(path) for path in push.paths)
