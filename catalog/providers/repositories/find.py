"""What one repository gives: its Locations, and the files that answer for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from catalog.captured import CapturedFile
from catalog.entity_ref import LocationRef
from catalog.ingestion.location_entity import deferred_location
from catalog.ingestion.result import DeferredEntity
from catalog.ingestion.sources import Sources
from catalog.providers.repositories.plan import CODEOWNERS, Emits, Plan
from catalog.providers.repositories.references import find_references
from common.errors import NotFoundError
from integrations.git.tree import MAGIC, path_matcher
from integrations.hosts.repository import EMPTY, HostRepository, RepositoryContent, RepositoryHost

# Of one repository; the rest is not looked at.
MAX_FOUND = 1000
# How often descriptors may lead to others, until the rest is read from the host when it is needed.
MAX_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """One repository as it was read last. ``mark`` is another one if it must be read again."""

    full_name: str
    mark: str
    targets: tuple[str, ...] = ()
    captured: tuple[str, ...] = ()
    annotations: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_state(cls, row: dict[str, Any]) -> Self:
        return cls(
            row["name"], row["mark"], tuple(row["targets"]), tuple(row["captured"]), row.get("annotations") or {}
        )

    def to_state(self) -> dict[str, Any]:
        row = {"name": self.full_name, "mark": self.mark, "targets": self.targets, "captured": self.captured}
        return {**row, "annotations": self.annotations} if self.annotations else row

    def entities(self, plan: Plan) -> list[DeferredEntity]:
        return [
            deferred_location(LocationRef("url", target), presence=plan.presence, annotations=self.annotations)
            for target in self.targets
        ]


def mark_of(plan: Plan, repository: HostRepository) -> str:
    return f"{repository.change_mark} {repository.url} {plan.fingerprint}"


def read_repository(
    plan: Plan, host: RepositoryHost, repository: HostRepository, sources: Sources
) -> tuple[Found, list[CapturedFile]]:
    """
    One call where the host gives archives, and another one for what the descriptors refer to. Raises what the host
    raises.
    """
    branch = plan.branch_of(repository)
    matches = path_matcher(plan.pattern)
    content = _read(plan, host, repository, matches)
    paths = [path for path in content.paths if matches(path)][:MAX_FOUND]
    if plan.emits is Emits.FOUND_FILES:
        targets = {host.file_url(repository, path, branch): [path] for path in paths}
    else:
        target = host.file_url(repository, plan.pattern, branch)
        targets = {target: paths} if paths or plan.emits is Emits.EVERY_REPOSITORY else {}
    files = [
        file for target, found in targets.items() for file in _capture(plan, host, repository, content, target, found)
    ]
    files += [
        CapturedFile(host.file_url(repository, path, branch), content.commit, content.files[path])
        for path in sorted(CODEOWNERS)
        if path in content.files
    ]
    files += _follow(plan, host, repository, content, targets, files, sources)
    urls = tuple(file.url for file in files)
    annotations = dict(plan.annotations(repository))
    return Found(repository.full_name, mark_of(plan, repository), tuple(targets), urls, annotations), files


def _read(
    plan: Plan, host: RepositoryHost, repository: HostRepository, matches: Callable[[str], bool]
) -> RepositoryContent:
    branch = plan.branch_of(repository)
    try:
        return host.read_content(repository, lambda path: path in CODEOWNERS or matches(path), ref=branch)
    except NotFoundError:
        if branch not in (None, repository.default_branch):
            return EMPTY  # it has no branch of that name
        raise


def _follow(
    plan: Plan,
    host: RepositoryHost,
    repository: HostRepository,
    content: RepositoryContent,
    targets: Mapping[str, Sequence[str]],
    files: Sequence[CapturedFile],
    sources: Sources,
) -> list[CapturedFile]:
    """The files that captured descriptors refer to, and those that these refer to in turn."""
    there, read = set(content.paths), dict(content.files)
    seen = {file.url for file in files}
    branch = plan.branch_of(repository)
    waiting = [
        (path, host.file_url(repository, path, branch), target) for target, paths in targets.items() for path in paths
    ]
    found: list[CapturedFile] = []
    for _ in range(MAX_ROUNDS):
        references = {
            reference.url: (reference, target)
            for path, url, target in waiting
            if path in read
            for reference in find_references(read[path], path, url, sources)
            if reference.path in there and reference.url not in seen
        }
        if not references:
            break
        missing = {reference.path for reference, _ in references.values()} - read.keys()
        if missing:
            read |= host.read_content(repository, missing.__contains__, ref=branch).files
        seen |= references.keys()
        waiting = [(each.path, each.url, target) for each, target in references.values() if each.is_descriptor]
        found += [
            CapturedFile(each.url, content.commit, read[each.path], target, is_target=False)
            for each, target in references.values()
            if each.path in read
        ]
    return found


def _capture(
    plan: Plan,
    host: RepositoryHost,
    repository: HostRepository,
    content: RepositoryContent,
    target: str,
    paths: list[str],
) -> list[CapturedFile]:
    """Nothing if a file was too large to come along: whoever reads the target then says so."""
    if not all(path in content.files for path in paths):
        return []
    if not paths:
        return [CapturedFile(target, content.commit, None, target)]
    is_pattern = plan.emits is not Emits.FOUND_FILES and MAGIC.search(plan.pattern)
    branch = plan.branch_of(repository)
    return [
        CapturedFile(
            host.file_url(repository, path, branch) if is_pattern else target,
            content.commit,
            content.files[path],
            target,
        )
        for path in paths
    ]
