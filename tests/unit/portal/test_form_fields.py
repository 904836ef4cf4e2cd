"""Which field a property gets, and what is meant by what stands in it."""

import pytest

from portal.form.field import MISSING
from tests.unit.portal.form_world import fields, fill, only_field, page


@pytest.mark.parametrize(
    ("schema", "widget"),
    [
        ({"type": "string"}, "text"),
        ({}, "text"),
        ({"type": ["null", "string"]}, "text"),
        ({"type": "string", "ui:widget": "textarea"}, "textarea"),
        ({"type": "string", "ui:options": {"widget": "textarea"}}, "textarea"),
        ({"type": "string", "ui:widget": "password"}, "password"),
        ({"type": "string", "ui:widget": "hidden"}, "hidden"),
        ({"type": "string", "ui:options": {"hidden": True}}, "hidden"),
        ({"type": "string", "ui:field": "Secret"}, "password"),
        ({"type": "string", "ui:field": "OwnerPicker"}, "text"),
        ({"type": "string", "ui:field": "RepoUrlPicker"}, "repository"),
        ({"type": "string", "ui:field": "SomethingOfTheirOwn"}, "text"),
        ({"type": "string", "enum": ["a"]}, "select"),
        ({"type": "string", "enum": ["a"], "ui:widget": "radio"}, "radio"),
        ({"type": "string", "oneOf": [{"const": "a", "title": "A"}]}, "select"),
        ({"type": "boolean"}, "checkbox"),
        ({"type": "boolean", "ui:widget": "radio"}, "radio"),
        ({"type": "number"}, "text"),
        ({"type": "array", "items": {"type": "string"}}, "textarea"),
        ({"type": "array", "items": {"type": "string", "enum": ["a"]}, "uniqueItems": True}, "checkboxes"),
        ({"type": "array", "items": {"properties": {"a": {}}}}, "list"),
        ({"type": "array", "items": {"type": "array"}}, "textarea"),
        ({"type": "object", "properties": {"a": {}}}, "group"),
        ({"type": "object"}, "textarea"),
        ({"type": "teapot"}, "textarea"),
    ],
)
def test_a_property_has_the_field_that_fits_it(schema, widget):
    assert only_field(schema).widget == widget


def test_nothing_is_asked_for_null_and_for_what_is_behind_a_flag():
    assert fields(page(a={"type": "null"}, b={"backstage:featureFlag": "beta"}, c={})).keys() == {"/c"}


@pytest.mark.parametrize(
    ("schema", "content", "value"),
    [
        ({"type": "string"}, "a", "a"),
        ({"type": "string"}, " a ", " a "),
        ({"type": "string"}, "", MISSING),
        ({"type": "integer"}, "7", 7),
        ({"type": "number"}, "7.0", 7),
        ({"type": "number"}, " 1.5 ", 1.5),
        ({"type": "number"}, "many", "many"),
        ({"type": "number"}, "inf", "inf"),
        ({"type": "number"}, "1_0", "1_0"),
        ({"type": "number"}, "١", "١"),
        ({"type": "number"}, "", MISSING),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "false", False),
        ({"enum": [1, "two", None]}, "1", 1),
        ({"enum": [1, "two"]}, "three", "three"),
        ({"enum": [1, "two"]}, "", MISSING),
        ({"type": "array", "items": {"type": "string"}}, "a\n\n b ", ["a", "b"]),
        ({"type": "array", "items": {"type": "integer"}}, "1\nx", [1, "x"]),
        ({"type": "array", "items": {}}, "", []),
        ({"type": "object"}, '{"a": [1]}', {"a": [1]}),
        ({"type": "object"}, "{broken", "{broken"),
        ({"type": "object"}, " ", MISSING),
        ({"type": "integer", "ui:widget": "hidden"}, "5", 5),
        ({"type": "string", "ui:widget": "hidden"}, "5", "5"),
        ({"type": "string", "ui:field": "OwnerPicker"}, "platform", "group:default/platform"),
        ({"type": "string", "ui:field": "OwnerPicker"}, "user:Alice", "user:default/alice"),
        ({"type": "string", "ui:field": "OwnerPicker"}, "a:b:c/", "a:b:c/"),
        (
            {
                "type": "string",
                "ui:field": "EntityPicker",
                "ui:options": {"defaultKind": "System", "defaultNamespace": "eu"},
            },
            "shop",
            "system:eu/shop",
        ),
        ({"type": "string", "ui:field": "EntityPicker", "ui:options": {"allowedKinds": ["API"]}}, "x", "api:default/x"),
        ({"type": "string", "ui:field": "EntityPicker"}, "x", "x"),
    ],
)
def test_what_is_typed_means_json(schema, content, value):
    field = only_field(schema, x=content)
    assert (field.value, type(field.value)) == (value, type(value))


def test_what_is_typed_stays_in_the_field_even_if_it_makes_no_sense():
    assert only_field({"type": "integer"}, x="many").content == "many"
    assert only_field({"enum": ["a"]}, x="b").content == "b"


@pytest.mark.parametrize(
    ("schema", "content"),
    [
        ({"type": "string", "default": "a"}, "a"),
        ({"type": "integer", "default": 7}, "7"),
        ({"type": "boolean", "default": True}, "true"),
        ({"type": "array", "items": {"type": "string"}, "default": ["a", "b"]}, "a\nb"),
        ({"type": "object", "default": {"a": 1}}, '{"a": 1}'),
        ({"type": "string", "default": None}, ""),
        ({"const": "fixed"}, "fixed"),
    ],
)
def test_a_field_begins_with_its_default_until_something_was_typed(schema, content):
    assert only_field(schema).content == content
    assert only_field(schema, x="").content == ""


def test_values_that_are_given_stand_in_for_defaults_at_any_depth():
    schema = page(a={"default": "b"}, nested={"properties": {"c": {"default": "d"}}})
    assert fill(schema).values == {"a": "b", "nested": {"c": "d"}}
    assert fill(schema, given={"a": "x", "nested": {"c": "y"}}).values == {"a": "x", "nested": {"c": "y"}}
    assert fill(schema, given={"a": "x"}, a="typed").values["a"] == "typed"


def test_ticked_choices_are_a_list_and_none_ticked_is_not_the_default():
    schema = {"type": "array", "items": {"enum": ["a", 2, "c"]}, "default": ["a"]}
    assert only_field(schema).value == ["a"]
    assert only_field(schema, x=["", "2", "c"]).value == [2, "c"]
    assert only_field(schema, x=[""]).value == []
    assert only_field(schema, x=["", "odd"]).value == ["odd"]


def test_choices_have_names():
    named = only_field({"enum": ["a", "b", "c"], "enumNames": ["Ah", "Beh"]})
    assert [(choice.value, choice.label) for choice in named.choices] == [("a", "Ah"), ("b", "Beh"), ("c", "c")]
    titled = only_field({"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}, x="2")
    assert [(choice.label, choice.is_chosen) for choice in titled.choices] == [("One", False), ("2", True)]


def test_words_beside_a_field_come_from_either_place():
    field = only_field(
        {
            "title": "T",
            "description": "D",
            "ui:help": "H",
            "ui:options": {"placeholder": "P", "rows": 9, "widget": "textarea"},
            "ui:autofocus": True,
        }
    )
    assert (field.label, field.help, field.hint, field.placeholder) == ("T", "D", "H", "P")
    assert (field.rows, field.has_autofocus, field.is_required) == (9, True, False)
    assert only_field({"ui:title": "Own", "title": "T"}).label == "Own"
    assert only_field({}).label == "x"


def test_fields_follow_the_order_that_the_author_names():
    schema = {**page(a={}, b={}, c={}, d={}), "ui:order": ["d", "*", "a", "gone"]}
    assert list(fields(schema)) == ["/d", "/b", "/c", "/a"]
    assert list(fields({**page(a={}, b={}), "ui:order": ["b"]})) == ["/b", "/a"]


def test_names_hold_any_key():
    assert list(fields(page(**{"a/b~c": {"properties": {"": {}}}}))) == ["/a~1b~0c", "/a~1b~0c/"]
    assert only_field({}).id == "field-2f-x"


def test_nested_objects_are_values_within_values():
    schema = page(db={"type": "object", "required": ["name"], "properties": {"name": {}, "size": {"type": "integer"}}})
    found = fields(schema, db__name="orders", db__size="3")
    assert found["/db"].value == {"name": "orders", "size": 3}
    assert (found["/db/name"].is_required, found["/db/size"].is_required) == (True, False)


def test_lists_of_objects_have_as_many_items_as_they_say():
    items = {"properties": {"name": {}, "port": {"type": "integer", "default": 80}}}
    schema = page(x={"type": "array", "title": "Parts", "items": items, "default": [{"name": "a"}]})
    assert fill(schema).values == {"x": [{"name": "a", "port": 80}]}
    form = fill(schema, x="2", x__0__name="a", x__1__name="b", x__1__port="81")
    assert form.values == {"x": [{"name": "a", "port": 80}, {"name": "b", "port": 81}]}
    assert [part.label for part in form.pages[0].fields[0].parts] == ["Parts 1", "Parts 2"]
    assert fill(schema, x="0").values == {"x": []}


def test_a_secret_is_no_value_but_as_many_stars():
    form = fill(page(token={"type": "string", "ui:field": "Secret"}), token="abcd")
    assert (form.values, form.secrets) == ({"token": "****"}, {"token": "abcd"})


def test_secrets_that_no_field_asks_for_have_a_page_of_their_own():
    secrets = {"required": ["token"], "properties": {"token": {"title": "Token"}, "key": {}}}
    form = fill(page(token={"ui:field": "Secret"}), secrets=secrets)
    assert [one.title for one in form.pages] == ["Page", "Secrets"]
    assert [field.name for field in form.pages[1].fields] == ["secret:/key"]
    assert fill(page(a={}), secrets=secrets).pages[1].fields[0].is_required


def test_a_repository_is_a_host_and_what_leads_to_it_there():
    schema = {"type": "string", "ui:field": "RepoUrlPicker", "ui:options": {"allowedHosts": ["github.com"]}}
    assert [part.key for part in only_field(schema).parts] == ["host", "owner", "repo"]
    assert only_field(schema).value is MISSING
    filled = only_field(schema, x_at_host="github.com", x_at_owner="acme", x_at_repo="shop & co")
    assert filled.value == "github.com?owner=acme&repo=shop+%26+co"
    assert [part.is_required for part in filled.parts] == [True, True, True]


@pytest.mark.parametrize(
    ("host", "pieces"),
    [
        ("github.com", ["owner", "repo"]),
        ("dev.azure.com", ["organization", "project", "repo"]),
        ("bitbucket.org", ["workspace", "project", "repo"]),
        ("gerrit.example", ["workspace", "repo"]),
        ("unknown.example", ["owner", "repo"]),
    ],
)
def test_each_host_is_asked_for_what_it_has(host, pieces):
    field = only_field({"type": "string", "ui:field": "RepoUrlPicker"}, x_at_host=host)
    assert [part.key for part in field.parts] == ["host", *pieces]


def test_a_repository_begins_with_its_default_and_with_what_alone_is_allowed():
    picker = {"type": "string", "ui:field": "RepoUrlPicker"}
    field = only_field({**picker, "default": "github.com?owner=acme&repo=shop"})
    assert [part.content for part in field.parts] == ["github.com", "acme", "shop"]
    field = only_field({**picker, "ui:options": {"allowedOwners": ["acme"], "allowedHosts": ["github.com"]}})
    assert [part.content for part in field.parts] == ["github.com", "acme", ""]
    assert [part.widget for part in field.parts] == ["select", "select", "text"]


def test_a_repository_may_ask_for_the_users_own_token():
    options = {"requestUserCredentials": {"secretsKey": "USER_TOKEN"}}
    form = fill(
        page(x={"type": "string", "ui:field": "RepoUrlPicker", "ui:options": options}),
        x_at_token="t0ken",
        x_at_owner="a",
    )
    assert form.secrets == {"USER_TOKEN": "t0ken"}
    assert form.values == {"x": "github.com?owner=a"}


def test_pickers_know_which_entities_to_suggest():
    owner = {"type": "string", "ui:field": "OwnerPicker"}
    assert only_field(owner).lookup == [{"kind": ["Group", "User"]}]
    assert only_field({**owner, "ui:options": {"allowedKinds": ["Group"]}}).lookup == [{"kind": ["Group"]}]
    filtered = {**owner, "ui:options": {"catalogFilter": [{"kind": "Group", "spec.type": "team"}]}}
    assert only_field(filtered).lookup == [{"kind": "Group", "spec.type": "team"}]
    assert only_field({"type": "string", "ui:field": "EntityPicker"}).lookup == []
    assert only_field({"type": "string"}).lookup is None
