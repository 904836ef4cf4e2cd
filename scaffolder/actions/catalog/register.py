"""``catalog:register``: a descriptor becomes known to the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from catalog.access import CREATE_LOCATIONS, require
from catalog.bell import ring_for_processing
from catalog.entity_ref import entity_ref_of
from catalog.locations import register_location, try_location
from catalog.settings import catalog_settings
from common.errors import CallboardError, InputError, NotAllowedError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.errors import StepStoppedError
from scaffolder.actions.scm_schema import flag, object_of, text

DEFAULT_PATH: Final = "/catalog-info.yaml"
# Names that the catalog makes up for locations.
GENERATED: Final = "generated-"


def register(context: ActionContext) -> None:
    """
    A location that is there already is read again. Raises InputError for one that may not be registered or cannot be
    read, NotAllowedError if the catalog is read only; nothing if it is optional.
    """
    require(context.identity, CREATE_LOCATIONS)
    url = _descriptor_url(context)
    is_optional = bool(context.input.get("optional"))
    context.log.info(f"Registering {url} in the catalog")
    try:
        _register(url)
    except StepStoppedError:
        raise
    except CallboardError as error:
        if not is_optional:
            raise
        context.log.warn(f"It could not be registered: {error}")
    try:
        entities = try_location("url", url).entities
    except StepStoppedError:
        raise
    except CallboardError as error:
        if not is_optional:
            raise
        context.log.warn(f"It could not be read yet: {error}")
        entities = []
    if entities:
        context.output("entityRef", entity_ref_of(_chosen(entities)))
    context.output("catalogInfoUrl", url)


def _register(url: str) -> None:
    if catalog_settings().is_readonly:
        raise NotAllowedError("This operation not allowed in readonly mode")
    # Also what an attempt before this one has registered.
    register_location("url", url, on_conflict="refresh")
    ring_for_processing()


def _descriptor_url(context: ActionContext) -> str:
    given = context.input
    if "catalogInfoUrl" in given:
        return str(given["catalogInfoUrl"])
    integration = context.tools.integrations.by_url(given["repoContentsUrl"])
    if integration is None:
        raise InputError(f"No integration found for host {given['repoContentsUrl']}")
    return integration.resolve_url(base=given["repoContentsUrl"], url=given.get("catalogInfoPath", DEFAULT_PATH))


def _chosen(entities: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The one that the template most likely made: a Component rather than its API or its Location."""
    named = [entity for entity in entities if not entity["metadata"]["name"].startswith(GENERATED)]
    components = [entity for entity in named if entity["kind"] == "Component"]
    return (components or named or entities)[0]


OPTIONAL: Final = flag("Do not fail if the descriptor cannot be registered or is not there")
INPUT: Final[dict[str, Any]] = {
    "anyOf": [
        object_of(
            {"catalogInfoUrl": text("The absolute URL of the descriptor"), "optional": OPTIONAL}, ["catalogInfoUrl"]
        ),
        object_of(
            {
                "repoContentsUrl": text("The absolute URL of the top of a repository, as publishing actions give it"),
                "catalogInfoPath": text("Where the descriptor lies in it; '/catalog-info.yaml' if it is left out"),
                "optional": OPTIONAL,
            },
            ["repoContentsUrl"],
        ),
    ],
    "$schema": "http://json-schema.org/draft-07/schema#",
}
ACTION: Final = Action(
    id="catalog:register",
    description="Registers a descriptor in the catalog, so that its entities appear there.",
    run=register,
    input=INPUT,
    examples=(
        Example(
            "Register what was published",
            "steps:\n"
            "  - id: register\n"
            "    name: Register\n"
            "    action: catalog:register\n"
            "    input:\n"
            "      repoContentsUrl: ${{ steps.publish.output.repoContentsUrl }}\n"
            "      catalogInfoPath: /catalog-info.yaml\n",
        ),
    ),
)
