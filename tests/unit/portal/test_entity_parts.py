"""The parts of an entity's page that need no database."""

import orjson
import pytest

from portal.entity_text import MAX_BYTES, as_yaml
from portal.failures import MAX_ERRORS, MAX_MESSAGE, Failure, read_errors
from portal.origin import Link, list_actions, list_links, list_places
from portal.page import safe_url
from portal.relations import MAX_OF_A_TYPE, group_relations
from portal.row import describe_row


def entity(**metadata):
    return {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "cart", **metadata}}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:x",
        "java\nscript:x",
        "\x01javascript:x",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "x",
        "",
        None,
        5,
        "http://[bad",
    ],
)
def test_only_addresses_of_pages_become_links(url):
    assert safe_url(url) == ""


@pytest.mark.parametrize("url", ["https://a.example/b?c#d", "HTTP://a.example", "mailto:a@b.example"])
def test_addresses_of_pages_stay(url):
    assert safe_url(url) == url


def test_yaml_keeps_order_types_and_long_texts():
    body = orjson.dumps({"kind": "API", "spec": {"definition": "a: 1\nb: 2\n", "on": "yes", "n": 1}, "tags": ["é"]})
    assert as_yaml(body) == "kind: API\nspec:\n  definition: |\n    a: 1\n    b: 2\n  'on': 'yes'\n  n: 1\ntags:\n- é\n"


def test_an_entity_that_is_too_large_is_not_written_as_yaml():
    assert as_yaml(b'"' + b"x" * MAX_BYTES + b'"') is None


def test_relations_are_grouped_counted_and_cut_by_type():
    pairs = [("ownedBy", "group:default/a")] + [("hasPart", f"component:default/{i:04}") for i in range(150)]
    parts, owner = group_relations(pairs)
    assert (parts.words, parts.count, len(parts.entities), parts.left_out) == ("Has part", 150, MAX_OF_A_TYPE, 50)
    assert (owner.words, owner.entities[0].text, owner.entities[0].url) == (
        "Owned by",
        "group:a",
        "/entities/group/default/a",
    )


def test_a_place_is_named_once_and_linked_if_it_is_a_page():
    annotations = {
        "backstage.io/managed-by-location": "url:https://git.example/a.yaml",
        "backstage.io/managed-by-origin-location": "url:https://git.example/a.yaml",
        "backstage.io/source-location": "file:/srv/a",
    }
    assert list_places(annotations) == [
        Link("Described in", "url:https://git.example/a.yaml", "https://git.example/a.yaml"),
        Link("Source", "file:/srv/a", ""),
    ]


def test_scripts_are_neither_actions_nor_links():
    assert list_actions({"backstage.io/view-url": "javascript:x", "backstage.io/edit-url": "https://a.example"}) == [
        Link("Edit", "Edit", "https://a.example")
    ]
    links = [{"url": "javascript:x", "title": "a"}, {"title": "no url"}, "no link", {"url": "https://b.example"}]
    assert list_links({"links": links}) == [Link("", "https://b.example", "https://b.example")]


def test_errors_of_all_shapes_are_bounded():
    items = [{"name": "InputError", "message": "x" * 10_000}, {"error": {"name": "E"}, "message": "E: no"}, {}] * 20
    long, status, empty = read_errors(items)[:3]
    assert (len(read_errors(items)), len(long.message)) == (MAX_ERRORS, MAX_MESSAGE + 1)
    assert (status, empty) == (Failure("E", "no"), Failure("Error", ""))


def test_a_row_survives_whatever_authors_put_in_a_spec():
    odd = entity() | {"spec": {"type": {"a": 1}, "lifecycle": [1], "profile": "x"}, "relations": None}
    row = describe_row(odd)
    assert (row.type, row.lifecycle, row.owner, row.owner_url, row.title) == ("", "", "", "", "")


def test_a_row_names_people_and_other_namespaces():
    user = entity(namespace="shop") | {
        "kind": "User",
        "spec": {"profile": {"displayName": "Alice", "email": "a@b.example"}},
    }
    row = describe_row(user)
    assert (row.name, row.title, row.description) == ("shop/cart", "Alice", "a@b.example")
    assert row.url == "/entities/user/shop/cart"


def test_a_row_tells_orphans_and_errors():
    row = describe_row(entity(annotations={"backstage.io/orphan": "true"}) | {"status": {"items": [{"message": "x"}]}})
    assert (row.is_orphan, row.has_errors) == (True, True)
