"""Who owns what would be described: by CODEOWNERS, else whoever the repository belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.analyze.repository import Repository
from catalog.kinds.formats import is_object_name
from integrations.codeowners import Dialect, find_codeowners, parse_owner
from integrations.codeowners.find import DIALECTS

DESCRIPTOR = "catalog-info.yaml"


@dataclass(frozen=True, slots=True)
class FoundOwner:
    """``owner`` is an entity ref, in which a group's name stands alone; empty if nothing tells one."""

    owner: str
    evidence: str


def find_owner(repository: Repository, host_type: str) -> FoundOwner:
    owners = find_codeowners(repository.all_files.keys(), repository.read, dialect=DIALECTS.get(host_type))
    path = f"{repository.folder}{DESCRIPTOR}"
    rules = [rule for rule in owners.rules_for(path) if rule.owners]
    for rule in rules:
        if owner := entity_of(rule.owners, owners.dialect):
            return FoundOwner(owner, f"{owners.path}, line {rule.line}: '{rule.pattern}' has {' '.join(rule.owners)}")
    organization = repository.full_name.partition("/")[0] if "/" in repository.full_name else ""
    known = f"{owners.path} names no team or user for {path}; " if owners.path else "there is no CODEOWNERS file; "
    if is_object_name(organization):
        return FoundOwner(organization, f"{known}the repository belongs to {organization}")
    return FoundOwner("", f"{known}the repository belongs to nobody whose name could be a group's")


def entity_of(owners: Sequence[str], dialect: Dialect) -> str:
    """
    The first team, else the first user, as an entity ref: ``@org/team`` is the group ``team``. Empty for others, such as
    e-mail addresses.
    """
    named = [parse_owner(owner, dialect) for owner in owners]
    teams = [owner.name.rpartition("/")[2] for owner in named if owner.kind == "group"]
    users = [owner.name for owner in named if owner.kind in ("user", "either")]
    refs = [*filter(is_object_name, teams), *(f"user:{name}" for name in users if is_object_name(name))]
    return next(iter(refs), "")
