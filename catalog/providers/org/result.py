"""What an organisation gave, as the entities of its provider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import orjson

from catalog.entity_ref import DEFAULT_NAMESPACE, LocationRef, entity_ref_of
from catalog.ingestion.result import DeferredEntity
from catalog.kinds.formats import is_dns_label, is_object_name
from catalog.kinds.validate import validate_envelope, validate_kind, validate_policies
from catalog.providers.org.hierarchy import Document, find_circles
from catalog.providers.org.notes import Notes
from catalog.providers.provider import ProviderResult
from common.errors import InputError


@dataclass(frozen=True, slots=True)
class OrgMember:
    """One user or group. ``source_id`` is the directory's own name of it, for messages and to decide between two."""

    document: Document
    location: LocationRef
    source_id: str


def build_result(members: Iterable[OrgMember], *, location_key: str, notes: Notes) -> ProviderResult:
    """
    The members in order of their refs. Those that the catalog could not hold are left out, with a warning.

    Where two have one name, the one whose ``source_id`` comes first is taken, so that it is the same one every time.
    """
    sound = [member for member in members if _is_sound(member, notes)]
    taken: dict[str, OrgMember] = {}
    for member in sorted(sound, key=lambda member: member.source_id):
        ref = entity_ref_of(member.document)
        if ref not in taken:
            taken[ref] = member
        elif taken[ref].source_id != member.source_id:
            reason = "left out because another one has the same name in the catalog"
            notes.add(reason, f"{member.source_id} ({ref}, as {taken[ref].source_id})")
    groups = [member.document for member in taken.values() if member.document["kind"] == "Group"]
    for ref in find_circles(groups):
        notes.add("groups that are their own ancestors", ref)
    entities = [_deferred(taken[ref], location_key) for ref in sorted(taken)]
    return ProviderResult(entities=entities, warnings=notes.lines())


def has_sound_name(document: Document, source_id: str, notes: Notes) -> bool:
    """
    Whether the catalog can hold it under its name. If not, that is noted.

    To be asked before others refer to it.
    """
    metadata = document["metadata"]
    name, namespace = metadata["name"], metadata.get("namespace", DEFAULT_NAMESPACE)
    if is_object_name(name) and is_dns_label(namespace):
        return True
    reason = f"left out because the catalog can hold no {document['kind'].lower()} of that name"
    notes.add(reason, f"{source_id} (named '{name}')" if name else f"{source_id} (without a name)")
    return False


def _is_sound(member: OrgMember, notes: Notes) -> bool:
    document = member.document
    if not _can_be_stored(document):
        notes.add("left out because no database can store its texts", member.source_id)
        return False
    try:
        validate_envelope(document)
        validate_policies(document)
        validate_kind(document)
    except InputError as error:
        notes.add(f"left out because it is no sound {document['kind'].lower()}", f"{member.source_id}: {error.message}")
        return False
    return True


def _can_be_stored(document: Document) -> bool:
    """JSON can say what is no text: NUL, and halves of characters."""
    try:
        return b"\\u0000" not in orjson.dumps(document)
    except TypeError:
        return False


def _deferred(member: OrgMember, location_key: str) -> DeferredEntity:
    built = DeferredEntity.build(member.document, location=member.location, origin=str(member.location))
    return replace(built, location_key=location_key)
