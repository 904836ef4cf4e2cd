"""Cutting entities down to the fields that were asked for."""

import json

import pytest

from catalog.queries.fields import parse_fields
from common.errors import InputError

ENTITY = {
    "kind": "Component",
    "metadata": {
        "name": "cart",
        "title": None,
        "annotations": {"github.com/project-slug": "acme/cart", "a.b.c": "1", "a": {"b": {"d": "2"}}},
        "tags": ["java", "go"],
        "links": [{"url": "https://x"}, {"url": "https://y"}],
    },
    "spec": {"owner": "team-a", "deep": {"er": {"est": 1}}},
    "top.level": {"key": 1},
}


def cut(*fields):
    return json.loads(parse_fields(fields).project(json.dumps(ENTITY).encode()))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("kind", {"kind": "Component"}),
        (
            "kind,metadata.name, spec.owner ",
            {"kind": "Component", "metadata": {"name": "cart"}, "spec": {"owner": "team-a"}},
        ),
        ("metadata.title", {"metadata": {"title": None}}),
        ("spec", {"spec": ENTITY["spec"]}),
        ("spec.deep.er", {"spec": {"deep": {"er": {"est": 1}}}}),
        ("spec.owner,spec.deep.er.est", {"spec": {"owner": "team-a", "deep": {"er": {"est": 1}}}}),
        ("spec,spec.owner", {"spec": ENTITY["spec"]}),
        ("spec.owner,spec", {"spec": ENTITY["spec"]}),
        (
            "metadata.annotations.github.com/project-slug",
            {"metadata": {"annotations": {"github.com/project-slug": "acme/cart"}}},
        ),
        ("metadata.annotations.a.b.c", {}),
        ("metadata.annotations.a.b.d", {"metadata": {"annotations": {"a": {"b": {"d": "2"}}}}}),
        ("top.level.key", {"top.level": {"key": 1}}),
        ("metadata.tags.1", {"metadata": {"tags": [None, "go"]}}),
        ("metadata.links.0.url", {"metadata": {"links": [{"url": "https://x"}]}}),
        ("metadata.tags.java", {}),
        ("metadata.tags.2", {}),
        ("metadata.tags.01", {}),
        ("nope,kind.,kind.x,.kind,spec..owner,spec.owner.x", {}),
    ],
)
def test_projection(fields, expected):
    assert cut(fields) == expected


def test_fields_come_in_the_order_in_which_they_were_named():
    assert list(cut("spec.owner", "kind")) == ["spec", "kind"]


def test_repeated_parameters_and_those_of_a_body_add_up():
    assert parse_fields(["kind,spec.type", "kind"], extra=["metadata.uid"]).paths == (
        ("metadata", "uid"),
        ("kind",),
        ("spec", "type"),
    )


@pytest.mark.parametrize("params", [None, [], [""], [" , "]])
def test_no_fields_mean_the_whole_entity(params):
    assert parse_fields(params) is None


def test_array_paths_are_refused():
    with pytest.raises(InputError) as raised:
        parse_fields(["kind,a[0]"])
    assert str(raised.value) == 'Invalid field "a[0]", array type fields are not supported'
