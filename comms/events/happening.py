"""What an event says has happened, the same for all hosts. Data only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class RepositoryName:
    """``full_name`` as its host's API names it, ``url`` its page."""

    full_name: str
    url: str


@dataclass(frozen=True, slots=True)
class Happening:
    """
    Something on ``host`` is not as it was.

    ``repositories`` changed: the name that one has, and the one that it had before. With ``branch`` it was a push to
    that branch which changed ``paths`` (None: any of them); without, the repository itself was created, renamed,
    deleted or set up differently. ``default_branch`` is empty where nothing says it. With ``is_organization``, people
    or teams changed.
    """

    host: str
    repositories: tuple[RepositoryName, ...] = ()
    branch: str = ""
    default_branch: str = ""
    paths: tuple[str, ...] | None = None
    is_organization: bool = False

    @property
    def subject(self) -> str:
        """What it is about, for people."""
        return f"{self.host}/{self.repositories[0].full_name if self.repositories else ''}".lower()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        paths = value["paths"]
        return cls(
            host=value["host"],
            repositories=tuple(RepositoryName(**name) for name in value["repositories"]),
            branch=value["branch"],
            default_branch=value["default_branch"],
            paths=None if paths is None else tuple(paths),
            is_organization=value["is_organization"],
        )
