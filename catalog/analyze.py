"""What to suggest to someone who wants to register a URL: the start of a descriptor, if nothing describes it yet."""

from __future__ import annotations

from typing import Any

from catalog.ingestion.sources import default_sources
from common.errors import InputError
from integrations.scm_url import parse_scm_url

# The annotations that tell plugins which repository a component lives in, by the type of the host.
SLUG_PREFIXES = {
    "azure": "dev.azure.com",
    "bitbucketCloud": "bitbucket.org",
    "bitbucketServer": "bitbucket.org",
    "github": "github.com",
    "gitlab": "gitlab.com",
}


def analyze_location(target: str) -> dict[str, Any]:
    """
    ``{"existingEntityFiles": [], "generateEntities": [...]}`` in the API's words. Nothing is read.

    Raises InputError if the target is no URL.
    """
    try:
        parsed = parse_scm_url(target)
    except InputError as error:
        raise InputError(
            f"Cannot analyze '{target[:200]}', expected the URL of a repository or file: {error}"
        ) from error
    metadata: dict[str, Any] = {"name": parsed.name}
    integration = default_sources().integrations.by_url(target)
    prefix = SLUG_PREFIXES.get(integration.type) if integration else None
    if prefix:
        metadata["annotations"] = {f"{prefix}/project-slug": parsed.full_name}
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "other", "lifecycle": "unknown"},
    }
    return {"existingEntityFiles": [], "generateEntities": [{"entity": entity, "fields": []}]}
