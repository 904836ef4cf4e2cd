"""What a URL alone says of a component."""

from __future__ import annotations

from typing import Any

from integrations.registry import ScmIntegrations
from integrations.scm_url import ScmUrl

# The annotations that tell plugins which repository a component lives in, by the type of the host.
SLUG_PREFIXES = {
    "azure": "dev.azure.com",
    "bitbucketCloud": "bitbucket.org",
    "bitbucketServer": "bitbucket.org",
    "github": "github.com",
    "gitlab": "gitlab.com",
}


def guess_component(target: str, named: ScmUrl, integrations: ScmIntegrations) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": named.name}
    integration = integrations.by_url(target)
    prefix = SLUG_PREFIXES.get(integration.type) if integration else None
    if prefix:
        metadata["annotations"] = {f"{prefix}/project-slug": named.full_name}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "other", "lifecycle": "unknown"},
    }
