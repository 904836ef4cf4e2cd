"""What Microsoft Graph says of a user, a group and a tenant, as entities that nobody refers to yet."""

from __future__ import annotations

import re

from catalog.providers.org.hierarchy import Document
from integrations.hosts.answer import Row, text_of

USER_ID = "graph.microsoft.com/user-id"
GROUP_ID = "graph.microsoft.com/group-id"
TENANT_ID = "graph.microsoft.com/tenant-id"
EMAIL = "microsoft.com/email"
NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_\-.]")


def normalize_name(text: str) -> str:
    """
    ``Ada.L@acme.test`` becomes ``ada.l_acme.test``.

    As in the reference; but what a name may not begin or end with goes as well (``Acme Inc.``).
    """
    return re.sub("_{2,}", "_", NOT_IN_NAMES.sub("_", text.strip().lower())).strip("-_.")


def build_user(user: Row) -> Document | None:
    """None for who has no id, name or mail address."""
    id_, display, mail = (text_of(user, key) for key in ("id", "displayName", "mail"))
    if not (id_ and display and mail):
        return None
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": {"name": normalize_name(mail), "annotations": {EMAIL: mail, USER_ID: id_}},
        "spec": {"profile": {"displayName": display, "email": mail}, "memberOf": []},
    }


def build_group(group: Row) -> Document | None:
    """None for one without id or name."""
    id_, display = text_of(group, "id"), text_of(group, "displayName")
    if not (id_ and display):
        return None
    is_for_security = group.get("securityEnabled") is True
    name = display if is_for_security else text_of(group, "mailNickname") or display
    metadata = {"name": normalize_name(name), "annotations": {GROUP_ID: id_}}
    if description := text_of(group, "description"):
        metadata["description"] = description
    profile = {"displayName": display}
    if mail := text_of(group, "mail"):
        profile["email"] = mail
    return _group(metadata, "team", profile)


def build_root(organization: Row) -> Document | None:
    """The tenant itself, above all its groups."""
    id_, display = text_of(organization, "id"), text_of(organization, "displayName")
    if not (id_ and display):
        return None
    metadata = {"name": normalize_name(display), "description": display, "annotations": {TENANT_ID: id_}}
    return _group(metadata, "root", {"displayName": display})


def id_of(document: Document) -> str:
    annotations = document["metadata"]["annotations"]
    found: str = next(annotations[key] for key in (USER_ID, GROUP_ID, TENANT_ID) if key in annotations)
    return found


def _group(metadata: Document, type_: str, profile: Document) -> Document:
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": metadata,
        "spec": {"type": type_, "profile": profile, "children": []},
    }
