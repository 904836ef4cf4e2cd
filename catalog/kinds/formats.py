"""The formats of names, labels, tags and links: Kubernetes' rules, as Backstage applies them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from catalog.entity_ref import DEFAULT_NAMESPACE
from common.errors import InputError
from integrations.whatwg import parse_url

DNS_LABEL = re.compile(r"(?=.{1,63}\Z)[a-z0-9]+(?:-+[a-z0-9]+)*", re.ASCII)
OBJECT_NAME = re.compile(r"(?=.{1,63}\Z)(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", re.ASCII | re.DOTALL)
# A DNS subdomain, a slash and a name. What is cached is never longer, or the cache would hold whatever files hold.
MAX_KEY = 253 + 1 + 63
MAX_CACHED_URL = 500
MAX_SHOWN = 200

KIND = re.compile(r"[a-zA-Z][a-z0-9A-Z]{0,62}")
VERSION = re.compile(r"[a-z0-9A-Z]{1,63}")
TAG = re.compile(r"(?=.{1,63}\Z)[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*", re.ASCII)

NAME_FORM = "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total"
PREFIX_FORM = "a valid prefix and/or suffix"
KIND_FORM = "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total"
LABEL_FORM = "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total"
TAG_FORM = "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total"
URL_FORM = "a string that is a valid url"
TEXT_FORM = "a non empty string"
MORE = (
    "To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/"
    "architecture-decisions/adr002-default-catalog-file-format.md"
)


def is_object_name(value: Any) -> bool:
    return isinstance(value, str) and OBJECT_NAME.fullmatch(value) is not None


def is_dns_label(value: Any) -> bool:
    return isinstance(value, str) and DNS_LABEL.fullmatch(value) is not None


def is_dns_subdomain(value: str) -> bool:
    return 1 <= len(value) <= 253 and all(map(is_dns_label, value.split(".")))


def is_kind(value: Any) -> bool:
    return isinstance(value, str) and KIND.fullmatch(value) is not None


def is_tag(value: Any) -> bool:
    return isinstance(value, str) and TAG.fullmatch(value) is not None


def is_api_version(value: str) -> bool:
    return len(value) <= MAX_KEY and _is_api_version(value)


@lru_cache(maxsize=1024)
def _is_api_version(value: str) -> bool:
    return _is_prefixed(value, lambda suffix: VERSION.fullmatch(suffix) is not None)


def is_key(value: str) -> bool:
    """The key of a label or annotation."""
    return len(value) <= MAX_KEY and _is_key(value)


@lru_cache(maxsize=16384)
def _is_key(value: str) -> bool:
    return _is_prefixed(value, is_object_name)


def is_label_value(value: Any) -> bool:
    return value == "" or is_object_name(value)


def is_url(value: str) -> bool:
    """Whether a browser could make a URL of it, of whatever scheme."""
    return _is_url(value) if len(value) <= MAX_CACHED_URL else _is_url.__wrapped__(value)


@lru_cache(maxsize=4096)
def _is_url(value: str) -> bool:
    try:
        parse_url(value)
    except InputError:
        return False
    return True


def _is_prefixed(value: str, is_suffix: Callable[[str], bool]) -> bool:
    parts = value.split("/")
    if len(parts) == 1:
        return is_suffix(parts[0])
    return len(parts) == 2 and is_dns_subdomain(parts[0]) and is_suffix(parts[1])


def find_format_faults(entity: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with an entity that its schema allows, in the reference's words and order."""
    metadata = entity["metadata"]
    if not is_api_version(entity["apiVersion"]):
        yield _fault("apiVersion", PREFIX_FORM, entity["apiVersion"])
    if not is_kind(entity["kind"]):
        yield _fault("kind", KIND_FORM, entity["kind"])
    if not is_object_name(metadata["name"]):
        yield _fault("metadata.name", NAME_FORM, metadata["name"])
    if not is_dns_label(metadata.get("namespace", DEFAULT_NAMESPACE)):
        yield _fault("metadata.namespace", LABEL_FORM, metadata["namespace"])
    for key, value in (metadata.get("labels") or {}).items():
        if not is_key(key):
            yield _fault(f"labels.{key}", PREFIX_FORM, key)
        if not is_label_value(value):
            yield _fault(f"labels.{key}", NAME_FORM, value)
    for key in metadata.get("annotations") or {}:
        if not is_key(key):
            yield _fault(f"annotations.{key}", PREFIX_FORM, key)
    for position, tag in enumerate(metadata.get("tags") or ()):
        if not is_tag(tag):
            yield _fault(f"tags.{position}", TAG_FORM, tag)
    yield from _link_faults(metadata.get("links") or ())


def _link_faults(links: Any) -> Iterator[str]:
    for position, link in enumerate(links):
        if not is_url(link["url"]):
            yield _fault(f"links.{position}.url", URL_FORM, link["url"])
        for name in ("title", "icon"):
            if name in link and not link[name].strip():
                yield _fault(f"links.{position}.{name}", TEXT_FORM, link[name])


def _fault(field: str, form: str, value: str) -> str:
    shown = value if len(value) <= MAX_SHOWN else value[: MAX_SHOWN - 1] + "…"
    return f'"{field[:MAX_SHOWN]}" is not valid; expected {form} but found "{shown}". {MORE}'
