"""The provider of GitHub organizations."""

from __future__ import annotations

from catalog.entity_ref import LocationRef, entity_ref_of
from catalog.providers.org.github.config import GithubOrgConfig
from catalog.providers.org.github.queries import OrganizationReader
from catalog.providers.org.github.transform import LOGIN, TEAM, build_group, build_user
from catalog.providers.org.hierarchy import Document
from catalog.providers.org.notes import Notes
from catalog.providers.org.provider import OrgProvider
from catalog.providers.org.result import OrgMember, build_result, has_sound_name
from catalog.providers.provider import ProviderResult, ReadContext
from common.errors import InputError
from integrations.hosts.github import GithubHost
from integrations.hosts.github_app import installations
from integrations.hosts.open import open_host
from integrations.hosts.repository import url_path


class GithubOrgProvider(OrgProvider[GithubOrgConfig]):
    """Members and teams of some organizations. Each run reads them all; who is in several comes once."""

    kind = "githubOrg"
    bucket = "GithubMultiOrgEntityProvider"

    def read(self, context: ReadContext) -> ProviderResult:
        notes = Notes()
        users: dict[str, Document] = {}
        groups: list[Document] = []
        orgs = self._config.orgs or self._orgs_of_apps()
        for done, org in enumerate(orgs):
            context.progress(done, len(orgs))
            groups += self._read_org(context, org, users, notes)
        members = (self._member(document) for document in (*users.values(), *groups))
        return build_result(members, location_key=f"github-multi-org-provider:{self._config.id}", notes=notes)

    def _orgs_of_apps(self) -> list[str]:
        integration = self._config.integration
        found = [place for app in integration.apps for place in installations(integration, app)]
        return sorted({place.owner for place in found if place.is_organization})

    def _read_org(self, context: ReadContext, org: str, users: dict[str, Document], notes: Notes) -> list[Document]:
        """Its teams as groups. Its members come into ``users``, or into more groups if they are there already."""
        reader = OrganizationReader(self._open(org), org, self._config.page_sizes)
        here = self._read_members(context, reader, notes)
        here = {key: users.setdefault(key, user) for key, user in here.items()}
        groups = self._read_teams(context, reader, here, notes)
        _add_children(groups)
        return list(groups.values())

    def _read_members(self, context: ReadContext, reader: OrganizationReader, notes: Notes) -> dict[str, Document]:
        leaves_out = self._config.is_without_suspended
        # Apps see no addresses, and are refused the whole query if they ask.
        rows = reader.members(with_email=not self._config.integration.apps, with_suspension=leaves_out)
        found: dict[str, Document] = {}
        for done, row in enumerate(rows):
            context.progress(done, 0)
            user = build_user(row)
            is_out = leaves_out and row.get("suspendedAt")
            if not is_out and has_sound_name(user, _title(user), notes):
                found[_key(user)] = user
        return found

    def _read_teams(
        self, context: ReadContext, reader: OrganizationReader, users: dict[str, Document], notes: Notes
    ) -> dict[str, Document]:
        namespace = reader.org.lower() if self._config.has_namespaces else ""
        groups: dict[str, Document] = {}
        for done, team in enumerate(reader.teams()):
            context.progress(done, 0)
            group = build_group(team, reader.org, namespace)
            if not has_sound_name(group, group["metadata"]["annotations"][TEAM], notes):
                continue
            groups[group["metadata"]["name"]] = group
            for login in team.members:
                if login.lower() in users:
                    users[login.lower()]["spec"]["memberOf"].append(entity_ref_of(group))
        return groups

    def _open(self, org: str) -> GithubHost:
        host = open_host(self._config.integration, org, settings=self._config.host_settings)
        if not isinstance(host, GithubHost):
            raise InputError(f"{self._config.host} is no GitHub")
        return host

    def _member(self, document: Document) -> OrgMember:
        base = f"https://{self._config.host}"
        annotations = document["metadata"]["annotations"]
        if document["kind"] == "User":
            return OrgMember(document, LocationRef("url", f"{base}/{annotations[LOGIN]}"), annotations[LOGIN])
        org, _, slug = annotations[TEAM].partition("/")
        target = f"{base}/orgs/{url_path(org)}/teams/{url_path(slug)}"
        return OrgMember(document, LocationRef("url", target), annotations[TEAM])


def _key(user: Document) -> str:
    return str(user["metadata"]["name"]).lower()


def _title(user: Document) -> str:
    return str(user["spec"]["profile"].get("displayName") or "?")


def _add_children(groups: dict[str, Document]) -> None:
    for slug, group in groups.items():
        parent = groups.get(group["spec"].get("parent", ""))
        if parent is not None:
            parent["spec"]["children"].append(slug)
