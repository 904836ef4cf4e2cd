"""What a provider is: something outside that is asked now and then which entities there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from catalog.captured import CapturedFile
from catalog.ingestion.result import DeferredEntity
from catalog.ingestion.sources import Sources
from catalog.providers.schedule import Schedule

State = dict[str, Any]  # JSON


def _ignore(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ReadContext:
    """
    What a provider may need to read.

    ``state`` is what its last good run left, empty at first; it is not to be changed. ``captured`` has the files that
    are captured for it, URL to etag: one that is missing must be captured again. ``progress`` takes how much of how
    much is done, and raises StoppedError if the run must end.
    """

    sources: Sources
    state: State = field(default_factory=dict)
    captured: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[int, int], None] = _ignore
    keep: Callable[[Sequence[CapturedFile], State], None] = _ignore


@dataclass(frozen=True, slots=True)
class ProviderResult:
    """
    All that the source has now. What is not in it goes from the bucket.

    ``captured`` are the files that were read anew, ``kept`` the URLs of those that are still right as they are stored;
    other captured files of the bucket go. ``warnings`` are for people: what could not be read, and keeps what it gave
    before.
    """

    entities: list[DeferredEntity]
    captured: list[CapturedFile] = field(default_factory=list)
    kept: frozenset[str] = frozenset()
    state: State = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PartialResult:
    """
    What some names stand for now. All else in the bucket stays.

    ``removed`` are refs of Locations, ``dropped`` URLs of captured files. ``state`` is the whole new state.
    """

    state: State
    added: list[DeferredEntity] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    captured: list[CapturedFile] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Provider(Protocol):
    """
    One source, as the configuration names it. ``name`` is its bucket, in Backstage's words; ``kind`` its key in
    ``catalog.providers``.
    """

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def schedule(self) -> Schedule: ...

    def is_for(self, host: str) -> bool:
        """Whether events from this host concern it."""
        ...

    def read(self, context: ReadContext) -> ProviderResult:
        """
        Ask the source for everything. Raises CallboardError: then nothing is changed, and the run is shown as failed.
        """
        ...

    def read_some(self, context: ReadContext, names: Sequence[str]) -> PartialResult | None:
        """
        Ask for what these names stand for now (full names of repositories that changed, were renamed or deleted), with
        the same filters as ``read``. None if the source can only be asked for everything.
        """
        ...


@dataclass(frozen=True, slots=True)
class Push:
    """To one branch. ``default_branch`` is empty, and ``paths`` None, where nobody said."""

    branch: str
    default_branch: str = ""
    paths: tuple[str, ...] | None = None


@runtime_checkable
class FileProvider(Protocol):
    """A provider that reads files of repositories, and can tell which pushes do not concern it."""

    def is_touched_by(self, push: Push) -> bool:
        """Whether it may read something else after the push."""
        ...
