"""What the sections of ``catalog.providers`` for repositories have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from common.app_config import AppConfig
from common.errors import InputError
from integrations.git.tree import path_matcher
from integrations.hosts.open import open_host
from integrations.hosts.repository import RepositoryHost
from integrations.hosts.settings import HostSettings
from integrations.registry import ScmIntegrations
from integrations.scm.integration import ScmIntegration

DEFAULT_ID = "default"
Integration = TypeVar("Integration", bound=ScmIntegration)


def named_sections(config: AppConfig, kind: str, *, single: tuple[str, ...] = ()) -> list[tuple[str, AppConfig]]:
    """
    ``(id, section)`` of each provider of a kind: those of a map of ids, or the only one, which has a key of ``single``.
    """
    section = config.section(f"catalog.providers.{kind}")
    if any(section.has(key) for key in single):
        return [(DEFAULT_ID, section)]
    ids = section.keys()
    return [(id_, section.section(id_)) for id_ in ids]


def needed_text(section: AppConfig, key: str, expected: str) -> str:
    text = section.string(key)
    if not text:
        raise section.error(key, expected)
    return text


def find_integration(
    config: AppConfig, section: AppConfig, host: str, type_: type[Integration], key: str
) -> Integration:
    """Raises ConfigError if ``integrations`` has none of this type for the host."""
    integration = ScmIntegrations.from_app_config(config).by_host(host)
    if not isinstance(integration, type_):
        raise section.error("host", f"a host that 'integrations.{key}' names, but there is none for '{host}'")
    return integration


def opener(integration: ScmIntegration, settings: HostSettings) -> Callable[[str], RepositoryHost]:
    """Opens the host for an owner, or for whatever the credentials can see."""
    return lambda owner: open_host(integration, owner or None, settings=settings)


def path_of(section: AppConfig, key: str, default: str) -> str:
    """A path from the top of a repository, or a pattern. Raises ConfigError."""
    path = section.string(key, default).removeprefix("/")
    try:
        path_matcher(path)
    except InputError:
        raise section.error(key, "a path, in which '*' and '**' may stand for any") from None
    if not path or path.endswith("/"):
        raise section.error(key, "the path of a file, such as '/catalog-info.yaml'")
    return path


def path_anywhere(section: AppConfig, key: str, default: str) -> str:
    """The same, where only what begins with a slash begins at the top of a repository."""
    path = path_of(section, key, default)
    return path if section.string(key, default).startswith("/") else f"**/{path}"


def whole_pattern(section: AppConfig, key: str) -> Callable[[str], bool]:
    """A regular expression for whole names, as Backstage anchors it; everything where there is none."""
    text = section.string(key)
    if text is None:
        return lambda name: True
    start, end = "" if text.startswith("^") else "^", "" if text.endswith("$") else "$"
    expression = _compile(section, key, f"{start}{text}{end}")
    return lambda name: expression.search(name) is not None


def part_pattern(section: AppConfig, key: str) -> Callable[[str], bool]:
    """A regular expression for some part of a name; everything where there is none. A list: any of them."""
    value = section.get(key)
    texts = section.string_list(key, []) if isinstance(value, list) else [section.string(key, "")]
    expressions = [_compile(section, key, text) for text in texts]
    return lambda name: any(expression.search(name) for expression in expressions)


def _compile(section: AppConfig, key: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise section.error(key, f"a regular expression ({error})") from None
