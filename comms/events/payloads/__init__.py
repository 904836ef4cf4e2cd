"""What each host's webhooks say, as a Happening. The one place that knows their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from comms.events.happening import Happening
from comms.events.payloads import azure, bitbucket, gitea, github, gitlab

Reader = Callable[[str, Mapping[str, str], Any], Happening | None]


def name_of(topic: str, headers: Mapping[str, str], payload: Any) -> str:
    """What kind of event it is, in the host's word; a topic such as ``github.push`` says it itself."""
    family, _, name = topic.partition(".")
    if name or family not in FAMILIES:
        return name
    return FAMILIES[family][0](headers, payload)[:100]


def read_happening(topic: str, name: str, headers: Mapping[str, str], payload: Any) -> Happening | None:
    """None if it says nothing that changes the catalog, or has another shape than its host's events."""
    family = topic.partition(".")[0]
    return FAMILIES[family][1](name, headers, payload) if family in FAMILIES else None


FAMILIES: Mapping[str, tuple[Callable[[Mapping[str, str], Any], str], Reader]] = {
    "github": (github.name_of, github.read),
    "gitlab": (gitlab.name_of, gitlab.read),
    "gitea": (gitea.name_of, gitea.read),
    "bitbucketCloud": (bitbucket.name_of, bitbucket.read_cloud),
    "bitbucketServer": (bitbucket.name_of, bitbucket.read_server),
    "azureDevOps": (azure.name_of, azure.read),
}
# The integrations whose hosts each family may speak of.
INTEGRATIONS: Mapping[str, str] = {**{name: name for name in FAMILIES}, "azureDevOps": "azure"}
