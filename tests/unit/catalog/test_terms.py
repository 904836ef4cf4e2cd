"""What a client may filter an entity by."""

import pytest

from catalog.index.terms import build_terms, decode_terms, encode_terms
from common.errors import InputError


def entity(metadata=None, **rest):
    return {
        "kind": "Component",
        "metadata": {"name": "cart", "namespace": "default", "uid": "u1", **(metadata or {})},
        **rest,
    }


ENVELOPE = [("metadata.name", "cart"), ("metadata.namespace", "default"), ("metadata.uid", "u1")]


def terms_of(**spec):
    found = build_terms(entity(spec=spec))
    assert found[0] == ("kind", "Component")
    assert found[-3:] == ENVELOPE
    return found[1:-3]


def test_keys_are_lower_cased_paths_and_values_keep_their_spelling():
    assert terms_of(Type="Service", deep={"Er": {"est": "X"}}) == [("spec.type", "Service"), ("spec.deep.er.est", "X")]


def test_a_list_gives_each_item_and_a_key_for_each_text():
    assert terms_of(list=["A", "b", 3]) == [
        ("spec.list", "A"),
        ("spec.list.a", "true"),
        ("spec.list", "b"),
        ("spec.list.b", "true"),
        ("spec.list", "3"),
    ]


def test_objects_in_a_list_share_their_keys():
    assert terms_of(list=[{"x": "1"}, {"x": "2"}, ["3"]]) == [
        ("spec.list.x", "1"),
        ("spec.list.x", "2"),
        ("spec.list", "3"),
        ("spec.list.3", "true"),
    ]


def test_a_value_that_comes_twice_keeps_its_first_spelling():
    assert terms_of(list=["Java", "java", "JAVA"]) == [("spec.list", "Java"), ("spec.list.java", "true")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-12, "-12"),
        (1.5, "1.5"),
        (100.0, "100"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (123456789012345680000.0, "123456789012345680000"),
        (1.5e-7, "1.5e-7"),
        (0.000001, "0.000001"),
        (12345678901234567890, "12345678901234567000"),
        (float("inf"), "Infinity"),
        (10**400, "Infinity"),
        (None, None),
        ("", ""),
    ],
)
def test_scalars_read_as_javascript_writes_them(value, text):
    assert terms_of(x=value) == [("spec.x", text)]


def test_empty_objects_and_lists_give_nothing():
    assert terms_of(a={}, b=[]) == []


def test_long_values_count_as_null_and_long_keys_not_at_all():
    assert terms_of(x="v" * 200, y="v" * 201) == [("spec.x", "v" * 200), ("spec.y", None)]
    assert terms_of(**{"k" * 195: "v", "l" * 196: "v"}) == [("spec." + "k" * 195, "v")]


def test_length_counts_utf16_units_of_the_lower_cased_text():
    assert terms_of(x="😀" * 100, y="😀" * 101, z="İ" * 101) == [
        ("spec.x", "😀" * 100),
        ("spec.y", None),
        ("spec.z", None),
    ]


def test_what_changes_by_itself_is_left_out():
    found = build_terms(
        entity(
            {"etag": "e"},
            status={"items": [{"level": "error"}]},
            attachments={"x": "y"},
            relations=[],
            spec={"status": "s"},
        )
    )
    assert found == [("kind", "Component"), ("spec.status", "s"), *ENVELOPE]


def test_relations_are_keys_of_their_type():
    found = build_terms(
        entity(
            relations=[
                {"type": "ownedBy", "targetRef": "group:default/a"},
                {"type": "ownedBy", "targetRef": "group:default/b"},
            ]
        )
    )
    assert found[-2:] == [("relations.ownedby", "group:default/a"), ("relations.ownedby", "group:default/b")]


def test_a_missing_namespace_is_the_default_one():
    assert build_terms({"kind": "API", "metadata": {"name": "x", "uid": "u"}}) == [
        ("kind", "API"),
        ("metadata.name", "x"),
        ("metadata.namespace", "default"),
        ("metadata.uid", "u"),
    ]


def test_keys_that_differ_only_in_case_are_refused():
    with pytest.raises(InputError) as raised:
        terms_of(Foo=1, foo=2, FOO=3, bar={"B": 1, "b": 2})
    assert str(raised.value) == (
        "Entity has duplicate keys that vary only in casing, 'spec.foo', 'spec.foo', 'spec.bar.b'"
    )


def test_terms_survive_being_stored():
    terms = terms_of(a="x", list=["A", None, 3], n=None)
    assert decode_terms(encode_terms(terms)) == [
        ("spec.a", "x"),
        ("spec.list", "A"),
        ("spec.list", None),
        ("spec.list", "3"),
        ("spec.list.a", "true"),
        ("spec.n", None),
    ]
