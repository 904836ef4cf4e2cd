"""The provider of one LDAP directory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from catalog.entity_ref import LocationRef
from catalog.providers.org.ldap.config import LdapConfig, Source
from catalog.providers.org.ldap.directory import Directory
from catalog.providers.org.ldap.entry import Entry, Vendor
from catalog.providers.org.ldap.relations import Read, resolve_relations
from catalog.providers.org.ldap.transform import DN, build_group, build_user
from catalog.providers.org.notes import Notes
from catalog.providers.org.provider import OrgProvider
from catalog.providers.org.result import OrgMember, build_result, has_sound_name
from catalog.providers.provider import ProviderResult, ReadContext

PROGRESS_EVERY = 500
# What JavaScript's encodeURIComponent leaves as it is.
UNRESERVED = "!~*'()"


class LdapOrgProvider(OrgProvider[LdapConfig]):
    """Users and groups of one directory. Each run reads it all."""

    kind = "ldapOrg"
    bucket = "LdapOrgEntityProvider"

    def read(self, context: ReadContext) -> ProviderResult:
        notes = Notes()
        with Directory(self._config) as directory:
            reader = _Reader(self._config, directory, context, notes)
            users, groups = list(reader.users()), list(reader.groups())
            for reference in directory.references:
                notes.add("not read because it is on another server", reference)
        resolve_relations(users, groups)
        members = (self._member(read) for read in (*users, *groups))
        return build_result(members, location_key=f"ldap-org-provider:{self._config.id}", notes=notes)

    def _member(self, read: Read) -> OrgMember:
        dn = read.document["metadata"]["annotations"].get(DN) or read.document["metadata"]["name"]
        location = LocationRef("ldap", f"//{self._config.id}/{quote(dn, safe=UNRESERVED)}")
        return OrgMember(read.document, location, source_id=read.dn)


class _Reader:
    """The entries of a directory, as entities that nobody refers to yet."""

    def __init__(self, config: LdapConfig, directory: Directory, context: ReadContext, notes: Notes) -> None:
        self._config = config
        self._directory = directory
        self._vendor: Vendor = directory.vendor()
        self._context = context
        self._notes = notes
        self._count = 0

    def users(self) -> Iterator[Read]:
        for source, entry in self._entries(self._config.users):
            user = build_user(entry, source, self._vendor, is_lower_case=self._config.is_lower_case)
            read = Read(user, self._vendor.dn_of(entry), entry.texts(source.attributes.get("memberOf")))
            yield from self._sound(read)

    def groups(self) -> Iterator[Read]:
        for source, entry in self._entries(self._config.groups):
            group = build_group(entry, source, self._vendor, is_lower_case=self._config.is_lower_case)
            member_of, members = (entry.texts(source.attributes.get(field)) for field in ("memberOf", "members"))
            yield from self._sound(Read(group, self._vendor.dn_of(entry), member_of, members))

    def _entries(self, sources: Sequence[Source]) -> Iterator[tuple[Source, Entry]]:
        for source in sources:
            for entry in self._directory.search(source.dn, source.search):
                self._count += 1
                if self._count % PROGRESS_EVERY == 0:
                    self._context.progress(self._count, 0)
                yield source, entry

    def _sound(self, read: Read) -> Iterator[Read]:
        if has_sound_name(read.document, read.dn, self._notes):
            yield read
