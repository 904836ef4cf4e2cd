"""Parents, children and memberships of an organisation, made to agree. Groups are entities that are still being built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from catalog.entity_ref import DEFAULT_NAMESPACE, EntityRef, entity_ref_of
from common.errors import InputError

Document = dict[str, Any]


def complete_hierarchy(groups: Sequence[Document]) -> None:
    """
    A parent lists its children, and a child without a parent gets the first group that lists it.

    Parents and children must be written as whole refs.
    """
    by_ref = {entity_ref_of(group): group for group in groups}
    listed = {ref: set(group["spec"]["children"]) for ref, group in by_ref.items()}
    for ref, group in by_ref.items():
        parent = group["spec"].get("parent")
        if parent in by_ref and ref not in listed[parent]:
            by_ref[parent]["spec"]["children"].append(ref)
            listed[parent].add(ref)
    for ref, group in by_ref.items():
        for child_ref in group["spec"]["children"]:
            child = by_ref.get(child_ref)
            if child is not None and not child["spec"].get("parent"):
                child["spec"]["parent"] = ref


def add_ancestors(users: Iterable[Document], groups: Iterable[Document]) -> None:
    """Make everybody a member of the parents of his groups, too. Groups that go round in a circle end the way up."""
    parents = _parents_of(groups)
    for user in users:
        found: dict[str, None] = {}
        for direct in user["spec"]["memberOf"]:
            ref: str | None = direct
            while ref and ref not in found:
                found[ref] = None
                ref = parents.get(ref)
        user["spec"]["memberOf"] = list(found)


def find_circles(groups: Iterable[Document]) -> list[str]:
    """The groups that are their own ancestors, by ref."""
    parents = _parents_of(groups)
    finished: set[str] = set()
    circles: list[str] = []
    for start in parents:
        path: dict[str, None] = {}
        ref: str | None = start
        while ref in parents and ref not in finished and ref not in path:
            path[ref] = None
            ref = parents[ref]
        if ref in path:
            walked = list(path)
            circles += walked[walked.index(ref) :]
        finished.update(path)
    return sorted(circles)


def _parents_of(groups: Iterable[Document]) -> dict[str, str | None]:
    """Each group's parent as a whole ref, however the group writes it."""
    return {entity_ref_of(group): _parent_of(group) for group in groups}


def _parent_of(group: Document) -> str | None:
    parent = group["spec"].get("parent")
    if not isinstance(parent, str):
        return None
    namespace = group["metadata"].get("namespace", DEFAULT_NAMESPACE)
    try:
        return str(EntityRef.parse(parent, default_kind="group", default_namespace=namespace))
    except InputError:
        return None
