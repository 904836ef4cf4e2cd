"""The provider of GitLab's users and groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from catalog.entity_ref import LocationRef
from catalog.providers.org.gitlab.config import GitlabOrgConfig
from catalog.providers.org.gitlab.reader import GitlabOrgReader
from catalog.providers.org.gitlab.transform import build_group, build_user, group_name
from catalog.providers.org.hierarchy import Document
from catalog.providers.org.notes import Notes
from catalog.providers.org.provider import OrgProvider
from catalog.providers.org.result import OrgMember, build_result, has_sound_name
from catalog.providers.provider import ProviderResult, ReadContext
from common.errors import InputError
from integrations.hosts.answer import Row, number_of, text_of
from integrations.hosts.gitlab import GitlabHost
from integrations.hosts.open import open_host
from integrations.hosts.repository import url_path


class GitlabOrgProvider(OrgProvider[GitlabOrgConfig]):
    """Users and groups of one server, or of one group. Each run reads them all: lists, and the members of each group."""

    # Its section is the discovery's, but it is asked for other things.
    kind = "gitlabOrg"
    bucket = "GitlabOrgDiscoveryEntityProvider"

    def read(self, context: ReadContext) -> ProviderResult:
        config, notes = self._config, Notes()
        host = open_host(config.integration, settings=config.host_settings)
        if not isinstance(host, GitlabHost):
            raise InputError(f"{config.host} is no GitLab")
        reader = GitlabOrgReader(config, host.api, context.progress)
        users, groups = reader.users(), reader.groups()
        members = reader.members(sorted(groups))
        # As in the reference, a group without anybody does not come.
        peopled = {path: group for path, group in groups.items() if members[path] & users.keys()}
        found = list(self._groups(peopled, notes))
        names = {path: group_name(path, config.group) for path, _ in found}
        found_users = self._users(users, {path: members[path] for path in names}, names, notes)
        return build_result([*found_users, *(member for _, member in found)], location_key=self.name, notes=notes)

    def _groups(self, groups: Mapping[str, Row], notes: Notes) -> Iterator[tuple[str, OrgMember]]:
        config = self._config
        paths = {number_of(row, "id"): path for path, row in groups.items()}
        for path, row in groups.items():
            parent = paths.get(number_of(row, "parent_id"))
            group = build_group(row, config.host, config.group, parent)
            if has_sound_name(group, path, notes):
                yield path, self._member(group, path)

    def _users(
        self, users: Mapping[int, Row], members: Mapping[str, set[int]], names: Mapping[str, str], notes: Notes
    ) -> Iterator[OrgMember]:
        groups_of: defaultdict[int, set[str]] = defaultdict(set)
        for path, ids in members.items():
            for id_ in ids:
                groups_of[id_].add(names[path])
        for id_, row in users.items():
            user = build_user(row, self._config.host, groups_of[id_])
            name = text_of(row, "username")
            if has_sound_name(user, name or f"user {id_}", notes):
                yield self._member(user, name)

    def _member(self, document: Document, path: str) -> OrgMember:
        return OrgMember(document, LocationRef("url", f"{self._config.integration.base_url}/{url_path(path)}"), path)
