"""The catalog's model in words, from the model itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from catalog.kinds.model import AI_RESOURCE, AI_TYPES, KINDS, KindModel

_HEAD = """# Catalog model

The catalog holds **entities** and **locations**. A location is a URL whose descriptor file the catalog reads; entities come out
of such files. Every entity has `apiVersion`, `kind` and `metadata`, mostly a `spec`, and the `relations` that the catalog works
out. Fields are named by paths with dots, such as `metadata.name`.

An entity is known by its ref, `kind:namespace/name` in lower case: `component:default/cart`.

## Metadata

All kinds share it: `name` and `namespace` (`default` unless said otherwise), which with the kind make the ref; `uid` and `etag`,
which the catalog sets; `title`, a name for people; `description`; `labels` and `annotations`, maps of texts, the first for
filtering, the second for tools; `tags`, a list of texts; `links`, a list of `url`, `title`, `icon` and `type`.

## Kinds
"""

_MEANINGS = {
    "Component": "A piece of software: a service, a website, a library.",
    "API": "An interface that components provide and consume. `definition` is its text, such as an OpenAPI document.",
    "Resource": "What software needs to run: a database, a bucket, a cluster.",
    "System": "Components, APIs and resources that belong together.",
    "Domain": "Systems that share terms and a purpose.",
    "Group": "A team, or a larger part of the organization.",
    "User": "A person.",
    "Location": "A pointer to descriptor files.",
    "Template": "A form and the steps that the scaffolder runs with what was filled in.",
    "AiResource": "What coding agents can be given. Its fields depend on `spec.type`: " + ", ".join(AI_TYPES) + ".",
}


@lru_cache(maxsize=1)
def describe_model() -> str:
    kinds = (*KINDS, AI_RESOURCE)
    pairs = sorted({pair for model in (*kinds, *AI_TYPES.values()) for pair in _relations(model)})
    relations = [f"* `{forward}`, in the other direction `{back}`" for forward, back in pairs]
    return "\n".join([_HEAD, *map(_describe_kind, kinds), "## Relations\n", *relations, ""])


def _describe_kind(model: KindModel) -> str:
    versions = ", ".join(f"`{version}`" for version in model.api_versions)
    spec = model.check.schema["properties"]["spec"]
    fields = ", ".join(f"`{name}`" + ("*" if name in spec["required"] else "") for name in spec["properties"])
    refs = "".join(
        f"\n* `spec.{field.field}` names {_targets(field.default_kind)}: the relation `{field.relation_type}`"
        for field in model.relation_fields
    )
    return f"### {model.kind}\n\n{_MEANINGS[model.kind]} In {versions}.\n\n* `spec`: {fields} (* must be there){refs}\n"


def _targets(kind: str) -> str:
    return f"entities of kind {kind}, unless another is given" if kind else "entities by full refs"


def _relations(model: KindModel) -> Iterator[tuple[str, str]]:
    for field in model.relation_fields:
        first, second = sorted((field.relation_type, field.reverse_type))
        yield first, second
