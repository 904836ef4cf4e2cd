"""What all providers of organisations have in common: each run reads everything."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from catalog.providers.provider import PartialResult, ProviderResult, ReadContext
from catalog.providers.schedule import Schedule


class OrgConfig(Protocol):
    """``host`` is the one whose events concern the organisation."""

    @property
    def id(self) -> str: ...

    @property
    def schedule(self) -> Schedule: ...

    @property
    def host(self) -> str: ...


Config = TypeVar("Config", bound=OrgConfig)


class OrgProvider(ABC, Generic[Config]):
    """``bucket`` is Backstage's name for such providers."""

    kind: ClassVar[str]
    bucket: ClassVar[str]

    def __init__(self, config: Config) -> None:
        self._config = config

    @property
    def name(self) -> str:
        return f"{self.bucket}:{self._config.id}"

    @property
    def schedule(self) -> Schedule:
        return self._config.schedule

    def is_for(self, host: str) -> bool:
        return host == self._config.host

    @abstractmethod
    def read(self, context: ReadContext) -> ProviderResult:
        """Raises CallboardError."""

    def read_some(self, context: ReadContext, names: Sequence[str]) -> PartialResult | None:
        return None
