"""``catalog:write``: a descriptor into the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm_schema import schema
from scaffolder.actions.yaml_text import YamlOptions, yaml_text

DEFAULT_PATH: Final = "catalog-info.yaml"
SOURCE_TEMPLATE: Final = "backstage.io/source-template"


def write_descriptor(context: ActionContext) -> None:
    """The entity as YAML, with the template's ref among its annotations. Raises NotAllowedError for a path outside."""
    path = context.input.get("filePath", DEFAULT_PATH)
    context.log.info(f"Writing {path}")
    entity = _with_source(context.input["entity"], context.template.entity_ref)
    context.workspace.write_text(path, yaml_text(entity, YamlOptions()))


def _with_source(entity: Mapping[str, Any], template_ref: str) -> dict[str, Any]:
    metadata = dict(_record(entity.get("metadata")))
    if template_ref:
        metadata["annotations"] = {**_record(metadata.get("annotations")), SOURCE_TEMPLATE: template_ref}
    return {**entity, "metadata": metadata}


def _record(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


ACTION: Final = Action(
    id="catalog:write",
    description="Writes a descriptor of an entity into the workspace.",
    run=write_descriptor,
    input=schema(
        {
            "filePath": {"type": "string", "description": "The path in the workspace; catalog-info.yaml if left out"},
            "entity": {
                "type": "object",
                "additionalProperties": {},
                "description": "The entity: apiVersion, kind, metadata, spec",
            },
        },
        ["entity"],
    ),
    examples=(
        Example(
            "Describe a new service",
            "steps:\n"
            "  - id: describe\n"
            "    name: Describe the service\n"
            "    action: catalog:write\n"
            "    input:\n"
            "      entity:\n"
            "        apiVersion: backstage.io/v1alpha1\n"
            "        kind: Component\n"
            "        metadata:\n"
            "          name: cart\n"
            "        spec:\n"
            "          type: service\n"
            "          lifecycle: production\n"
            "          owner: team-a\n",
        ),
    ),
    supports_dry_run=True,
)
