"""What agents are told of tools, and what tools take."""

import jsonschema_rs
import pytest

from common.errors import InputError
from common.identity import ANONYMOUS
from mcp_actions.caller import Caller
from mcp_actions.tools.catalog_model import describe_model
from mcp_actions.tools.registry import TOOLS
from mcp_actions.tools.tool import READS, Tool, takes, text, whole_number
from mcp_actions.tools.yaml_text import YamlError, parse_one

CALLER = Caller(ANONYMOUS)
# Of the reference's tools, as its /.backstage/actions/v1/actions tells them: read only, destructive, idempotent.
ATTRIBUTES = {
    "auth:who-am-i": (True, False, True),
    "catalog:get-catalog-model-description": (True, False, True),
    "catalog:get-catalog-entity": (True, False, True),
    "catalog:validate-entity": (True, False, True),
    "catalog:register-entity": (False, False, False),
    "catalog:unregister-entity": (False, True, True),
    "catalog:query-catalog-entities": (True, False, True),
    "catalog:refresh-catalog-entity": (False, False, True),
    "scaffolder:list-scaffolder-tasks": (True, False, True),
    "scaffolder:dry-run-template": (True, False, True),
    "scaffolder:list-scaffolder-actions": (True, False, True),
    "scaffolder:execute-template": (False, True, False),
    "scaffolder:get-scaffolder-task-logs": (True, False, True),
}
# And what each takes, what it must be given first.
INPUTS = {
    "auth:who-am-i": ([], []),
    "catalog:get-catalog-model-description": ([], []),
    "catalog:get-catalog-entity": (["name"], ["kind", "namespace"]),
    "catalog:validate-entity": (["entity"], ["location"]),
    "catalog:register-entity": (["locationUrl"], []),
    "catalog:unregister-entity": (["type"], []),
    "catalog:query-catalog-entities": (
        [],
        ["cursor", "fields", "fullTextFilter", "limit", "offset", "orderFields", "query"],
    ),
    "catalog:refresh-catalog-entity": (["name"], ["kind", "namespace"]),
    "scaffolder:list-scaffolder-tasks": ([], ["limit", "offset", "owned", "status"]),
    "scaffolder:dry-run-template": (["templateYaml"], ["files", "values"]),
    "scaffolder:list-scaffolder-actions": ([], []),
    "scaffolder:execute-template": (["templateRef", "values"], ["secrets"]),
    "scaffolder:get-scaffolder-task-logs": (["taskId"], ["after"]),
}

echo = Tool(
    "test",
    "echo",
    "Echo",
    "Says it again.",
    takes(("word",), word=text("What to say."), times=whole_number("How often.", minimum=0)),
    READS,
    lambda _, given: dict(given),
    numbers=("times",),
)


def test_tools_do_to_the_world_what_the_references_do():
    told = {tool.id: tool.attributes.as_json() for tool in TOOLS}

    assert told == {
        tool_id: {"readOnly": read_only, "destructive": destructive, "idempotent": idempotent}
        for tool_id, (read_only, destructive, idempotent) in ATTRIBUTES.items()
    }


def test_tools_take_what_the_references_take():
    taken = {tool.id: (tool.input.get("required", []), set(tool.input["properties"])) for tool in TOOLS}

    assert taken == {tool_id: (required, {*required, *optional}) for tool_id, (required, optional) in INPUTS.items()}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.id)
def test_each_input_is_described_by_a_sound_schema(tool):
    jsonschema_rs.meta.validate(tool.input)
    assert tool.description
    assert all("description" in schema for schema in tool.input["properties"].values())


def test_numbers_may_be_written_as_texts():
    assert echo.call(CALLER, {"word": "5", "times": "3"}) == {"word": "5", "times": 3}


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, 'the input: "word" is a required property'),
        ({"word": 5}, 'word: 5 is not of type "string"'),
        ({"word": "a", "times": -1}, "times: -1 is less than the minimum of 0"),
        ({"word": "a", "times": "many"}, 'times: "many" is not of type "integer"'),
        ({"word": "a", "x": 1}, "the input: Additional properties are not allowed ('x' was unexpected)"),
    ],
)
def test_an_input_that_does_not_fit_is_quoted(given, fault):
    with pytest.raises(InputError) as caught:
        echo.call(CALLER, given)
    assert caught.value.message == f'Invalid input to action "test:echo": {fault}'


def test_a_huge_input_is_not_quoted_whole():
    with pytest.raises(InputError) as caught:
        echo.call(CALLER, {"word": ["x" * 100_000]})
    assert len(caught.value.message) < 600


def test_one_document_is_read_as_yaml():
    assert parse_one("a: [1, yes]") == {"a": [1, "yes"]}
    assert parse_one("") is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("a: 1\n---\nb: 2", "YAML parsing error: the given text holds 2 documents; send them one by one"),
        ("{", "YAML parsing error: Flow map must end with a }"),
        ("a: \0", "YAML parsing error: it holds a NUL character"),
    ],
)
def test_what_is_no_yaml_is_told_once(given, message):
    with pytest.raises(YamlError) as caught:
        parse_one(given)
    assert caught.value.message.startswith(message)


def test_the_model_is_told_with_its_kinds_fields_and_relations():
    told = describe_model()

    assert "### Component\n\nA piece of software" in told
    assert "* `spec`: `type`*, `lifecycle`*, `owner`*, `system`" in told
    assert "* `spec.owner` names entities of kind Group, unless another is given: the relation `ownedBy`" in told
    assert "* `ownedBy`, in the other direction `ownerOf`" in told
    assert told.count("### ") == 10
