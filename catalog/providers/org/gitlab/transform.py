"""What GitLab says of a user and a group, as entities."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.providers.org.hierarchy import Document
from integrations.hosts.answer import Row, text_of
from integrations.whatwg import parse_url


def build_user(user: Row, host: str, groups: Iterable[str]) -> Document:
    annotations = {annotation(host, "user-login"): text_of(user, "web_url")}
    if saml := text_of(user, "group_saml_identity", "extern_uid"):
        annotations[annotation(host, "saml-external-uid")] = saml
    found = {
        "displayName": text_of(user, "name"),
        "picture": text_of(user, "avatar_url"),
        # Who is no administrator sees the public address alone.
        "email": text_of(user, "email") or text_of(user, "public_email"),
    }
    profile = {key: text for key, text in found.items() if text}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": {"name": text_of(user, "username"), "annotations": annotations},
        "spec": {"profile": profile, "memberOf": sorted(groups)},
    }


def build_group(group: Row, host: str, root: str, parent: str | None) -> Document:
    """``parent`` is the full path of the group above it, if that comes too."""
    path = text_of(group, "full_path")
    metadata: Document = {"name": group_name(path, root), "annotations": {annotation(host, "team-path"): path}}
    if description := text_of(group, "description"):
        metadata["description"] = description
    name = text_of(group, "name")
    spec: Document = {"type": "team", "children": [], "profile": {"displayName": name} if name else {}}
    if parent is not None:
        spec["parent"] = group_name(parent, root)
    return {"apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": metadata, "spec": spec}


def group_name(full_path: str, root: str) -> str:
    """``acme/teams/web`` is ``web`` if the configuration names the group ``acme/teams``, else ``acme-teams-web``."""
    below = full_path.removeprefix(f"{root}/") if root else full_path
    return below.replace("/", "-")


def annotation(host: str, name: str) -> str:
    """Annotations hold no ports."""
    return f"{parse_url(f'https://{host}').hostname}/{name}"
