"""JavaScript's ``url.searchParams.set``."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, quote_plus

from integrations.whatwg.url import Url


def query_parameters(url: Url) -> list[tuple[str, str]]:
    return parse_qsl(url.query or "", keep_blank_values=True, max_num_fields=1000)


def query_parameter(url: Url, name: str) -> str | None:
    """The first value of that name."""
    return next((value for key, value in query_parameters(url) if key == name), None)


def set_query_parameter(url: Url, name: str, value: str) -> Url:
    """The value takes the place of the first of that name, or comes last; the whole query is encoded anew."""
    parameters: list[tuple[str, str]] = []
    is_set = False
    for key, old in query_parameters(url):
        if key != name:
            parameters.append((key, old))
        elif not is_set:
            parameters.append((key, value))
            is_set = True
    if not is_set:
        parameters.append((name, value))
    return replace(url, query="&".join(f"{_encode(key)}={_encode(text)}" for key, text in parameters))


def _encode(text: str) -> str:
    return quote_plus(text, safe="*", errors="replace").replace("~", "%7E")
