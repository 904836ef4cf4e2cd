"""Entity refs (``kind:namespace/name``) and location refs (``type:target``). Pure: no Django."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from common.errors import InputError

DEFAULT_NAMESPACE = "default"
ANNOTATION_LOCATION = "backstage.io/managed-by-location"
ANNOTATION_ORIGIN_LOCATION = "backstage.io/managed-by-origin-location"

# A browser ignores control characters before and line breaks inside of the scheme.
SCRIPT_PROTOCOL = re.compile(
    r"^[\x00-\x1f ]*j[\r\n\t]*a[\r\n\t]*v[\r\n\t]*a[\r\n\t]*s[\r\n\t]*c[\r\n\t]*r[\r\n\t]*i[\r\n\t]*p[\r\n\t]*t[\r\n\t]*:",
    re.I,
)


@dataclass(frozen=True, slots=True)
class EntityRef:
    """One entity's address. Keeps the spelling it was given; ``str(ref)`` is the form to compare and store."""

    kind: str
    namespace: str
    name: str

    @classmethod
    def parse(cls, text: str, *, default_kind: str = "", default_namespace: str = DEFAULT_NAMESPACE) -> Self:
        """
        Read ``[<kind>:][<namespace>/]<name>``, taking missing parts from the defaults.

        Raises InputError if the text has another shape, or has no kind and the caller named no default.
        """
        if not text:
            raise InputError("Entity reference must not be empty")
        kind, namespace, name = split_ref(text)
        kind = default_kind if kind is None else kind
        if not kind:
            raise InputError(
                f"Entity reference {json.dumps(text, ensure_ascii=False)} had missing or empty kind"
                ' (e.g. did not start with "component:" or similar)'
            )
        return cls(kind, default_namespace if namespace is None else namespace, name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}".lower()


def split_ref(text: str) -> tuple[str | None, str | None, str]:
    """Kind, namespace and name of a ref; None for what it does not state. Raises InputError on an empty part."""
    colon, slash = text.find(":"), text.find("/")
    if -1 < slash < colon:
        colon = -1
    kind = None if colon == -1 else text[:colon]
    namespace = None if slash == -1 else text[colon + 1 : slash]
    name = text[max(colon, slash) + 1 :]
    if kind == "" or namespace == "" or not name:
        raise InputError(f'Entity reference "{text}" was not on the form [<kind>:][<namespace>/]<name>')
    return kind, namespace, name


def entity_ref_of(entity: Mapping[str, Any]) -> str:
    """The canonical ref of an entity whose envelope is sound."""
    metadata = entity["metadata"]
    namespace = metadata.get("namespace")
    return f"{entity['kind']}:{DEFAULT_NAMESPACE if namespace is None else namespace}/{metadata['name']}".lower()


@dataclass(frozen=True, slots=True)
class LocationRef:
    """Where descriptors come from: a type (``url``, ``file``) and a target."""

    type: str
    target: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``<type>:<target>``. Raises InputError on another shape, on a bare http(s) URL and on scripts."""
        type_, colon, target = (part.strip() for part in text.partition(":"))
        if not (type_ and colon and target):
            raise InputError(
                f"Unable to parse location ref '{text}', expected '<type>:<target>', e.g. 'url:https://host/path'"
            )
        if type_ in ("http", "https"):
            raise InputError(f"Invalid location ref '{text}', please prefix it with 'url:', e.g. 'url:{text}'")
        if SCRIPT_PROTOCOL.match(target):
            raise InputError(f"Invalid location ref '{text}', target is a javascript: URL")
        return cls(type_, target)

    def __str__(self) -> str:
        return f"{self.type}:{self.target}"
