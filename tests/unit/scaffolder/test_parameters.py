"""What a user gave against what the template asks for. The recorded answers are those of npm's jsonschema 1.5.0."""

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest

from common.errors import InputError
from scaffolder.templates.json_schema import schema_errors
from scaffolder.templates.json_schema.formats import has_format
from scaffolder.templates.parameters import find_secret_errors, find_value_errors

TABLE = json.loads(Path(__file__).with_name("json_schema_table.json").read_text())


def stacks(value, schema):
    return [error["stack"] for error in schema_errors(value, schema)]


def refusal_of(value, schema):
    with pytest.raises(InputError) as caught:
        schema_errors(value, schema)
    return str(caught.value)


@pytest.mark.parametrize(("value", "schema", "expected"), TABLE["checks"])
def test_answers_as_the_recorded_ones(value, schema, expected):
    if expected is None:
        assert refusal_of(value, schema)
    else:
        assert json.loads(json.dumps(schema_errors(value, schema))) == expected


@pytest.mark.parametrize(("name", "texts"), TABLE["formats"].items())
def test_knows_formats_as_recorded(name, texts):
    assert [text for text in texts["yes"] if not has_format(text, name)] == []
    assert [text for text in texts["no"] if has_format(text, name)] == []


def test_an_error_has_the_form_that_frontends_read():
    schema = {"properties": {"name": {"type": "string", "maxLength": 20}}}

    assert schema_errors({"name": "x" * 21}, schema) == [
        {
            "path": ["name"],
            "property": "instance.name",
            "message": "does not meet maximum length of 20",
            "schema": {"type": "string", "maxLength": 20},
            "instance": "x" * 21,
            "name": "maxLength",
            "argument": 20,
            "stack": "instance.name does not meet maximum length of 20",
        }
    ]


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        ("^[a-z0-9-]+$", "my-service", "My service"),
        ("^(?!test).*$", "prod", "test-1"),
        (r"^\p{Lu}", "Ärger", "ärger"),
        (r"^\u{1F600}$", "😀", "u"),
        ("^.$", "😀", "ab"),
        ("^[^a]{2}$", "😀😎", "😀"),
        ("^[😀-😎]+$", "😅😀", "😀🦀"),
        (r"^(a+)+$", "aaa", "b"),
    ],
)
def test_reads_patterns_as_javascript(pattern, fits, does_not):
    assert stacks(fits, {"pattern": pattern}) == []
    assert len(stacks(does_not, {"pattern": pattern})) == 1


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(a|aa)+$", r"^(?=(a+)+$).*b", r"^(a+)+\1$", r"^(\p{L}+)+$"])
def test_no_pattern_takes_long(pattern):
    start = time.thread_time()

    with suppress(InputError):
        schema_errors("a" * 50_000 + "!", {"pattern": pattern})

    assert time.thread_time() - start < 10


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"$ref": "#"}, "The schema cannot be used: it is nested more than 100 levels deep, or refers to itself"),
        (
            {"$ref": "https://example.com/x.json"},
            "The schema cannot be used: no such schema <https://example.com/x.json>",
        ),
        ({"$ref": "#/definitions/nope"}, "The schema cannot be used: no such schema <#/definitions/nope>"),
        ({"anyOf": {}}, "The schema cannot be used: anyOf must be a list of schemas"),
        ({"pattern": "("}, "The schema cannot be used: /(/ is no regular expression: "),
        ({"type": None}, "The schema cannot be used: null stands where a type is expected"),
        ("", "The schema cannot be used: '' stands where a schema is expected"),
    ],
)
def test_says_what_is_wrong_with_a_schema(schema, message):
    assert refusal_of("x", schema).startswith(message)


def test_a_tree_may_refer_to_itself_as_deep_as_the_value_goes():
    schema = {"properties": {"child": {"$ref": "#"}}, "additionalProperties": False}

    assert stacks({"child": {"child": {}}}, schema) == []
    assert stacks({"child": {"child": {"x": 1}}}, schema) == [
        'instance.child.child is not allowed to have the additional property "x"'
    ]


def test_schemas_that_multiply_are_stopped():
    doubling = {"anyOf": [{"$ref": "#"}, {"$ref": "#"}], "type": "string"}
    nested = {"minimum": 7}
    for _ in range(40):
        nested = {"allOf": [nested, nested]}

    assert refusal_of(5, doubling).startswith("The ")
    assert refusal_of(5, nested)


def test_many_items_against_many_choices_are_stopped():
    refusal = refusal_of(["x"] * 20_000, {"items": {"enum": list(range(20_000))}})

    assert refusal.startswith("The values cannot be checked against the schema: ")


def test_what_is_wrong_must_fit_into_an_answer():
    values = {f"name{number}": "x" * 100 for number in range(2_000)}

    assert refusal_of(values, {"additionalProperties": False, "title": "t" * 5_000}) == (
        "More is wrong with the values than fits into an answer"
    )


TEMPLATE = {
    "spec": {
        "parameters": [
            {"required": ["name"], "properties": {"name": {"type": "string"}}},
            {"properties": {"place": {"enum": ["here", "there"]}}},
        ]
    }
}


def test_checks_the_pages_of_a_form_one_after_the_other():
    first = find_value_errors({"place": "nowhere"}, TEMPLATE)
    second = find_value_errors({"name": "x", "place": "nowhere"}, TEMPLATE)

    assert [error["stack"] for error in first] == ['instance requires property "name"']
    assert [error["stack"] for error in second] == ["instance.place is not one of enum values: here,there"]
    assert find_value_errors({"name": "x"}, TEMPLATE) == []


@pytest.mark.parametrize("parameters", [None, [], {}])
def test_a_template_may_ask_for_nothing(parameters):
    assert find_value_errors({"x": 1}, {"spec": {"parameters": parameters}}) == []
    assert find_value_errors({"x": 1}, {"spec": {}}) == []


SECRET_SCHEMA = {
    "type": "object",
    "required": ["token"],
    "properties": {"token": {"type": "string", "minLength": 8}},
    "allOf": [{"properties": {"token": {"pattern": "^x"}}}],
}


def test_errors_about_secrets_name_them_and_never_show_them():
    template = {"spec": {"secrets": {"schema": SECRET_SCHEMA}}}

    missing = find_secret_errors({}, template)
    wrong = find_secret_errors({"token": "hunter2"}, template)

    assert [(error["property"], error["message"]) for error in missing] == [("secrets", "secrets.token is required")]
    assert [(error["property"], error["message"]) for error in wrong] == [
        ("secrets.token", "secrets.token does not meet minimum length of 8"),
        ("secrets", "secrets does not match allOf schema [subschema 0] with 1 error[s]:"),
        ("secrets.token", 'secrets.token does not match pattern "^x"'),
    ]
    assert {str(error["instance"]) for error in missing + wrong} == {"{}"}
    assert "hunter2" not in json.dumps(wrong)


def test_an_older_way_to_require_a_secret_names_it_too():
    template = {"spec": {"secrets": {"schema": {"properties": {"token": {"required": True}}}}}}

    assert [error["message"] for error in find_secret_errors({}, template)] == ["secrets.token is required"]


def test_secrets_nobody_asked_for_are_not_checked():
    assert find_secret_errors({"any": "thing"}, {"spec": {}}) == []
    assert find_secret_errors({"any": "thing"}, {"spec": {"secrets": {}}}) == []
