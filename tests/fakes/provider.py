"""A provider whose source is a dict, for tests of what surrounds providers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalog.captured import CapturedFile
from catalog.entity_ref import LocationRef
from catalog.ingestion.location_entity import deferred_location, location_entity_ref
from catalog.providers.provider import PartialResult, ProviderResult
from catalog.providers.schedule import Schedule


@dataclass
class FakeProvider:
    """``files``: path to descriptor. ``before`` is called when it is read, and may raise."""

    name: str = "fake-provider:default"
    kind: str = "fake"
    schedule: Schedule = field(default_factory=Schedule)
    files: dict[str, bytes | None] = field(default_factory=dict)
    before: Any = None
    commit: str = "c1"
    reads: int = 0
    states: list[dict[str, Any]] = field(default_factory=list)
    can_read_some: bool = True

    def is_for(self, host):
        return host == "fake.example"

    def url(self, path):
        return f"https://fake.example/{path}/blob/main/catalog-info.yaml"

    def ref(self, path):
        return location_entity_ref(LocationRef("url", self.url(path)))

    def entity(self, path):
        return deferred_location(LocationRef("url", self.url(path)), presence="optional")

    def captured(self, path):
        return CapturedFile(self.url(path), self.commit, self.files[path], target=self.url(path))

    def read(self, context):
        self.reads += 1
        self.states.append(context.state)
        files = dict(self.files)
        if self.before:
            self.before(context)
        return ProviderResult(
            [self.entity(path) for path in files],
            captured=[CapturedFile(self.url(p), self.commit, d, target=self.url(p)) for p, d in files.items()],
            state={"paths": sorted(files)},
        )

    def read_some(self, context, names):
        if not self.can_read_some:
            return None
        there = [name for name in names if name in self.files]
        gone = [name for name in names if name not in self.files]
        paths = (set(context.state.get("paths", [])) | set(there)) - set(gone)
        return PartialResult(
            {"paths": sorted(paths)},
            added=[self.entity(name) for name in there],
            removed=[self.ref(name) for name in gone],
            captured=[self.captured(name) for name in there],
            dropped=[self.url(name) for name in gone],
        )
