"""One entry of a directory as an entity, before it is known who belongs where."""

from __future__ import annotations

from catalog.providers.org.hierarchy import Document
from catalog.providers.org.ldap.config import Source, empty_group, empty_user
from catalog.providers.org.ldap.entry import Entry, Vendor

RDN = "backstage.io/ldap-rdn"
DN = "backstage.io/ldap-dn"
UUID = "backstage.io/ldap-uuid"
PROFILE = ("displayName", "email", "picture")


def build_user(entry: Entry, source: Source, vendor: Vendor, *, is_lower_case: bool = False) -> Document:
    user = source.start(empty_user())
    _fill(user, entry, source, vendor, is_lower_case)
    return user


def build_group(entry: Entry, source: Source, vendor: Vendor, *, is_lower_case: bool = False) -> Document:
    group = source.start(empty_group())
    _fill(group, entry, source, vendor, is_lower_case)
    if type_ := entry.text(source.attributes.get("type")):
        group["spec"]["type"] = type_
    return group


def _fill(document: Document, entry: Entry, source: Source, vendor: Vendor, is_lower_case: bool) -> None:
    metadata, profile = document["metadata"], document["spec"]["profile"]
    dn = vendor.dn_of(entry)
    for field in ("name", "description"):
        if text := entry.text(source.attributes.get(field)):
            metadata[field] = text
    for annotation, text in (
        (RDN, entry.text(source.attributes.get("rdn"))),
        (UUID, entry.text(vendor.uuid_attribute)),
        (DN, dn.lower() if is_lower_case else dn),
    ):
        if text:
            metadata["annotations"][annotation] = text
    for field in PROFILE:
        if text := entry.text(source.attributes.get(field)):
            profile[field] = text
