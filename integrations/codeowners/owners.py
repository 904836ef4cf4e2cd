"""What an owner is that a CODEOWNERS file names: a user, a group with its path, an e-mail address, or a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OwnerKind = Literal["user", "group", "either", "email", "role"]


@dataclass(frozen=True, slots=True)
class NamedOwner:
    """``name`` is without ``@``. ``either``: the host alone knows whether it is a user or a group."""

    kind: OwnerKind
    name: str


def parse_owner(text: str, dialect: str) -> NamedOwner:
    if text.startswith("@@"):
        return NamedOwner("role", text[2:])
    if not text.startswith("@"):
        return NamedOwner("email", text)
    name = text[1:]
    if "/" in name:
        return NamedOwner("group", name)
    return NamedOwner("user" if dialect == "github" else "either", name)
