"""All code hosts that the configuration knows, and the resolution of URLs on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from common.app_config import AppConfig
from common.errors import InputError
from integrations.git.target import parse_git_target
from integrations.resolution import resolve_default_url
from integrations.same_repository import same_repository
from integrations.scm.azure import AzureIntegration
from integrations.scm.bitbucket import BitbucketCloudIntegration, BitbucketServerIntegration
from integrations.scm.gerrit import GerritIntegration
from integrations.scm.gitea import GiteaIntegration
from integrations.scm.github import GithubIntegration
from integrations.scm.gitlab import GitlabIntegration
from integrations.scm.harness import HarnessIntegration
from integrations.scm.integration import ScmIntegration
from integrations.scm.stores import (
    AwsCodeCommitIntegration,
    AwsS3Integration,
    AzureBlobStorageIntegration,
    GoogleGcsIntegration,
)
from integrations.whatwg import Url, parse_url

__all__ = ["ScmIntegration", "ScmIntegrations", "same_repository"]

# Where two claim one host, the first in this order has it, as in the reference.
TYPES: tuple[type[ScmIntegration], ...] = (
    AwsS3Integration,
    AwsCodeCommitIntegration,
    AzureBlobStorageIntegration,
    AzureIntegration,
    BitbucketCloudIntegration,
    BitbucketServerIntegration,
    GerritIntegration,
    GithubIntegration,
    GitlabIntegration,
    GiteaIntegration,
    GoogleGcsIntegration,
    HarnessIntegration,
)


class ScmIntegrations:
    """``integrations.*``. Hosts such as ``github.com`` are there without any configuration."""

    def __init__(self, integrations: Iterable[ScmIntegration]) -> None:
        self._all = tuple(integrations)
        self._by_host = {integration.host: integration for integration in reversed(self._all)}

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError."""
        return cls(integration for type_ in TYPES for integration in type_.read_all(config))

    def list(self) -> tuple[ScmIntegration, ...]:
        return self._all

    def by_host(self, host: str) -> ScmIntegration | None:
        return self._by_host.get(host)

    def by_url(self, url: str) -> ScmIntegration | None:
        """The integration of the URL's host. None if there is none, or it is no URL."""
        try:
            return self._by_host.get(_address(url).host)
        except InputError:
            return None

    def resolve_url(self, *, url: str, base: str, line_number: int | None = None) -> str:
        """``url`` as seen from the file at ``base``; absolute ones stay as they are. Raises InputError."""
        integration = self.by_url(base)
        if integration is None:
            return resolve_default_url(url=url, base=base, line_number=line_number)
        return integration.resolve_url(url=url, base=base, line_number=line_number)

    def resolve_edit_url(self, url: str) -> str:
        """Where a person edits the file; the URL itself where that is not known."""
        integration = self.by_url(url)
        return url if integration is None else integration.resolve_edit_url(url)


def _address(url: str) -> Url:
    target = parse_git_target(url)
    return parse_url(url) if target is None else target.url
