"""
Finding descriptors in all repositories of a code host that a filter accepts.

A listing says which repositories have changed since they were read; each of those is read once, as a whole. What cannot
be read keeps what it gave before.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from catalog.captured import CapturedFile
from catalog.entity_ref import LocationRef
from catalog.ingestion.location_entity import location_entity_ref
from catalog.providers.provider import PartialResult, ProviderResult, Push, ReadContext, State
from catalog.providers.repositories.find import Found, mark_of, read_repository
from catalog.providers.repositories.plan import Plan
from catalog.providers.schedule import Schedule
from common.errors import CallboardError
from integrations.hosts.errors import RateLimitedError
from integrations.hosts.repository import HostRepository, RepositoryHost

PARALLEL_READS = 8
# So many repositories that cannot be read, one after the other, say something of the host and not of them.
MAX_FAILURES = 20
# Between two times that what was read is put away, in seconds.
KEEP_EVERY = 10.0


@dataclass(slots=True)
class _Reading:
    """What one run has found so far: ``found`` by lower-cased full name."""

    known: dict[str, Found]
    listings: dict[str, Any]
    found: dict[str, Found] = field(default_factory=dict)
    captured: list[CapturedFile] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    failures: int = 0

    def to_state(self) -> State:
        return {"listings": self.listings, "repositories": [found.to_state() for found in self.found.values()]}


@dataclass(frozen=True, slots=True)
class RepositoryProvider:
    plan: Plan

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def kind(self) -> str:
        return self.plan.kind

    @property
    def schedule(self) -> Schedule:
        return self.plan.schedule

    def is_for(self, host: str) -> bool:
        return host.lower() == self.plan.host.lower()

    def is_touched_by(self, push: Push) -> bool:
        return self.plan.is_touched_by(push)

    def read(self, context: ReadContext) -> ProviderResult:
        reading = _Reading(known_repositories(context.state), dict(context.state.get("listings") or {}))
        for host, repositories in self._list(context, reading):
            self._read_changed(host, repositories, context, reading)
        kept = {url for found in reading.found.values() for url in found.captured} - reading.fresh
        return ProviderResult(
            entities=[entity for found in reading.found.values() for entity in found.entities(self.plan)],
            captured=reading.captured,
            kept=frozenset(kept),
            state=reading.to_state(),
            warnings=reading.warnings,
        )

    def read_some(self, context: ReadContext, names: Sequence[str]) -> PartialResult | None:
        known = known_repositories(context.state)
        if self.plan.is_filtered_by_host and any(name.lower() not in known for name in names):
            return None
        asked = {name.lower(): name for name in names}
        now = {name: found for name, found in known.items() if name not in asked}
        captured: list[CapturedFile] = []
        with ThreadPoolExecutor(PARALLEL_READS, thread_name_prefix="discover") as pool:
            for found, files in filter(None, pool.map(partial(self._read_one, context), asked.values())):
                now[found.full_name.lower()] = found
                captured += files
        return self._difference(known, now, captured, context)

    def _read_one(self, context: ReadContext, name: str) -> tuple[Found, list[CapturedFile]] | None:
        """None if there is no such repository, or the filter does not accept it."""
        repository, host = self._find(context, name)
        return (
            None
            if repository is None or host is None
            else read_repository(self.plan, host, repository, context.sources)
        )

    def _difference(
        self, known: dict[str, Found], now: dict[str, Found], captured: list[CapturedFile], context: ReadContext
    ) -> PartialResult:
        before, after = _targets(known.values()), _targets(now.values())
        changed = [found for name, found in now.items() if known.get(name) is not found]
        kept = {url for found in now.values() for url in found.captured}
        old = {url for found in known.values() for url in found.captured}
        return PartialResult(
            {**context.state, "repositories": [found.to_state() for found in now.values()]},
            added=[entity for found in changed for entity in found.entities(self.plan)],
            removed=[location_entity_ref(LocationRef("url", target)) for target in sorted(before - after)],
            captured=captured,
            dropped=sorted(old - kept),
        )

    def _find(self, context: ReadContext, name: str) -> tuple[HostRepository | None, RepositoryHost | None]:
        """The repository as the host has it, if the filter accepts it. Who is out of scope is not asked for."""
        if not self.plan.is_in_scope(name):
            return None, None
        host = self.plan.open_host(name.rpartition("/")[0])
        repository = host.find_repository(name)
        if repository is None or not self.plan.is_in_scope(repository.full_name) or not self.plan.accepts(repository):
            return None, None
        return repository, host

    def _list(self, context: ReadContext, reading: _Reading) -> list[tuple[RepositoryHost, list[HostRepository]]]:
        """The repositories that the filter accepts, each once. All listings come first: if one fails, all is as it was."""
        seen: set[str] = set()
        lists: list[tuple[RepositoryHost, list[HostRepository]]] = []
        listings: dict[str, Any] = {}
        for scope in self.plan.scopes():
            host = self.plan.open_host(scope)
            listing = host.list_repositories(scope, state=reading.listings.get(scope), query=self.plan.query)
            context.progress(0, sum(len(accepted) for _, accepted in lists))
            listings[scope] = listing.state
            accepted = [
                repository
                for repository in listing.repositories
                if repository.full_name.lower() not in seen and self.plan.accepts(repository)
            ]
            seen |= {repository.full_name.lower() for repository in accepted}
            lists.append((host, accepted))
        reading.listings = listings
        return lists

    def _read_changed(
        self, host: RepositoryHost, repositories: list[HostRepository], context: ReadContext, reading: _Reading
    ) -> None:
        """Read what has changed, a few at a time. Raises if the host itself seems to be in trouble."""
        changed = []
        for repository in repositories:
            found = reading.known.get(repository.full_name.lower())
            if (
                found
                and found.mark == mark_of(self.plan, repository)
                and set(found.captured) <= context.captured.keys()
            ):
                reading.found[repository.full_name.lower()] = found
            else:
                changed.append(repository)
        kept_at = time.monotonic()
        try:
            with ThreadPoolExecutor(PARALLEL_READS, thread_name_prefix="discover") as pool:
                tasks = {pool.submit(read_repository, self.plan, host, each, context.sources): each for each in changed}
                try:
                    for done, task in enumerate(as_completed(list(tasks)), 1):
                        self._take(tasks.pop(task), task, reading)
                        context.progress(done, len(changed))
                        if time.monotonic() - kept_at > KEEP_EVERY:
                            self._keep(context, reading)
                            kept_at = time.monotonic()
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        except CallboardError:
            # The next run goes on from here.
            self._keep(context, reading)
            raise

    def _take(
        self, repository: HostRepository, task: Future[tuple[Found, list[CapturedFile]]], reading: _Reading
    ) -> None:
        name = repository.full_name.lower()
        try:
            found, files = task.result()
        except RateLimitedError:
            raise
        except CallboardError as error:
            reading.failures += 1
            if reading.failures >= MAX_FAILURES:
                raise
            reading.warnings.append(f"{repository.full_name} could not be read and keeps what it gave before: {error}")
            if name in reading.known:
                reading.found[name] = reading.known[name]
            return
        reading.failures = 0
        reading.found[name] = found
        reading.captured += files
        reading.fresh |= {file.url for file in files}

    def _keep(self, context: ReadContext, reading: _Reading) -> None:
        """Put away what was read, beside what is still to be read and stays as it was known."""
        if not reading.captured:
            return
        both = {**reading.known, **reading.found}
        state = {"listings": reading.listings, "repositories": [found.to_state() for found in both.values()]}
        context.keep(reading.captured, state)
        reading.captured = []


def known_repositories(state: State) -> dict[str, Found]:
    """What the last run has found, by lower-cased full name. Nothing is made of a state that is not understood."""
    try:
        found = [Found.from_state(row) for row in state.get("repositories") or []]
    except (KeyError, TypeError, AttributeError):
        return {}
    return {each.full_name.lower(): each for each in found}


def _targets(found: Iterable[Found]) -> set[str]:
    return {target for each in found for target in each.targets}
