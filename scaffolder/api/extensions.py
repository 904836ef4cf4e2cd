"""What expressions of templates know besides the language itself, described for those who write templates."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_DRAFT = {"$schema": "http://json-schema.org/draft-07/schema#"}
_REPO_URL = {"type": "string", "description": "a repository as the repository picker gives it", **_DRAFT}


def _record(description: str, required: list[str], *optional: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict.fromkeys((*required, *optional), _TEXT),
        "required": required,
        "additionalProperties": False,
        "description": description,
    }


def _log(name: str, expression: str) -> str:
    return f"- id: log\n  name: {name}\n  action: debug:log\n  input:\n    message: ${{{{ {expression} }}}}\n"


_PARSE_REPO_URL = {
    "description": "Takes the address of a repository apart: its host, owner, name and so on.",
    "examples": [
        {
            "example": _log("Show the parts of the address", "parameters.repoUrl | parseRepoUrl"),
            "notes": "- **Input**: `github.com?repo=shop&owner=acme`\n"
            '- **Output**: `{"host":"github.com","owner":"acme","repo":"shop"}`\n',
        }
    ],
    "schema": {
        "input": _REPO_URL,
        "output": _record("the parts", ["repo", "host"], "owner", "organization", "workspace", "project") | _DRAFT,
    },
}
_DEFAULTS = {
    "type": "object",
    "properties": {
        "defaultKind": {"type": "string", "description": "the kind of a reference that names none"},
        "defaultNamespace": {"type": "string", "description": "the namespace of a reference that names none"},
    },
    "additionalProperties": False,
}
_PARSE_ENTITY_REF = {
    "description": "Takes an entity reference apart: kind, namespace and name.",
    "examples": [
        {
            "description": "A whole reference",
            "example": _log("Show the owner", "parameters.owner | parseEntityRef"),
            "notes": "- **Input**: `group:builders`\n"
            '- **Output**: `{"kind": "group", "namespace": "default", "name": "builders"}`\n',
        },
        {
            "description": "With defaults for what it leaves out",
            "example": _log(
                "Show the owner",
                "parameters.owner | parseEntityRef({ defaultKind: 'group', defaultNamespace: 'acme' })",
            ),
            "notes": "- **Input**: `builders`\n"
            '- **Output**: `{"kind": "group", "namespace": "acme", "name": "builders"}`\n',
        },
    ],
    "schema": {
        "input": {
            "anyOf": [
                {"type": "string", "description": "`[<kind>:][<namespace>/]<name>`"},
                _record("its parts", ["name"], "kind", "namespace"),
            ],
            **_DRAFT,
        },
        "arguments": [{"anyOf": [{"not": {}}, _DEFAULTS], **_DRAFT}],
        "output": _record("its parts", ["kind", "namespace", "name"]) | _DRAFT,
    },
}
_PICK = {
    "description": "Takes one property out of a record.",
    "examples": [
        {
            "example": _log("Show the owner's name", "parameters.owner | parseEntityRef | pick('name')"),
            "notes": '- **Input**: `{"kind": "group", "namespace": "default", "name": "builders"}`\n'
            "- **Output**: `builders`\n",
        }
    ],
    "schema": {
        "input": _DRAFT,
        "arguments": [{"type": "string", "description": "the property, or the path to it", **_DRAFT}],
        "output": {"description": "what is there", **_DRAFT},
    },
}
_PROJECT_SLUG = {
    "description": "Shortens the address of a repository to its owner and name.",
    "examples": [
        {
            "example": _log("Show the short name", "parameters.repoUrl | projectSlug"),
            "notes": "- **Input**: `github.com?repo=shop&owner=acme`\n- **Output**: `acme/shop`\n",
        }
    ],
    "schema": {"input": _REPO_URL, "output": _TEXT | _DRAFT},
}

EXTENSIONS: dict[str, Any] = {
    "filters": {
        "parseRepoUrl": _PARSE_REPO_URL,
        "parseEntityRef": _PARSE_ENTITY_REF,
        "pick": _PICK,
        "projectSlug": _PROJECT_SLUG,
    },
    "globals": {"functions": {}, "values": {}},
}
