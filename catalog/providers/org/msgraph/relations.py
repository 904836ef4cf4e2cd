"""Who belongs to which group of a tenant, by the ids of Microsoft Graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalog.entity_ref import entity_ref_of
from catalog.providers.org.hierarchy import Document, add_ancestors, complete_hierarchy
from catalog.providers.org.msgraph.transform import id_of

Ids = Mapping[str, set[str]]


@dataclass(slots=True)
class Membership:
    """The members of each group, by ids."""

    users: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    groups: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def resolve_relations(
    users: Sequence[Document], groups: Sequence[Document], root: Document | None, membership: Membership
) -> None:
    """
    Fill in ``memberOf``, ``parent`` and ``children``. ``root`` is among ``groups``; what lies in no group lies in it.

    Of several groups that one lies in, the first by its ref is its parent.
    """
    refs = {id_of(group): entity_ref_of(group) for group in groups}
    parents = _parents(refs, root, membership.groups)
    children: defaultdict[str, set[str]] = defaultdict(set)
    for id_, above in parents.items():
        for parent in above:
            children[parent].add(refs[id_])
    ordered = sorted(groups, key=entity_ref_of)
    for group in ordered:
        id_ = id_of(group)
        group["spec"]["children"] = sorted(children[id_])
        if parents[id_]:
            group["spec"]["parent"] = min(refs[parent] for parent in parents[id_])
    complete_hierarchy(ordered)
    groups_of: dict[str, set[str]] = {}
    for group_id, members in membership.users.items():
        for member in members if group_id in refs else ():
            groups_of.setdefault(member, set()).add(refs[group_id])
    for user in users:
        user["spec"]["memberOf"] = sorted(groups_of.get(id_of(user), ()))
    add_ancestors(users, groups)


def _parents(refs: Mapping[str, str], root: Document | None, children: Ids) -> dict[str, set[str]]:
    parents: dict[str, set[str]] = {id_: set() for id_ in refs}
    for group_id, members in children.items():
        for member in members & refs.keys() if group_id in refs else ():
            parents[member].add(group_id)
    if root is not None:
        root_id = id_of(root)
        for id_, above in parents.items():
            if not above and id_ != root_id:
                above.add(root_id)
    return parents
