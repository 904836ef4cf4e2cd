"""
Where in which repository a code host's own URL leads, such as ``https://github.com/team/repo/tree/main/skeleton``.

A branch may have slashes, and the URL does not say where it ends and the path begins: then there are several places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from common.errors import InputError
from integrations.git.target import BAD_REF, GitTarget
from integrations.policy import check_form
from integrations.scm.integration import ScmIntegration
from integrations.scm_url import parse_scm_url
from integrations.whatwg import Url, parse_url
from integrations.whatwg.query import query_parameter

# The types of integrations whose hosts serve repositories.
GIT_HOSTS = ("azure", "bitbucketCloud", "bitbucketServer", "gerrit", "gitea", "github", "gitlab", "harness")
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
MOST_NAMES_IN_REF = 8
BITBUCKET_SERVER = re.compile(r"(.*?)/(projects|users)/([^/]+)/repos/([^/]+)(?:/(?:browse|raw)(?:/(.*))?)?/?")
AZURE = re.compile(r"(/.*/_git/[^/]+|/_git/[^/]+)/?")
# Of Azure's versions: branch, tag, commit.
AZURE_REFS = {"GB": "refs/heads/", "GT": "refs/tags/", "GC": ""}
GITEA_REPOSITORY = re.compile(r"(/[^/]+/[^/]+?)(?:\.git)?/?")
GITEA_FILE = re.compile(r"((?:/[^/]+){2,}?)/(?:src|raw)/(branch|tag|commit)/(.+)")
GITEA_KINDS = {"branch": "refs/heads/", "tag": "refs/tags/", "commit": ""}


@dataclass(frozen=True, slots=True)
class _Found:
    """``rest`` is ref and path in one, ``prefix`` what comes before the ref; or ``ref`` is known."""

    clone_path: str
    rest: str = ""
    prefix: str = ""
    ref: str | None = None
    path: str = ""


def places_of(url: str, integration: ScmIntegration) -> list[GitTarget]:
    """
    The places that the URL may mean, the likeliest first. Raises InputError if it names no repository of this host, or
    the host is of a type whose URLs are not understood; NotAllowedError for what no server may be asked.
    """
    parsed = parse_url(url)
    check_form(parsed, url)
    parse_scm_url(url)  # refuses paths that climb
    find = FINDERS.get(integration.type)
    found = find(parsed, url) if find else None
    if found is None:
        raise InputError(
            f"'{url}' cannot be read as a folder or file of a repository; write it as a git target:"
            f" 'https://{parsed.host}/<path of the clone URL>.git//<path in the repository>@<branch>'"
        )
    clone_url = f"{parsed.scheme}://{parsed.host}{found.clone_path}"
    return [_target(clone_url, path, ref) for ref, path in _splits(found)]


def _target(clone_url: str, path: str, ref: str | None) -> GitTarget:
    # Through its text, so that whatever a git target must not be is found.
    return GitTarget.parse(str(GitTarget(clone_url, path.strip("/"), ref, has_prefix=True)))


def _splits(found: _Found) -> Sequence[tuple[str | None, str]]:
    if not found.rest:
        return [(found.ref, found.path)]
    names = found.rest.strip("/").split("/")
    if COMMIT.fullmatch(names[0]):
        return [(names[0], "/".join(names[1:]))]
    most = min(len(names), MOST_NAMES_IN_REF)
    splits = [(found.prefix + "/".join(names[:count]), "/".join(names[count:])) for count in range(1, most + 1)]
    return [(ref, path) for ref, path in splits if not BAD_REF.search(ref)] or splits[:1]


def _find_flat(url: Url, text: str) -> _Found | None:
    """GitHub and Bitbucket Cloud, where no owner is below another one."""
    found = _find_common(url, text)
    return None if found is None or found.clone_path.count("/") != 2 else found


def _find_common(url: Url, text: str) -> _Found | None:
    scm = parse_scm_url(text)
    if not scm.owner or not scm.name:
        return None
    rest = f"{scm.ref}/{scm.filepath}" if scm.ref else ""
    if not rest and len(unquote(url.path).strip("/").removesuffix(".git").split("/")) != len(scm.full_name.split("/")):
        return None  # some other page of the repository
    return _Found(f"/{scm.full_name}.git", rest)


def _find_gitea(url: Url, text: str) -> _Found | None:
    path = unquote(url.path)
    if match := GITEA_FILE.fullmatch(path):
        return _Found(f"{match[1]}.git", match[3], GITEA_KINDS[match[2]])
    match = GITEA_REPOSITORY.fullmatch(path)
    return None if match is None else _Found(f"{match[1]}.git")


def _find_bitbucket_server(url: Url, text: str) -> _Found | None:
    match = BITBUCKET_SERVER.fullmatch(unquote(url.path))
    if match is None:
        return None
    before, kind, owner, name, path = match.groups(default="")
    project = f"~{owner}" if kind == "users" else owner
    return _Found(f"{before}/scm/{project}/{name}.git", ref=query_parameter(url, "at") or None, path=path)


def _find_azure(url: Url, text: str) -> _Found | None:
    match = AZURE.fullmatch(url.path)
    if match is None:
        return None
    version = query_parameter(url, "version") or ""
    prefix = AZURE_REFS.get(version[:2])
    if version and prefix is None:
        return None
    ref = f"{prefix}{version[2:]}" if version else None
    return _Found(match[1], ref=ref, path=query_parameter(url, "path") or "")


FINDERS = {
    "github": _find_flat,
    "gitlab": _find_common,
    "bitbucketCloud": _find_flat,
    "gitea": _find_gitea,
    "bitbucketServer": _find_bitbucket_server,
    "azure": _find_azure,
}
