"""
What a caller may do: permissions, and the policy that decides on them.

Names are Backstage's. The policy of this process is set at the start; without one, everybody may do everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from common.identity import Action, Identity


@dataclass(frozen=True, slots=True)
class Permission:
    """``resource_type`` names what it is about (``catalog-entity``); None if it is about nothing in particular."""

    name: str
    action: Action | None
    resource_type: str | None = None


ParamValue: TypeAlias = "str | int | float | bool | tuple[ParamValue, ...] | None"


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is true of a resource or not. The plugin of the resource type knows rules by their names."""

    name: str
    params: tuple[tuple[str, ParamValue], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A rule as others may name it. ``params``: the JSON schema of each; those of ``optional`` may be left out."""

    name: str
    description: str
    resource_type: str
    params: Mapping[str, Mapping[str, Any]]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Criteria, ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Criteria, ...]


@dataclass(frozen=True, slots=True)
class Unless:
    part: Criteria


@dataclass(frozen=True, slots=True, eq=False)
class FirstOf:
    """
    What the first criteria say that are true: allowed or not; else ``otherwise``.

    Equal to itself alone, so that whoever keeps what it came to finds that without comparing hundreds of rules.
    """

    cases: tuple[tuple[Criteria, bool], ...]
    otherwise: bool


Criteria: TypeAlias = Every | Some | Unless | Rule | FirstOf

ALLOW: Literal["ALLOW"] = "ALLOW"
DENY: Literal["DENY"] = "DENY"
# Criteria: allowed for the resources that they are true of, and for no others.
Decision: TypeAlias = Literal["ALLOW", "DENY"] | Criteria


# Who works on the machine itself, at its command line, and who is signed in to the admin site: no policy binds him.
OPERATOR_PREFIX = "operator:"
OPERATOR = Identity("user", f"{OPERATOR_PREFIX}command-line")


def is_operator(identity: Identity) -> bool:
    return identity.kind == "user" and identity.subject.startswith(OPERATOR_PREFIX)


class Policy(Protocol):
    def decide(self, identity: Identity, permission: Permission) -> Decision:
        """May he? Criteria only for a permission that has a resource type. Asks nobody, so it is cheap."""


class AllowAll:
    """The policy of an installation that has none."""

    def decide(self, identity: Identity, permission: Permission) -> Decision:
        return ALLOW


_policy: Policy = AllowAll()


def policy() -> Policy:
    return _policy


def set_policy(new: Policy) -> None:
    """For the start of a process, and for tests."""
    global _policy
    _policy = new
