"""The tools of the catalog: names, inputs and outputs are those of Backstage's catalog plugin."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from catalog.api import entities, entity_reads, locations, validation
from catalog.entity_ref import entity_ref_of
from common.api.doors import plain_view
from common.errors import ConflictError, InputError, NotFoundError
from mcp_actions.caller import Caller, FaultyInputError
from mcp_actions.tools.catalog_model import describe_model
from mcp_actions.tools.tool import READS, Attributes, Input, Output, Tool, takes, text, whole_number
from mcp_actions.tools.yaml_text import YamlError, parse_one

PLUGIN = "catalog"
NOWHERE = "url:https://localhost/entity-validator"

_query = plain_view(post=entity_reads.query_page)
_refresh = entities.RefreshView.as_view()
_locations = locations.LocationsView.as_view()
_location = locations.LocationView.as_view()
_validate = validation.ValidateEntityView.as_view()

_ORDER = takes(
    ("field", "order"),
    field=text("A path into the entity, such as `metadata.name`."),
    order=text("Upwards or downwards.", enum=["asc", "desc"]),
)


def get_model_description(_: Caller, __: Input) -> Output:
    return {"description": describe_model()}


def get_entity(caller: Caller, given: Input) -> Output:
    return _find_one(caller, given)


def query_entities(caller: Caller, given: Input) -> Output:
    body = dict(given)
    order = body.pop("orderFields", None)
    if order is not None:
        body["orderBy"] = order if isinstance(order, list) else [order]
    page = caller.post(PLUGIN, _query, body)
    found = {"items": page["items"], "totalItems": page["totalItems"]}
    next_cursor = page["pageInfo"].get("nextCursor")
    return {**found, "hasMoreEntities": bool(next_cursor)} | ({"nextPageCursor": next_cursor} if next_cursor else {})


def refresh_entity(caller: Caller, given: Input) -> Output:
    entity_ref = entity_ref_of(_find_one(caller, {**given, "name": given["name"].strip()}))
    caller.post(PLUGIN, _refresh, {"entityRef": entity_ref})
    return {"entityRef": entity_ref}


def register_entity(caller: Caller, given: Input) -> Output:
    url = given["locationUrl"]
    if not _is_url(url):
        raise InputError(f"{url} is an invalid URL")
    registered = caller.post(PLUGIN, _locations, {"type": "url", "target": url})
    return {"locationId": registered["location"]["id"]}


def unregister_entity(caller: Caller, given: Input) -> Output:
    for location_id in _location_ids(caller, given["type"]):
        caller.delete(PLUGIN, _location, location_id=location_id)
    return {}


def validate_entity(caller: Caller, given: Input) -> Output:
    try:
        entity = parse_one(given["entity"])
    except YamlError as error:
        return {"isValid": False, "isValidYaml": False, "errors": [error.message]}
    try:
        caller.post(PLUGIN, _validate, {"entity": entity, "location": given.get("location", NOWHERE)})
    except InputError as error:
        faults = error.faults if isinstance(error, FaultyInputError) else [error.message]
        return {"isValid": False, "isValidYaml": True, "errors": faults}
    return {"isValid": True, "isValidYaml": True, "errors": [], "entity": entity}


def _find_one(caller: Caller, given: Input) -> dict[str, Any]:
    """Raises InputError if there is none that the caller may see, ConflictError if there are several."""
    name = given["name"]
    paths = {"metadata.name": name, "kind": given.get("kind"), "metadata.namespace": given.get("namespace")}
    conditions = [{path: value} for path, value in paths.items() if value]
    found: list[dict[str, Any]] = caller.post(PLUGIN, _query, {"query": {"$all": conditions}})["items"]
    if not found:
        raise InputError(f'No entity found with name "{name}"')
    if len(found) > 1:
        refs = ", ".join(f'"{ref}"' for ref in sorted(map(entity_ref_of, found)))
        raise ConflictError(
            f'Multiple entities found with name "{name}", please provide more specific filters. Entities found: {refs}'
        )
    return found[0]


def _location_ids(caller: Caller, given: Input) -> list[str]:
    """Raises NotFoundError if no location has the URL."""
    if "locationId" in given:
        return [given["locationId"]]
    url = given["locationUrl"].lower()
    rows = [item["data"] for item in caller.get(PLUGIN, _locations)]
    ids = [row["id"] for row in rows if row["target"].lower() == url]
    if not ids:
        raise NotFoundError(f"Location with URL {given['locationUrl']} not found")
    return ids


def _is_url(given: str) -> bool:
    try:
        return bool(urlsplit(given).scheme)
    except ValueError:
        return False


TOOLS = (
    Tool(
        PLUGIN,
        "get-catalog-model-description",
        "Get a Catalog Model Description",
        "Describes the model of this catalog as Markdown: which kinds of entities there are, the fields of each, and the"
        " relations between them. Needs no input.",
        takes(),
        READS,
        get_model_description,
    ),
    Tool(
        PLUGIN,
        "get-catalog-entity",
        "Get Catalog Entity",
        "Gets one entity of the software catalog. An entity is known by its kind, namespace and name, which make up its"
        " ref `kind:namespace/name`; the usual namespace is `default`. What is not known may be left out, as long as the"
        " rest fits only one entity.",
        takes(
            ("name",),
            kind=text("The kind of the entity, such as `Component`. May be left out."),
            namespace=text("The namespace of the entity. May be left out."),
            name=text("The name of the entity."),
        ),
        READS,
        get_entity,
    ),
    Tool(
        PLUGIN,
        "validate-entity",
        "Validate Catalog Entity",
        "Says whether the content of a catalog-info.yaml file is right: whether it is YAML, and whether the catalog would"
        " take the entity in it.",
        takes(
            ("entity",),
            entity=text("The YAML of one entity."),
            location=text("Where it would be read from, such as `url:https://host/catalog-info.yaml`.", format="uri"),
        ),
        READS,
        validate_entity,
    ),
    Tool(
        PLUGIN,
        "register-entity",
        "Register entity in the Catalog",
        "Registers the entities of a catalog-info.yaml file, as the form `Register existing component` does: the catalog"
        " keeps a location that points to the file, and reads all entities in it. Answers with the id of the location, by"
        " which it can be unregistered.",
        takes(
            ("locationUrl",),
            locationUrl=text("The URL of the file: https://github.com/backstage/demo/blob/master/catalog-info.yaml"),
        ),
        Attributes(),
        register_entity,
    ),
    Tool(
        PLUGIN,
        "unregister-entity",
        "Unregister entity from the Catalog",
        "Removes a registered location from the catalog, and with it all entities that came from there. It is named by its"
        " id, or by the URL that it was registered with.",
        takes(
            ("type",),
            type={
                "description": "Which location: either its locationId or its locationUrl.",
                "anyOf": [
                    takes(("locationId",), locationId=text("The id of the location.")),
                    takes(("locationUrl",), locationUrl=text("The URL of the file that was registered.")),
                ],
            },
        ),
        Attributes(is_destructive=True, is_idempotent=True),
        unregister_entity,
    ),
    Tool(
        PLUGIN,
        "query-catalog-entities",
        "Query Catalog Entities",
        """Finds entities in the software catalog by a predicate, a page at a time.

An entity has `kind`, `apiVersion`, `metadata` (`name`, `namespace`, `title`, `description`, `labels`, `annotations`, `tags`,
`links`), mostly a `spec`, and `relations`. Fields are named by paths with dots. `get-catalog-model-description` tells the
kinds, their fields and the relations. To follow a relation use `relations.<type>` with a full ref in lower case rather than
the field in `spec`: `relations.ownedby`, `relations.partof`, `relations.dependson`.

A predicate names fields with their values, all of which must hold:
  {"kind": "Component", "spec.type": "service"}
  {"relations.ownedby": "group:default/team-a"}
or an operator for a field:
  {"kind": {"$in": ["API", "Component"]}}
  {"metadata.annotations.backstage.io/techdocs-ref": {"$exists": true}}
  {"metadata.tags": {"$contains": "java"}}
  {"metadata.name": {"$hasPrefix": "team-"}}
or joins others:
  {"$all": [{"kind": "Component"}, {"$any": [{"spec.type": "service"}, {"spec.type": "website"}]}]}
  {"$not": {"kind": "Group"}}

Ask for few `fields` (["kind", "metadata.name", "metadata.namespace"]) and a `limit` of 20 or so; where the answer has a
`nextPageCursor`, call again with it as `cursor`.""",
        takes(
            query={"type": "object", "description": "The predicate: fields, and $all, $any, $not between them."},
            fields={
                "type": "array",
                "items": {"type": "string"},
                "description": "The paths of the fields to answer with, such as `spec.type`. All if left out.",
            },
            limit=whole_number("The most entities to answer with.", exclusiveMinimum=0),
            offset=whole_number("How many entities to pass over first.", minimum=0),
            orderFields={
                "description": "What to order by: one field, or several of which the first counts most.",
                "anyOf": [_ORDER, {"type": "array", "items": _ORDER}],
            },
            fullTextFilter={
                **takes(
                    ("term",),
                    term=text("The text to look for."),
                    fields={
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "The paths of the fields to look in.",
                    },
                ),
                "description": "Only entities in which a text occurs.",
            },
            cursor=text("The `nextPageCursor` of an earlier answer. Wins over `offset`."),
        ),
        READS,
        query_entities,
        numbers=("limit", "offset"),
    ),
    Tool(
        PLUGIN,
        "refresh-catalog-entity",
        "Refresh Catalog Entity",
        "Asks for an entity to be processed again soon, so that what has changed at its source shows up before the next"
        " question. The kind and the namespace tell apart entities of one name.",
        takes(
            ("name",),
            kind=text("The kind of the entity, such as `Component`. May be left out.", minLength=1),
            namespace=text("The namespace of the entity. May be left out.", minLength=1),
            name=text("The name of the entity.", minLength=1, pattern=r"\S"),
        ),
        Attributes(is_idempotent=True),
        refresh_entity,
    ),
)
