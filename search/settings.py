"""What app-config says about the search, read once and typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings

from catalog.queries.predicate import AllOf, AnyOf, HasKey, HasValue, Predicate
from common.app_config import AppConfig


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """``search.*`` of app-config."""

    max_page_limit: int = 100
    max_term_length: int = 100
    location_template: str = "/catalog/:namespace/:kind/:name"
    entities: Predicate | None = None  # None: all of them are found
    use_highlight: bool = True
    max_words: int = 35

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        defaults = cls()
        return cls(
            max_page_limit=_natural(config, "search.maxPageLimit", defaults.max_page_limit),
            max_term_length=_natural(config, "search.maxTermLength", defaults.max_term_length),
            location_template=_location_template(config, defaults.location_template),
            entities=_filter(config, "search.collators.catalog.filter"),
            use_highlight=config.boolean("search.pg.highlightOptions.useHighlight", True),
            max_words=_natural(config, "search.pg.highlightOptions.maxWords", defaults.max_words),
        )


def _natural(config: AppConfig, key: str, default: int) -> int:
    value = config.integer(key, default)
    if value < 1:
        raise config.error(key, "a whole number above 0")
    return value


def _location_template(config: AppConfig, default: str) -> str:
    key = "search.collators.catalog.locationTemplate"
    template = config.string(key, default)
    if not is_followable(template):
        raise config.error(key, "a path or an http(s) address")
    return template


def is_followable(location: str) -> bool:
    """Whether a browser can be sent there: a path or an http(s) address, but no ``javascript:`` or the like."""
    try:
        # Browsers skip white space and control characters in a scheme.
        return urlsplit("".join(filter(str.isprintable, location)).strip()).scheme in ("", "http", "https")
    except ValueError:
        return False


def _filter(config: AppConfig, key: str) -> Predicate | None:
    """Backstage's filter of entities: an object or a list of them, each key with a value or a list of values."""
    value = config.get(key)
    if value is None:
        return None
    alternatives = value if isinstance(value, list) else [value]
    if not all(isinstance(part, dict) for part in alternatives):
        raise config.error(key, "an object of keys and values, or a list of such objects")
    return AnyOf(
        tuple(AllOf(tuple(_statement(name, wanted) for name, wanted in part.items())) for part in alternatives)
    )


def _statement(name: str, wanted: Any) -> Predicate:
    if isinstance(wanted, dict):  # CATALOG_FILTER_EXISTS, as far as a file can say it
        return HasKey(name.lower())
    values = wanted if isinstance(wanted, list) else [wanted]
    return HasValue(name.lower(), tuple(str(value).lower() for value in values))


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig) -> SearchSettings:
    return SearchSettings.from_app_config(config)


def search_settings() -> SearchSettings:
    """The settings of this process. Cheap: read once for each configuration."""
    return _settings_of(settings.APP_CONFIG)
