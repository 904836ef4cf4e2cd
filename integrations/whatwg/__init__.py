"""URLs as JavaScript's ``URL`` class reads and writes them (the WHATWG URL standard)."""

from integrations.whatwg.parse import is_url, parse_url
from integrations.whatwg.query import set_query_parameter
from integrations.whatwg.url import InvalidUrlError, Url

__all__ = ["InvalidUrlError", "Url", "is_url", "parse_url", "set_query_parameter"]
