"""
What a valid entity of each kind is, as JSON Schemas: the envelope that all share, and the ``spec`` of each kind.

Facts of Backstage's catalog model; every text is a non-empty string unless said otherwise.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": TEXT}
STRING: Schema = {"type": "string"}
PROFILE: Schema = {"type": "object", "properties": {"displayName": TEXT, "email": TEXT, "picture": TEXT}}
PERMISSIONS: Schema = {"type": "object", "properties": {"tags": {"type": "array", "items": STRING}}}
CONDITION: Schema = {"type": ["string", "boolean"]}

ENVELOPE: Schema = {
    "type": "object",
    "required": ["apiVersion", "kind", "metadata"],
    "properties": {
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": {"type": "object", "required": ["name"], "properties": {"name": TEXT, "namespace": TEXT}},
    },
}

STRING_MAP: Schema = {"type": "object", "patternProperties": {"^.+$": STRING}}
LINK: Schema = {
    "type": "object",
    "required": ["url"],
    "properties": {"url": TEXT, "title": TEXT, "icon": TEXT, "type": TEXT},
}
ERROR: Schema = {
    "type": "object",
    "required": ["name", "message"],
    "properties": {"name": TEXT, "message": STRING, "code": STRING, "stack": STRING},
}
STATUS_ITEM: Schema = {
    "type": "object",
    "required": ["type", "level", "message"],
    "properties": {
        "type": TEXT,
        "level": {"type": "string", "enum": ["info", "warning", "error"]},
        "message": STRING,
        "error": ERROR,
    },
}
TARGET: Schema = {
    "type": "object",
    "required": ["kind", "namespace", "name"],
    "additionalProperties": False,
    "properties": {"kind": TEXT, "namespace": TEXT, "name": TEXT},
}
RELATION: Schema = {
    "type": "object",
    "required": ["type", "targetRef"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "minLength": 1, "pattern": "^\\w+$"},
        "target": TARGET,
        "targetRef": TEXT,
    },
}

ENTITY: Schema = {
    "type": "object",
    "required": ["apiVersion", "kind", "metadata"],
    "additionalProperties": False,
    "properties": {
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "uid": TEXT,
                "etag": TEXT,
                "name": TEXT,
                "namespace": TEXT,
                "title": TEXT,
                "description": STRING,
                "labels": STRING_MAP,
                "annotations": STRING_MAP,
                "tags": TEXTS,
                "links": {"type": "array", "items": LINK},
            },
        },
        "spec": {"type": "object"},
        "relations": {"type": "array", "items": RELATION},
        "status": {"type": "object", "properties": {"items": {"type": "array", "items": STATUS_ITEM}}},
    },
}


def kind_schema(required: list[str], properties: Schema) -> Schema:
    """A kind's own part: what its ``spec`` must and may hold."""
    spec = {"type": "object", "required": required, "properties": properties}
    return {"type": "object", "required": ["spec"], "properties": {"spec": spec}}


COMPONENT = kind_schema(
    ["type", "lifecycle", "owner"],
    {
        "type": TEXT,
        "lifecycle": TEXT,
        "owner": TEXT,
        "system": TEXT,
        "subcomponentOf": TEXT,
        "providesApis": TEXTS,
        "consumesApis": TEXTS,
        "dependsOn": TEXTS,
    },
)
API = kind_schema(
    ["type", "lifecycle", "owner", "definition"],
    {"type": TEXT, "lifecycle": TEXT, "owner": TEXT, "system": TEXT, "definition": TEXT},
)
RESOURCE = kind_schema(["type", "owner"], {"type": TEXT, "owner": TEXT, "dependsOn": TEXTS, "system": TEXT})
SYSTEM = kind_schema(["owner"], {"owner": TEXT, "domain": TEXT, "type": TEXT})
DOMAIN = kind_schema(["owner"], {"owner": TEXT, "subdomainOf": TEXT, "type": TEXT})
GROUP = kind_schema(
    ["type", "children"], {"type": TEXT, "profile": PROFILE, "parent": TEXT, "children": TEXTS, "members": TEXTS}
)
USER = kind_schema(["memberOf"], {"profile": PROFILE, "memberOf": TEXTS})
LOCATION = kind_schema(
    [],
    {"type": TEXT, "target": TEXT, "targets": TEXTS, "presence": {"type": "string", "enum": ["required", "optional"]}},
)

_FORM: Schema = {"type": "object", "properties": {"backstage:permissions": PERMISSIONS}}
_DECORATORS: Schema = {
    "type": "array",
    "items": {"type": "object", "properties": {"id": STRING, "input": {"type": "object"}}},
}
_STEP: Schema = {
    "type": "object",
    "required": ["action"],
    "properties": {
        "id": STRING,
        "name": STRING,
        "action": STRING,
        "input": {"type": "object"},
        "if": CONDITION,
        "backstage:permissions": PERMISSIONS,
    },
}
_OUTPUT: Schema = {
    "type": "object",
    "additionalProperties": STRING,
    "properties": {
        "links": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"if": CONDITION, "url": TEXT, "entityRef": TEXT, "title": TEXT, "icon": TEXT},
            },
        },
        "text": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"if": CONDITION, "title": TEXT, "icon": TEXT, "content": STRING},
            },
        },
    },
}
_BUTTONS = {"backButtonText": STRING, "createButtonText": STRING, "reviewButtonText": STRING}
TEMPLATE = kind_schema(
    ["type", "steps"],
    {
        "type": TEXT,
        "owner": TEXT,
        "lifecycle": TEXT,
        "parameters": {"oneOf": [_FORM, {"type": "array", "items": _FORM}]},
        "secrets": {"type": "object", "properties": {"schema": {"type": "object"}}},
        "presentation": {
            "type": "object",
            "properties": {"buttonLabels": {"type": "object", "properties": _BUTTONS}},
        },
        "EXPERIMENTAL_recovery": {"type": "object", "properties": {"EXPERIMENTAL_strategy": STRING}},
        "formDecorators": _DECORATORS,
        "EXPERIMENTAL_formDecorators": _DECORATORS,
        "steps": {"type": "array", "items": _STEP},
        "output": _OUTPUT,
    },
)

_AI: Schema = {"type": TEXT, "lifecycle": TEXT, "owner": TEXT, "system": TEXT}
AI_RESOURCE = kind_schema(["type", "lifecycle", "owner"], _AI)
AI_SKILL = kind_schema(
    ["type", "lifecycle", "owner"],
    {
        **_AI,
        "disciplines": TEXTS,
        "categories": TEXTS,
        "agents": TEXTS,
        "dependsOn": TEXTS,
        "allowedTools": TEXT,
        "license": TEXT,
        "compatibility": {"type": "string", "minLength": 1, "maxLength": 500},
    },
)
AI_RULE = kind_schema(
    ["type", "lifecycle", "owner", "category", "rationale"],
    {**_AI, "disciplines": TEXTS, "category": TEXT, "rationale": TEXT},
)
AI_PLUGIN = kind_schema(["type", "lifecycle", "owner", "skills"], {**_AI, "skills": TEXTS, "version": TEXT})
AI_MARKETPLACE = kind_schema(["type", "lifecycle", "owner", "plugins"], {**_AI, "plugins": TEXTS, "version": TEXT})
