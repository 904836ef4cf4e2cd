"""A repository that is to be analysed: its paths, a few of its files, and what its host says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.ingestion.sources import Sources
from common.errors import CallboardError, InputError
from integrations.git.target import GitTarget, is_git_target
from integrations.hosts.open import open_host
from integrations.hosts.repository import HostRepository, RepositoryHost
from integrations.reading import RepositoryTree, TreeFile, TreeLimits
from integrations.scm_url import ScmUrl
from integrations.trees.host_urls import GIT_HOSTS

LIMITS = TreeLimits(files=200_000)
# A file that is read to see what it says, no more.
MAX_READ = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Repository:
    """
    ``files`` are those of the folder that was asked for, ``folder``, by their paths from the top; ``all_files`` those
    of the whole repository. ``told`` is what the host says, if it was asked and answered.
    """

    full_name: str
    folder: str
    branch: str
    clone_url: str
    all_files: Mapping[str, TreeFile]
    files: Mapping[str, TreeFile]
    told: HostRepository
    host: RepositoryHost | None = None

    @property
    def name(self) -> str:
        return self.full_name.rpartition("/")[2]

    def read(self, path: str) -> bytes:
        """Empty for what is too large or cannot be read: it is only looked at."""
        try:
            data = self.all_files[path].read()
        except CallboardError:
            return b""
        return data if len(data) <= MAX_READ else b""

    def url_of(self, path: str) -> str:
        """As people see it, else as a git target."""
        if self.host is not None and self.branch:
            return self.host.file_url(self.told, path, self.branch)
        return str(GitTarget(self.clone_url, path, self.branch or None, has_prefix=not self.clone_url.endswith(".git")))


def is_readable(target: str, sources: Sources) -> bool:
    """Whether the URL leads into a repository on a code host that the configuration knows."""
    integration = sources.integrations.by_url(target)
    return is_git_target(target) or (integration is not None and integration.type in GIT_HOSTS)


def open_repository(target: str, named: ScmUrl, sources: Sources) -> Repository:
    """Raises CallboardError if it cannot be read."""
    found = sources.read_repository(target, LIMITS)
    folder = _folder_of(found)
    files = {file.path: file for file in found.tree.files}
    host, told = _ask_host(target, named, sources)
    return Repository(
        full_name=told.full_name,
        folder=folder,
        branch=found.branch or told.default_branch or "",
        clone_url=found.clone_url,
        all_files=files,
        files={path: file for path, file in files.items() if path.startswith(folder)} if folder else files,
        told=told,
        host=host,
    )


def _folder_of(found: RepositoryTree) -> str:
    """With a slash at its end; empty for the top. A file stands for the folder that it is in."""
    path = found.path.strip("/")
    if any(file.path == path for file in found.tree.files):
        path = path.rpartition("/")[0]
    return f"{path}/" if path else ""


def _ask_host(target: str, named: ScmUrl, sources: Sources) -> tuple[RepositoryHost | None, HostRepository]:
    """A host that does not answer costs the answer some evidence, and nothing else."""
    integration = sources.integrations.by_url(target)
    page = target.partition(named.full_name)[0] + named.full_name
    unknown = HostRepository(named.full_name, page, None, "")
    if integration is None or is_git_target(target):
        return None, unknown
    try:
        host = open_host(integration, named.owner or None, for_people=True)
    except InputError:
        return None, unknown
    try:
        return host, host.find_repository(named.full_name) or unknown
    except CallboardError:
        return host, unknown
