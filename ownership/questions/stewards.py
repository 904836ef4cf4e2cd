"""Who owns a folder by CODEOWNERS, and by which line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.codeowners import Rule
from ownership.files.book import KnownFile
from ownership.owner_refs import OwnerRefs
from ownership.places import Place
from ownership.scope import Scope


@dataclass(frozen=True, slots=True)
class Steward:
    """``owner`` as it is written; ``ref`` the user or group that it is, None if none is known."""

    owner: str
    ref: str | None
    rule: Rule
    file: KnownFile

    def show(self, path: str) -> dict[str, Any]:
        evidence: dict[str, Any] = {
            "repository": self.file.repository,
            "file": self.file.url,
            "commit": self.file.commit,
            "line": self.rule.line,
            "pattern": self.rule.pattern,
            "path": path,
        }
        if self.rule.section:
            evidence |= {"section": self.rule.section, "isOptional": self.rule.is_optional}
        return {"owner": self.owner, "ownerRef": self.ref, "evidence": evidence}


def find_stewards(file: KnownFile | None, path: str, refs: OwnerRefs) -> list[Steward]:
    """Each owner once, by the first rule that names him."""
    if file is None:
        return []
    found: dict[str, Steward] = {}
    host = file.repository.partition("/")[0]
    for rule in file.rules_for(path):
        for owner in rule.owners:
            if owner not in found:
                ref = refs.find(owner, host=host, dialect=file.dialect)
                found[owner] = Steward(owner, ref, rule, file)
    return list(found.values())


def stewards_of(scope: Scope, number: int, files: Mapping[str, KnownFile], refs: OwnerRefs) -> list[Steward]:
    place = scope.place_of(number)
    return stewards_at(place, files.get(place.repository), refs) if place else []


def stewards_at(place: Place, file: KnownFile | None, refs: OwnerRefs) -> list[Steward]:
    return find_stewards(file, file.inner(place.path), refs) if file else []


def refs_of(stewards: Iterable[Steward]) -> list[str]:
    return list(dict.fromkeys(steward.ref for steward in stewards if steward.ref))
