"""What a directory says of one object, and how the directories of different vendors say it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

SPACES = re.compile(r"\s*([,=+])\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """``values`` by the names of attributes in lower case."""

    dn: str
    values: Mapping[str, tuple[bytes, ...]]

    def texts(self, attribute: str | None) -> list[str]:
        """All values that are text. What is no text, such as a photo, is left out."""
        if not attribute:
            return []
        name = attribute.lower()
        values = self.values.get(name)
        if values is None:
            return [self.dn] if name == "dn" else []
        read = _read_guid if name == "objectguid" else _read_text
        return [text for value in values if (text := read(value))]

    def text(self, attribute: str | None) -> str:
        """The value, if there is exactly one; else nothing, since their order means nothing."""
        texts = self.texts(attribute)
        return texts[0] if len(texts) == 1 else ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """The attributes that hold an entry's own name and its unique id."""

    dn_attribute: str = "entryDN"
    uuid_attribute: str = "entryUUID"

    def dn_of(self, entry: Entry) -> str:
        return entry.text(self.dn_attribute) or entry.dn


def find_vendor(root: Entry | None) -> Vendor:
    """By what the directory says of itself, in the entry at its root."""
    said = root.values if root else {}
    if "forestfunctionality" in said:
        return Vendor("distinguishedName", "objectGUID")
    if "ipadomainlevel" in said:
        return Vendor("dn", "ipaUniqueID")
    if "aeroot" in said:
        return Vendor("dn", "entryUUID")
    if root and root.text("vendorName") == "LLDAP":
        return Vendor("dn", "entryUUID")
    if root and _is_google(root):
        return Vendor("dn", "uid")
    return Vendor()


def comparable(name: str) -> str:
    """A distinguished name (or an id) in the form in which two that mean the same are equal."""
    return SPACES.sub(r"\1", name.strip()).casefold()


def _is_google(root: Entry) -> bool:
    silent = not root.values.keys() & {"namingcontexts", "supportedcontrol", "vendorname", "vendorversion"}
    schema = root.texts("objectClasses") + root.texts("attributeTypes")
    is_marked = any("googleUid" in text or "googleAdminCreated" in text for text in schema)
    return silent and is_marked and root.text("subschemaSubentry") == "cn=subschema"


def _read_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return ""


def _read_guid(value: bytes) -> str:
    """Active Directory's binary ids, as its own tools print them."""
    return str(uuid.UUID(bytes_le=value)) if len(value) == 16 else _read_text(value)
