"""``github.com?owner=acme&repo=shop`` as a form has it: a host, and what leads to a repository there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from common.errors import InputError
from portal.form.field import MISSING, Missing
from portal.form.schema import Json
from scaffolder.templating.repository_urls import RepositoryUrl

# Piece to label, in the order in which people think of them. Hosts of other types have owners.
PIECES: Mapping[str, Mapping[str, str]] = {
    "azure": {"organization": "Organization", "project": "Project", "repo": "Repository"},
    "bitbucketCloud": {"workspace": "Workspace", "project": "Project", "repo": "Repository"},
    "bitbucketServer": {"project": "Project", "repo": "Repository"},
    "gerrit": {"workspace": "Parent", "repo": "Repository"},
}
OWNED = {"owner": "Owner", "repo": "Repository"}
OPTIONAL = {"gerrit": ("workspace",)}
# The order of the reference's form, so that texts compare equal.
ORDER = ("owner", "repo", "organization", "workspace", "project")


def pieces_of(host_type: str) -> Mapping[str, str]:
    return PIECES.get(host_type, OWNED)


def optional_pieces(host_type: str) -> tuple[str, ...]:
    return OPTIONAL.get(host_type, ())


def join_repository(pieces: Mapping[str, str]) -> Json | Missing:
    """MISSING if nothing but the host is filled in: it may be chosen already when the form is opened."""
    filled = {name: pieces[name].strip() for name in ORDER if pieces.get(name, "").strip()}
    return f"{pieces.get('host', '').strip()}?{urlencode(filled)}" if filled else MISSING


def split_repository(url: Json) -> dict[str, str]:
    """The pieces of a default; none of what is no such URL."""
    if not isinstance(url, str) or not url:
        return {}
    try:
        parsed = RepositoryUrl.parse(url)
    except InputError:
        return {}
    return {"host": parsed.host, **{name: parsed.query[name] for name in ORDER if name in parsed.query}}
