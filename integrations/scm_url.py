"""
What the URL of a file on a code host says: repository, ref and path. By the shape of the path alone, as
``git-url-parse`` guesses it for the reference, for all hosts at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from common.errors import InputError
from integrations.whatwg import Url, parse_url
from integrations.whatwg.path import hides_dot_segments
from integrations.whatwg.query import query_parameter

FILE_TYPES = ("raw", "src", "blob", "tree", "edit")
BITBUCKET_SERVER = re.compile(r"(projects|users)/(.*?)/repos/(.*?)((/.*$)|$)")
AZURE = re.compile(r"(?:.*\.)?azure\.com")
VISUAL_STUDIO = ".visualstudio.com"


@dataclass(frozen=True, slots=True)
class ScmUrl:
    """``filepath`` is empty if the URL names no file. ``ref`` is one segment: refs with slashes spill into the path."""

    owner: str
    name: str
    ref: str = ""
    filepath: str = ""
    file_type: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}" if self.owner else self.name


def parse_scm_url(text: str) -> ScmUrl:
    """Raises InputError for no URL, and for one whose file path climbs by dot segments."""
    url = parse_url(text)
    parsed = _parse_bitbucket_server(url) or _parse_azure(url) or _parse_common(url)
    if hides_dot_segments(parsed.filepath):
        raise InputError("Invalid SCM URL: path traversal is not allowed in the URL")
    return parsed


def _parse_bitbucket_server(url: Url) -> ScmUrl | None:
    match = BITBUCKET_SERVER.search(url.path)
    if match is None:
        return None
    owner = f"~{match[2]}" if match[1] == "users" else match[2]
    parts = match[4].split("/")
    ref = query_parameter(url, "at") or ""
    if len(parts) > 1 and parts[1] in ("raw", "browse"):
        return ScmUrl(owner, match[3], ref, "/".join(parts[2:]), parts[1])
    return ScmUrl(owner, match[3], ref)


def _parse_azure(url: Url) -> ScmUrl | None:
    host = url.hostname or ""
    if not (AZURE.fullmatch(host) or host.endswith(VISUAL_STUDIO)):
        return None
    parts = unquote(url.path).strip("/").split("/")
    if "_git" not in parts[:-1]:
        return ScmUrl("/".join(parts[:-1]), parts[-1])
    at = parts.index("_git")
    ref = (query_parameter(url, "version") or "").removeprefix("GB")
    path = (query_parameter(url, "path") or "").lstrip("/")
    return ScmUrl("/".join(parts[:at]), parts[at + 1], ref, path, "path" if path else "")


def _parse_common(url: Url) -> ScmUrl:
    # One slash at each end, and ".git" only at the very end, as the reference takes them off.
    whole = unquote(url.path.removeprefix("/").removesuffix("/")).removesuffix(".git")
    parts = whole.split("/")
    at = _name_index(parts)
    owner, name = "/".join(parts[:at]), parts[at]
    start = at + 1 if len(parts) > at + 1 and parts[at + 1] == "-" else at
    if len(parts) <= start + 2 or parts[start + 1] not in FILE_TYPES:
        return ScmUrl(owner, name)
    return ScmUrl(owner, name, parts[start + 2], "/".join(parts[start + 3 :]), parts[start + 1])


def _name_index(parts: list[str]) -> int:
    def find(word: str) -> int:
        return parts.index(word, 2) if word in parts[2:] else -1

    if len(parts) < 2:
        return 0
    if (dash := find("-")) > 0:
        return dash - 1
    blob, tree = find("blob"), find("tree")
    if blob > 0 and tree > 0:
        return min(blob, tree) - 1
    for word in ("blob", "issues", "tree", "commit", "src", "raw", "edit"):
        if (index := find(word)) > 0:
            return index - 1
    return len(parts) - 1
