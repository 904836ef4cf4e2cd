"""Who owns all of these?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.entity_ref import EntityRef
from catalog.queries.predicate import Predicate
from common.errors import InputError
from ownership.files.book import KnownFile, book
from ownership.owner_refs import OwnerRefs
from ownership.questions.paths import (
    CODEOWNERS,
    ENTITY,
    entities_above,
    find_repository,
    folders_of,
    parse_path,
    parse_repository,
)
from ownership.questions.stewards import find_stewards, refs_of, stewards_of
from ownership.questions.table import Table
from ownership.scope import Scope, open_scope

MAX_ITEMS = 10_000
# Nobody else can use the index while so many are looked at.
AT_ONCE = 1_000
COLUMNS = ("entityRef", "repo", "path", "exists", "owners", "via")


@dataclass(frozen=True, slots=True)
class PathQuestion:
    repo: str
    path: str


def resolve(refs: Sequence[str], paths: Sequence[PathQuestion], visible: Predicate | None) -> Table:
    """
    One row for each, in their order: the refs, then the paths.

    Owners are found as for one entity or path; what is not there, or not to be seen, has none. Raises InputError if
    there are too many. Two statements, or three, and one more for each thousand.
    """
    if len(refs) + len(paths) > MAX_ITEMS:
        raise InputError(f"Too many refs and paths: {len(refs) + len(paths)}, at most {MAX_ITEMS} are allowed")
    files = book().find_all()
    rows: list[Mapping[str, Any]] = []
    questions: list[str | PathQuestion] = [*refs, *paths]
    for start in range(0, len(questions), AT_ONCE):
        with open_scope(visible) as scope:
            answers = _Answers(scope, files, OwnerRefs(scope))
            rows += [answers.answer(question) for question in questions[start : start + AT_ONCE]]
    return Table(COLUMNS, rows)


@dataclass(frozen=True, slots=True)
class _Answers:
    scope: Scope
    files: Mapping[str, KnownFile]
    refs: OwnerRefs
    repositories: dict[str, str | None] = field(default_factory=dict)
    folders: dict[str, Mapping[str, Sequence[int]]] = field(default_factory=dict)

    def answer(self, question: str | PathQuestion) -> Mapping[str, Any]:
        return self._of_ref(question) if isinstance(question, str) else self._of_path(question)

    def _of_ref(self, text: str) -> Mapping[str, Any]:
        try:
            number = self.scope.find(str(EntityRef.parse(text)))
        except InputError:
            number = None
        if number is None:
            return {"entityRef": text, "exists": False, "owners": [], "via": None}
        owners, via = self._owners_of(number)
        return {"entityRef": text, "exists": True, "owners": owners, "via": via}

    def _owners_of(self, number: int) -> tuple[list[str], str | None]:
        if direct := self.scope.owners_of(number):
            return direct, "spec.owner"
        if inherited := self.scope.inherited_by(number):
            return list(dict.fromkeys(owner.owner for owner in inherited)), "inherited"
        stewards = refs_of(stewards_of(self.scope, number, self.files, self.refs))
        return stewards, CODEOWNERS if stewards else None

    def _of_path(self, question: PathQuestion) -> Mapping[str, Any]:
        row = {"repo": question.repo, "path": question.path}
        try:
            path, repository = parse_path(question.path), self._repository(question.repo)
        except InputError:
            repository = None
        if repository is None:
            return {**row, "exists": False, "owners": [], "via": None}
        stewards = find_stewards(self.files.get(repository), path, self.refs)
        if owners := refs_of(stewards):
            return {**row, "exists": True, "owners": owners, "via": CODEOWNERS}
        if repository not in self.folders:
            self.folders[repository] = folders_of(self.scope, repository, self.files.get(repository))
        above = entities_above(self.scope, self.folders[repository], path)
        owners = list(dict.fromkeys(owner for entity in above for owner in entity["owners"]))
        return {**row, "exists": True, "owners": owners, "via": ENTITY if owners else None}

    def _repository(self, text: str) -> str | None:
        if text not in self.repositories:
            self.repositories[text] = find_repository(self.scope, parse_repository(text))
        return self.repositories[text]
