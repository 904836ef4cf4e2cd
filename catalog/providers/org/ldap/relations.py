"""
Who belongs to which group, by what users and groups say of each other.

Directories say it in different directions: a user names his groups, a group its members or the groups that it lies in.
They name each other by distinguished name, by unique id, or by the plain name (``memberUid`` of POSIX groups).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catalog.entity_ref import entity_ref_of
from catalog.providers.org.hierarchy import Document, complete_hierarchy
from catalog.providers.org.ldap.entry import comparable
from catalog.providers.org.ldap.transform import RDN, UUID

Found = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Read:
    """An entity in the making, the entry's own name, and whom the entry names."""

    document: Document
    dn: str
    member_of: list[str]
    members: list[str] = field(default_factory=list)


def resolve_relations(users: Sequence[Read], groups: Sequence[Read]) -> None:
    """Fill in ``memberOf``, ``parent`` and ``children``. A group in several others has no parent of its own choice."""
    find_user, find_group = _Finder(users), _Finder(groups)
    groups_of: Found = defaultdict(set)
    parents_of: Found = defaultdict(set)
    for user in users:
        groups_of[user.dn].update(group.dn for group in find_group.all(user.member_of))
    for group in groups:
        parents_of[group.dn].update(parent.dn for parent in find_group.all(group.member_of))
        for member in group.members:
            if found := find_user.one(member):
                groups_of[found.dn].add(group.dn)
            elif found := find_group.one(member):
                parents_of[found.dn].add(group.dn)
    refs = {group.dn: entity_ref_of(group.document) for group in groups}
    for user in users:
        if found_groups := groups_of.get(user.dn):
            user.document["spec"]["memberOf"] = sorted({refs[dn] for dn in found_groups})
    _fill_groups(groups, refs, parents_of)


def _fill_groups(groups: Sequence[Read], refs: dict[str, str], parents_of: Found) -> None:
    children_of: Found = defaultdict(set)
    for group in groups:
        parents = parents_of[group.dn]
        for parent in parents:
            children_of[parent].add(refs[group.dn])
        if len(parents) == 1:
            group.document["spec"]["parent"] = refs[next(iter(parents))]
    for group in groups:
        if children := children_of.get(group.dn):
            group.document["spec"]["children"] = sorted(children)
    complete_hierarchy(sorted((group.document for group in groups), key=entity_ref_of))


class _Finder:
    """Entries by all that others may call them. What two are called finds neither."""

    def __init__(self, entries: Iterable[Read]) -> None:
        self._found: dict[str, Read] = {}
        ambiguous: set[str] = set()
        entries = list(entries)
        for entry in entries:
            annotations = entry.document["metadata"]["annotations"]
            for name in {comparable(annotations[key]) for key in (RDN, UUID) if annotations.get(key)}:
                if self._found.setdefault(name, entry) is not entry:
                    ambiguous.add(name)
        for name in ambiguous:
            del self._found[name]
        self._found |= {comparable(entry.dn): entry for entry in entries}

    def one(self, name: str) -> Read | None:
        return self._found.get(comparable(name))

    def all(self, names: Iterable[str]) -> list[Read]:
        return [entry for name in names if (entry := self.one(name)) is not None]
