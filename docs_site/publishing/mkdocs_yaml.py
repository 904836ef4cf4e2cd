"""
Reads an ``mkdocs.yml`` that a stranger may have written, and gives what MkDocs may see of it. Pure.

MkDocs runs what its configuration names: hooks, Python objects by YAML tags, plugins, templates. So a new configuration
is made of settings that are known to be harmless, and anything else is an error that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from common.errors import InputError
from docs_site.publishing.markdown_extensions import check_extensions
from docs_site.publishing.plain_yaml import read_plain_yaml

CORE_PLUGIN = "techdocs-core"
THEME = "material"

TEXTS = frozenset({"site_name", "site_url", "site_description", "site_author", "repo_url", "repo_name", "edit_uri"})
TEXTS |= {"edit_uri_template", "copyright", "exclude_docs", "not_in_nav", "draft_docs", "docs_dir"}
SETTINGS = TEXTS | {"nav", "theme", "plugins", "markdown_extensions", "extra", "extra_css", "use_directory_urls"}
SETTINGS |= {"strict", "validation"}
# Of no use here: where to build is ours to say, and the reader runs no scripts.
LEFT_OUT = frozenset({"site_dir", "dev_addr", "watch", "remote_branch", "remote_name", "extra_javascript"})
LEFT_OUT |= {"google_analytics"}
THEME_SETTINGS = frozenset({"name", "font", "icon", "logo", "favicon", "language", "direction", "palette", "features"})
PLUGINS: Mapping[str, frozenset[str]] = {
    CORE_PLUGIN: frozenset({"use_material_search", "use_pymdownx_blocks"}),
    "search": frozenset({"lang", "separator", "min_search_length", "indexing"}),
    "redirects": frozenset({"redirect_maps"}),
}
INCLUDES = ("!include", "*include")
FILE = "mkdocs.yml"


def read_mkdocs_config(text: str, *, default_name: str) -> dict[str, Any]:
    """
    The configuration to build with: checked, and with the plugin and the theme of TechDocs.

    An empty text gives the usual one. Raises InputError, which names the setting and says what to do.
    """
    given = _read(text)
    unknown = sorted(str(key) for key in given if key not in SETTINGS | LEFT_OUT)
    if unknown:
        raise InputError(f"{FILE}: the setting '{unknown[0]}' is not allowed, please remove it. {_allowed(SETTINGS)}")
    config = {key: value for key, value in given.items() if key in SETTINGS and value is not None}
    for key in TEXTS & config.keys():
        if not isinstance(config[key], str):
            raise InputError(f"{FILE}: {key}: expected a text")
    _check_nav(config.get("nav"))
    config["site_name"] = config.get("site_name") or default_name
    config["theme"] = _theme(config.get("theme"))
    config["plugins"] = _plugins(config.get("plugins"))
    if "markdown_extensions" in config:
        config["markdown_extensions"] = check_extensions(config["markdown_extensions"])
    return config


def left_out(text: str) -> list[str]:
    """The settings that were there and have no effect."""
    return sorted(str(key) for key in _read(text) if key in LEFT_OUT)


def _read(text: str) -> dict[Any, Any]:
    try:
        given = read_plain_yaml(text) if text.strip() else {}
    except yaml.YAMLError as error:
        raise InputError(f"{FILE} is no YAML: {error}") from error
    except InputError as error:
        raise InputError(f"{FILE}: {error}") from error
    if not isinstance(given, dict):
        raise InputError(f"{FILE}: expected settings, as in site_name: My component")
    return given


def _allowed(names: frozenset[str]) -> str:
    return f"Allowed are {', '.join(sorted(names))}"


def _check_nav(nav: Any) -> None:
    """Included configurations would be read by MkDocs itself, with all that they may run."""
    if isinstance(nav, str) and nav.strip().startswith(INCLUDES):
        raise InputError(f"{FILE}: nav: {nav[:100]!r} includes another site. Publish that one by itself")
    for item in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        _check_nav(item)


def _theme(theme: Any) -> dict[str, Any]:
    """TechDocs has one theme; its settings hold if they were made for it."""
    if theme is None or isinstance(theme, str):
        return {"name": THEME}
    if not isinstance(theme, dict):
        raise InputError(f"{FILE}: theme: expected a name, or settings")
    unknown = sorted(str(key) for key in theme if key not in THEME_SETTINGS)
    if unknown:
        raise InputError(f"{FILE}: theme.{unknown[0]} is not allowed, please remove it. {_allowed(THEME_SETTINGS)}")
    return dict(theme) if theme.get("name") == THEME else {"name": THEME}


def _plugins(plugins: Any) -> list[dict[str, Any]]:
    named = [{name: options} for name, options in plugins.items()] if isinstance(plugins, dict) else plugins or []
    if not isinstance(named, list):
        raise InputError(f"{FILE}: plugins: expected a list")
    found = dict(_plugin(plugin) for plugin in named)
    return [{CORE_PLUGIN: found.pop(CORE_PLUGIN, {})}, *({name: options} for name, options in found.items())]


def _plugin(plugin: Any) -> tuple[str, dict[str, Any]]:
    name, options = (plugin, None) if isinstance(plugin, str) else _only_item(plugin)
    if name not in PLUGINS:
        raise InputError(
            f"{FILE}: the plugin {name!r} is not allowed, please remove it. {_allowed(frozenset(PLUGINS))}"
        )
    if options is not None and not isinstance(options, dict):
        raise InputError(f"{FILE}: plugins: {name}: expected options")
    for option in options or {}:
        if option not in PLUGINS[name]:
            raise InputError(f"{FILE}: the option {option!r} of the plugin {name!r} is not allowed, please remove it")
    return name, options or {}


def _only_item(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, dict) or len(value) != 1:
        raise InputError(f"{FILE}: plugins: expected a name, or one name with its options")
    return next(iter(value.items()))
