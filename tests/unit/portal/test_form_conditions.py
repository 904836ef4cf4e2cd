"""Fields that come and go with what was filled in."""

from tests.unit.portal.form_world import fields, fill, page

FLAG = {"type": "boolean", "default": False}


def test_names_that_depend_on_another_become_required():
    schema = {**page(card={}, address={}), "dependencies": {"card": ["address"]}}
    assert not fields(schema)["/address"].is_required
    assert fields(schema, card="4711")["/address"].is_required


def test_a_schema_that_depends_on_a_property_is_added():
    schema = {**page(card={}), "dependencies": {"card": {"properties": {"address": {}}, "required": ["address"]}}}
    assert fields(schema).keys() == {"/card"}
    assert fields(schema, card="4711")["/address"].is_required


def test_one_of_several_is_chosen_by_the_value():
    options = [
        {"properties": {"cloud": {"enum": ["aws"]}, "region": {}}},
        {"properties": {"cloud": {"const": "azure"}, "group": {}}, "required": ["group"]},
    ]
    schema = {**page(cloud={"enum": ["aws", "azure"]}), "dependencies": {"cloud": {"oneOf": options}}}
    assert fields(schema).keys() == {"/cloud"}
    assert fields(schema, cloud="aws").keys() == {"/cloud", "/region"}
    assert fields(schema, cloud="azure").keys() == {"/cloud", "/group"}
    assert len(fields(schema, cloud="azure")["/cloud"].choices) == 2


def test_if_then_else():
    schema = {
        **page(flag=FLAG),
        "if": {"properties": {"flag": {"const": True}}},
        "then": {"properties": {"why": {}}},
        "else": {"properties": {"why not": {}}},
    }
    assert fields(schema).keys() == {"/flag", "/why not"}
    assert fields(schema, flag="true").keys() == {"/flag", "/why"}


def test_all_of_brings_several_conditions():
    condition = {"if": {"properties": {"flag": {"const": True}}}, "then": {"required": ["a"]}}
    schema = {**page(flag=FLAG, a={}), "allOf": [condition, {"properties": {"b": {"title": "B"}}}]}
    found = fields(schema, flag="true")
    assert (found["/a"].is_required, found["/b"].label) == (True, "B")


def test_a_condition_may_depend_on_what_another_brought():
    schema = {
        **page(a={}),
        "dependencies": {
            "a": {"properties": {"b": {"default": "x"}}},
            "b": {"properties": {"c": {"default": "y"}}},
            "c": {"properties": {"d": {}}},
        },
    }
    assert fields(schema, a="1").keys() == {"/a", "/b", "/c", "/d"}


def test_a_page_knows_what_was_filled_in_before_it():
    second = {**page(b={}), "if": {"properties": {"a": {"const": "x"}}}, "then": {"properties": {"c": {}}}}
    assert fields(page(a={}), second, a="x").keys() == {"/a", "/b", "/c"}
    assert fields(page(a={}), second, a="y").keys() == {"/a", "/b"}


def test_conditions_hold_within_nested_objects():
    nested = {
        "properties": {"on": FLAG},
        "dependencies": {"on": {"oneOf": [{"properties": {"on": {"const": True}, "size": {}}}]}},
    }
    assert "/disk/size" in fields(page(disk=nested), disk__on="true")
    assert "/disk/size" not in fields(page(disk=nested))


def test_what_was_typed_into_a_field_that_has_gone_is_no_value():
    schema = {**page(a={}), "dependencies": {"a": {"properties": {"b": {}}}}}
    assert fill(schema, a="1", b="2").values == {"a": "1", "b": "2"}
    assert fill(schema, a="", b="2").values == {}


def test_references_are_followed():
    schema = {
        **page(a={"$ref": "#/definitions/name", "title": "Own"}),
        "definitions": {"name": {"type": "integer", "title": "T"}},
    }
    field = fields(schema, a="5")["/a"]
    assert (field.label, field.value) == ("Own", 5)


def test_a_condition_uses_definitions_too():
    schema = {
        **page(a={}),
        "definitions": {"yes": {"const": "y"}},
        "if": {"properties": {"a": {"$ref": "#/definitions/yes"}}, "required": ["a"]},
        "then": {"properties": {"b": {}}},
    }
    assert fields(schema, a="y").keys() == {"/a", "/b"}
    assert fields(schema, a="n").keys() == {"/a"}
