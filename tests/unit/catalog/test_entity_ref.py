import pytest

from catalog.entity_ref import EntityRef, LocationRef, entity_ref_of
from common.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Component:Default/Cart", "component:default/cart"),
        ("component:cart", "component:default/cart"),
        ("other/cart", "group:other/cart"),
        ("cart", "group:default/cart"),
        ("a/b:c", "group:a/b:c"),
    ],
)
def test_missing_parts_come_from_the_defaults(text, expected):
    assert str(EntityRef.parse(text, default_kind="Group")) == expected


def test_keeps_the_spelling_for_messages():
    assert EntityRef.parse("Component:Default/Cart").name == "Cart"


@pytest.mark.parametrize("text", [":a/b", "a:/b", "a:b/", "a:"])
def test_an_empty_part_is_refused_with_the_expected_form(text):
    with pytest.raises(InputError) as error:
        EntityRef.parse(text)
    assert str(error.value) == f'Entity reference "{text}" was not on the form [<kind>:][<namespace>/]<name>'


def test_a_ref_without_kind_is_refused_where_none_is_given():
    with pytest.raises(InputError) as error:
        EntityRef.parse("no-kind-here")
    assert str(error.value) == (
        'Entity reference "no-kind-here" had missing or empty kind (e.g. did not start with "component:" or similar)'
    )


def test_the_ref_of_an_entity_is_lower_case_and_has_a_namespace():
    assert entity_ref_of({"kind": "API", "metadata": {"name": "Pet"}}) == "api:default/pet"


def test_a_location_ref_is_a_type_and_a_target():
    assert LocationRef.parse("url:https://host/x:y") == LocationRef("url", "https://host/x:y")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "Unable to parse location ref 'nothing', expected '<type>:<target>', e.g. 'url:https://host/path'"),
        ("https://h/x", "Invalid location ref 'https://h/x', please prefix it with 'url:', e.g. 'url:https://h/x'"),
        ("url: java\tscript:x", "Invalid location ref 'url: java\tscript:x', target is a javascript: URL"),
    ],
)
def test_a_wrong_location_ref_says_what_it_should_be(text, message):
    with pytest.raises(InputError) as error:
        LocationRef.parse(text)
    assert str(error.value) == message
