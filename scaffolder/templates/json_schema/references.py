"""``$ref``: where it leads, inside of one document. Nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urljoin

from scaffolder.templates.json_schema.violation import SchemaDefectError


class References:
    """Of one schema. Looked through only once something refers to something."""

    def __init__(self, root: Any) -> None:
        self._root = root

    def resolve(self, reference: str, base: str) -> tuple[Any, str]:
        """The schema, and the URI that its own references start from. Raises SchemaDefectError if there is none."""
        target = join(base, reference)
        if target in self._by_uri:
            return self._by_uri[target], target
        document, _, fragment = target.partition("#")
        if document not in self._by_uri:
            raise SchemaDefectError(f"no such schema <{target}>")
        return self._walk(self._by_uri[document], fragment, target), target

    def _walk(self, found: Any, fragment: str, target: str) -> Any:
        for part in fragment.split("/")[1:]:
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            found = _step(found, name, target)
        return found

    @cached_property
    def _by_uri(self) -> dict[str, Any]:
        root_uri = _base_of(self._root, "")
        found = {"": self._root, root_uri.partition("#")[0]: self._root, root_uri: self._root}
        for uri, schema in _schemas_with_ids(self._root, ""):
            found.setdefault(uri, schema)
            found.setdefault(uri.removesuffix("#"), schema)
        return found


def join(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError as error:
        raise SchemaDefectError(f"no such schema <{reference}>: {error}") from None


def _base_of(schema: Any, base: str) -> str:
    if not isinstance(schema, Mapping):
        return base
    own = schema.get("$id") or schema.get("id")
    return join(base, own) if isinstance(own, str) else base


def child_base(schema: Any, base: str) -> str:
    """The URI that references inside of a subschema start from."""
    return _base_of(schema, base)


def _schemas_with_ids(root: Any, base: str) -> Iterator[tuple[str, Any]]:
    pending = [(root, base)]
    while pending:
        node, base = pending.pop()
        inner = _base_of(node, base)
        if inner != base:
            yield inner, node
        children = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
        pending.extend((child, inner) for child in children if isinstance(child, dict | list))


def _step(found: Any, name: str, target: str) -> Any:
    if isinstance(found, Mapping) and name in found:
        return found[name]
    if isinstance(found, list) and name.isascii() and name.isdigit() and len(name) < 9 and int(name) < len(found):
        return found[int(name)]
    raise SchemaDefectError(f"no such schema <{target}>")
