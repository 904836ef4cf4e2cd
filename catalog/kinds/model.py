"""The kinds that the catalog knows: their versions, their schemas, and the relations that their fields state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.kinds import schemas
from catalog.kinds.schema_check import SchemaCheck

ENTITY_VERSIONS = ("backstage.io/v1alpha1", "backstage.io/v1beta1")
TEMPLATE_VERSIONS = ("scaffolder.backstage.io/v1beta3",)
AI_VERSIONS = ("backstage.io/v1alpha1",)


@dataclass(frozen=True, slots=True)
class RelationField:
    """A field of ``spec`` that holds one ref or several, and the relation it states in both directions."""

    field: str
    relation_type: str
    reverse_type: str
    default_kind: str = ""
    allowed_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindModel:
    """A kind in some versions: how its own part is checked, and which of its fields state relations."""

    kind: str
    api_versions: tuple[str, ...]
    check: SchemaCheck
    relation_fields: tuple[RelationField, ...] = ()
    # What the reference calls the code that checks the kind. It stands in messages that clients may know.
    processor: str = "BuiltinKindsEntityProcessor"


OWNER = RelationField("owner", "ownedBy", "ownerOf", "Group")
SYSTEM = RelationField("system", "partOf", "hasPart", "System")
DEPENDS_ON = RelationField("dependsOn", "dependsOn", "dependencyOf")
DEPENDENCY_OF = RelationField("dependencyOf", "dependencyOf", "dependsOn")


def _kind(kind: str, schema: schemas.Schema, *fields: RelationField) -> KindModel:
    return KindModel(kind, ENTITY_VERSIONS, SchemaCheck(schema), fields)


KINDS = (
    _kind(
        "Component",
        schemas.COMPONENT,
        OWNER,
        RelationField("subcomponentOf", "partOf", "hasPart", "Component"),
        RelationField("providesApis", "providesApi", "apiProvidedBy", "API"),
        RelationField("consumesApis", "consumesApi", "apiConsumedBy", "API"),
        DEPENDS_ON,
        DEPENDENCY_OF,
        SYSTEM,
    ),
    _kind("API", schemas.API, OWNER, SYSTEM),
    _kind("Resource", schemas.RESOURCE, OWNER, DEPENDS_ON, DEPENDENCY_OF, SYSTEM),
    _kind("System", schemas.SYSTEM, OWNER, RelationField("domain", "partOf", "hasPart", "Domain")),
    _kind("Domain", schemas.DOMAIN, OWNER, RelationField("subdomainOf", "partOf", "hasPart", "Domain")),
    _kind(
        "Group",
        schemas.GROUP,
        RelationField("parent", "childOf", "parentOf", "Group"),
        RelationField("children", "parentOf", "childOf", "Group"),
        RelationField("members", "hasMember", "memberOf", "User"),
    ),
    _kind("User", schemas.USER, RelationField("memberOf", "memberOf", "hasMember", "Group")),
    _kind("Location", schemas.LOCATION),
    KindModel("Template", TEMPLATE_VERSIONS, SchemaCheck(schemas.TEMPLATE), (OWNER,), "ScaffolderEntitiesProcessor"),
)

_AI_OWNER = RelationField("owner", "ownedBy", "ownerOf", "Group", ("group", "user"))
_AI_SYSTEM = RelationField("system", "partOf", "hasPart", "System", ("system",))
_AI_KIND = ("AiResource", ("airesource",))


def _ai(schema: schemas.Schema, *fields: RelationField) -> KindModel:
    return KindModel("AiResource", AI_VERSIONS, SchemaCheck(schema), (_AI_OWNER, _AI_SYSTEM, *fields))


# An AiResource is checked by its spec.type, if it is one of these.
AI_TYPES = {
    "skill": _ai(schemas.AI_SKILL, RelationField("dependsOn", "dependsOn", "dependencyOf", *_AI_KIND)),
    "rule": _ai(schemas.AI_RULE),
    "plugin": _ai(schemas.AI_PLUGIN, RelationField("skills", "hasPart", "partOf", *_AI_KIND)),
    "marketplace": _ai(schemas.AI_MARKETPLACE, RelationField("plugins", "hasPart", "partOf", *_AI_KIND)),
}
AI_RESOURCE = _ai(schemas.AI_RESOURCE)

_BY_NAME = {(version, model.kind): model for model in KINDS for version in model.api_versions}


def kind_model(entity: Mapping[str, Any]) -> KindModel | None:
    """The model of a sound envelope's kind and version, both compared by case. None if we know no such kind."""
    name = (entity["apiVersion"], entity["kind"])
    if name == (AI_VERSIONS[0], "AiResource"):
        spec = entity.get("spec")
        type_ = spec.get("type") if isinstance(spec, Mapping) else None
        return AI_TYPES.get(type_, AI_RESOURCE) if isinstance(type_, str) else AI_RESOURCE
    return _BY_NAME.get(name)


def suggest_model(entity: Mapping[str, Any]) -> KindModel | None:
    """The model that the author of an unsound envelope means: of that kind, whatever its version and letter case."""
    name = entity.get("kind")
    if not isinstance(name, str):
        return None
    for model in (*KINDS, AI_RESOURCE):
        if model.kind.lower() == name.lower():
            return kind_model({"apiVersion": model.api_versions[0], "kind": model.kind, "spec": entity.get("spec")})
    return None


# The lists that become relations, of whatever kind: relations have no order, so neither have these.
SORTED_FIELDS = ("providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members")
