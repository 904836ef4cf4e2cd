"""The code hosts that a repository may be on: those that the configuration names, else the public ones."""

from __future__ import annotations

from scaffolder.actions.tools import default_tools

TYPES = frozenset({"github", "gitlab", "gitea", "bitbucketCloud", "bitbucketServer", "azure", "gerrit"})


def code_hosts() -> dict[str, str]:
    """Host to the type of its integration."""
    known = [one for one in default_tools().integrations.list() if one.type in TYPES]
    configured = [one for one in known if not one.is_default]
    return {one.host: one.type for one in configured or known}
