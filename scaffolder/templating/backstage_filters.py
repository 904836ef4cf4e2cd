"""The filters that Backstage's scaffolder adds to the language: repository URLs, entity refs, ``pick``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from common.errors import InputError
from scaffolder.templating.repository_urls import RepositoryUrl
from scaffolder.templating.scopes import Function
from scaffolder.templating.utf16 import to_units
from scaffolder.templating.values import UNDEFINED, array_index, truthy

IntegrationType = Callable[[str], str | None]

PARAMETERS: Final = ("owner", "repo", "organization", "workspace", "project")
# What the address of a repository must say, by the kind of server; owner and repo for those not named here.
REQUIRED: Final = {
    "bitbucketCloud": ("workspace", "project", "repo"),
    "bitbucketServer": ("project", "repo"),
    "azure": ("project", "repo"),
    "gitlab": ("owner", "repo"),
    "gitea": ("repo",),
    "gerrit": ("repo",),
}
LONGEST_PATH: Final = 1_000
DEEP_PATH = re.compile(r"""\.|\[(?:[^\[\]]*|(["'])(?:(?!\1)[^\\]|\\.)*?\1)\]""", re.DOTALL)
PATH_STEP = re.compile(
    r"""[^.\[\]]+|\[(?:(-?\d+(?:\.\d+)?)|(["'])((?:(?!\2)[^\\]|\\.)*?)\2)\]|(?=(?:\.|\[\])(?:\.|\[\]|$))""", re.DOTALL
)
QUOTED_BACKSLASH = re.compile(r"\\(\\)?")


def default_filters(integration_type: IntegrationType) -> dict[str, Function]:
    """
    The filters by name.

    ``integration_type`` tells the kind of the integration for a host (``github``, ``gitlab``, ...), None if no
    integration is configured for it.
    """

    def parse_url(url: Any) -> dict[str, Any]:
        return parse_repo_url(url, integration_type)

    def project_slug(url: Any) -> str:
        parts = parse_url(url)
        return "/".join("undefined" if parts[key] is UNDEFINED else parts[key] for key in ("owner", "repo"))

    return {
        "parseRepoUrl": lambda url, *rest: parse_url(url),
        "parseEntityRef": parse_entity_ref,
        "pick": pick,
        "projectSlug": lambda url, *rest: project_slug(url),
    }


def parse_repo_url(text: Any, integration_type: IntegrationType) -> dict[str, Any]:
    """``github.com?owner=acme&repo=shop`` as its parts; those that it does not name are undefined."""
    if not isinstance(text, str):
        raise InputError(f"Invalid repo URL passed to publisher, got {json_or_undefined(text)}, which is no text")
    url = RepositoryUrl.parse(text)
    kind = integration_type(url.host)
    if not kind:
        raise InputError(
            f"No matching integration configuration for host {url.host}, please check your integrations config"
        )
    parts = {name: trimmed(url.query.get(name)) for name in PARAMETERS}
    if not (kind == "gitlab" and truthy(parts["project"])):
        check_required(url, REQUIRED.get(kind, ("repo", "owner")))
    return {"host": url.host, **parts}


def trimmed(value: str | None) -> Any:
    return UNDEFINED if value is None else value.strip("/")


def check_required(url: RepositoryUrl, names: tuple[str, ...]) -> None:
    for name in names:
        if not url.query.get(name):
            raise InputError(f"Invalid repo URL passed to publisher: {url}, missing {name}")


def parse_entity_ref(ref: Any, context: Any = UNDEFINED, *rest: Any) -> dict[str, Any]:
    """``kind:namespace/name``, or a record of these, with defaults for what it leaves out."""
    if not truthy(ref):
        raise InputError("Entity reference must not be empty")
    defaults = context if isinstance(context, dict) else {}
    given = split_ref(ref) if isinstance(ref, str) else ref if isinstance(ref, dict) else {}
    namespace = defaults.get("defaultNamespace")
    parts = {
        "kind": either(given.get("kind"), defaults.get("defaultKind")),
        "namespace": either(given.get("namespace"), namespace if truthy(namespace) else "default"),
        "name": given.get("name"),
    }
    for key, hint in (("kind", ' (e.g. did not start with "component:" or similar)'), ("namespace", ""), ("name", "")):
        if parts[key] is None or not truthy(parts[key]):
            raise InputError(f"Entity reference {json_or_undefined(ref)} had missing or empty {key}{hint}")
    return parts


def either(value: Any, default: Any) -> Any:
    return default if value is None or value is UNDEFINED else value


def split_ref(ref: str) -> dict[str, Any]:
    colon, slash = ref.find(":"), ref.find("/")
    if -1 < slash < colon:
        colon = -1
    parts = {
        "kind": None if colon == -1 else ref[:colon],
        "namespace": None if slash == -1 else ref[colon + 1 : slash],
        "name": ref[max(colon, slash) + 1 :],
    }
    if "" in parts.values():
        raise InputError(f'Entity reference "{ref}" was not on the form [<kind>:][<namespace>/]<name>')
    return parts


def json_or_undefined(value: Any) -> str:
    return "undefined" if value is UNDEFINED else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pick(value: Any, path: Any = UNDEFINED, default: Any = UNDEFINED, *rest: Any) -> Any:
    """What the path (``a.b[0]``, or a list of keys) leads to in the value; the default if that is undefined."""
    steps = path_steps(path, value)
    found = value if steps else UNDEFINED
    for step in steps:
        found = property_of(found, step)
    return default if found is UNDEFINED else found


def path_steps(path: Any, value: Any) -> list[str]:
    if isinstance(path, list):
        return [key_text(step) for step in path]
    text = key_text(path)
    if len(text) > LONGEST_PATH:
        raise InputError(f"Path to pick is longer than {LONGEST_PATH} characters")
    if not isinstance(path, str) or not DEEP_PATH.search(text) or property_of(value, text) is not UNDEFINED:
        return [text]
    steps = [""] if text.startswith(".") else []
    return steps + [unquoted(match) for match in PATH_STEP.finditer(text)]


def unquoted(match: re.Match[str]) -> str:
    if match[2]:
        return QUOTED_BACKSLASH.sub(lambda escape: escape[1] or "", match[3])
    return match[1] or match[0]


def key_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return str(value)


def property_of(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key, UNDEFINED)
    if not isinstance(value, list | str):
        return UNDEFINED
    items = to_units(value) if isinstance(value, str) else value
    if key == "length":
        return len(items)
    index = array_index(key, len(items))
    return UNDEFINED if index is None else items[index]
