"""What GitHub says of a member and a team, as entities."""

from __future__ import annotations

from catalog.entity_ref import DEFAULT_NAMESPACE
from catalog.providers.org.github.queries import Team
from catalog.providers.org.hierarchy import Document
from integrations.hosts.answer import Row, text_of

LOGIN = "github.com/user-login"
TEAM = "github.com/team-slug"
EDIT_URL = "backstage.io/edit-url"


def build_user(user: Row) -> Document:
    login = text_of(user, "login")
    metadata: Document = {"name": login, "annotations": {LOGIN: login}}
    if bio := text_of(user, "bio"):
        metadata["description"] = bio
    profile = _texts(user, displayName="name", email="email", picture="avatarUrl")
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": metadata,
        "spec": {"profile": profile, "memberOf": []},
    }


def build_group(team: Team, org: str, namespace: str) -> Document:
    """``namespace`` is empty for the default one. Parents and children are written as the team's own neighbours."""
    row, slug = team.row, text_of(team.row, "slug")
    annotations = {TEAM: text_of(row, "combinedSlug") or f"{org}/{slug}"}
    if edit_url := text_of(row, "editTeamUrl"):
        annotations[EDIT_URL] = edit_url
    metadata: Document = {"name": slug, "annotations": annotations}
    if namespace:
        metadata["namespace"] = namespace
    if description := text_of(row, "description"):
        metadata["description"] = description
    spec: Document = {"type": "team", "profile": _texts(row, displayName="name", picture="avatarUrl"), "children": []}
    if parent := text_of(row, "parentTeam", "slug"):
        spec["parent"] = parent
    # Plain names would be taken for people of the group's namespace.
    spec["members"] = [f"{DEFAULT_NAMESPACE}/{login}" for login in team.members]
    return {"apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": metadata, "spec": spec}


def _texts(row: Row, **fields: str) -> Document:
    return {ours: text for ours, theirs in fields.items() if (text := text_of(row, theirs))}
