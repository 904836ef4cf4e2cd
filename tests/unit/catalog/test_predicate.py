"""The two languages of filters, and the one tree they become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.queries.predicate import (
    AllOf,
    AnyOf,
    HasKey,
    HasPrefix,
    HasValue,
    Not,
    parse_filters,
    parse_predicate,
    predicate_to_json,
)
from common.errors import InputError

KIND = HasValue("kind", ("component",))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (None, None),
        ([], None),
        (["", " , "], None),
        (["kind=component"], KIND),
        (["Kind=Component"], KIND),
        ([" kind \t= component\u00a0 ,"], KIND),
        (["spec.type"], HasKey("spec.type")),
        (["spec.type="], HasValue("spec.type", ("",))),
        (["a=b=c"], HasValue("a", ("b=c",))),
        (["a=x,a=y"], HasValue("a", ("x", "y"))),
        (["a,a=y"], HasValue("a", ("y",))),
        (["a=x,A=y"], AllOf((HasValue("a", ("x",)), HasValue("a", ("y",))))),
        (["kind=component,spec.type"], AllOf((KIND, HasKey("spec.type")))),
        (["kind=component", "", "spec.type"], AnyOf((KIND, HasKey("spec.type")))),
    ],
)
def test_filter_strings(filters, expected):
    assert parse_filters(filters) == expected


def test_a_filter_without_a_key_is_refused():
    with pytest.raises(InputError) as raised:
        parse_filters(["kind=a, =x"])
    assert str(raised.value) == (
        "Invalid filter, '=x' is not a valid statement (expected a string on the form a=b or a= or a)"
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, AllOf(())),
        ({"kind": "Component"}, KIND),
        ({"Kind": "component", "spec.n": 1}, AllOf((KIND, HasValue("spec.n", ("1",))))),
        ({"a": True}, HasValue("a", ("true",))),
        ({"a": 1.0}, HasValue("a", ("1",))),
        ({"a": {"$exists": True}}, HasKey("a")),
        ({"a": {"$exists": False}}, Not(HasKey("a"))),
        ({"a": {"$in": ["X", 2, False]}}, HasValue("a", ("x", "2", "false"))),
        ({"a": {"$in": []}}, HasValue("a", ())),
        ({"a": {"$contains": "X"}}, HasValue("a", ("x",))),
        ({"a": {"$hasPrefix": "X_"}}, HasPrefix("a", "x_")),
        ({"a": {"$hasPrefix": "x", "other": None}}, HasPrefix("a", "x")),
        ({"a": {"$hasPrefix": "x", "$in": ["y"]}}, HasValue("a", ("y",))),
        ({"a": {"$exists": "no boolean", "$in": ["y"]}}, HasValue("a", ("y",))),
        ({"a": {"$contains": {"$all": 1}, "$hasPrefix": "x"}}, HasPrefix("a", "x")),
        ({"$all": []}, AllOf(())),
        ({"$any": []}, AnyOf(())),
        ({"$not": {"kind": "Component"}}, Not(KIND)),
        ({"$any": [{"kind": "component"}, {"$all": [{"a": "b"}]}]}, AnyOf((KIND, AllOf((HasValue("a", ("b",)),))))),
        ({"relations": {"$contains": {"type": "ownedBy"}}}, HasKey("relations.ownedby")),
        (
            {"RELATIONS": {"$contains": {"Type": "ownedBy", "targetRef": "Group:default/A"}}},
            HasValue("relations.ownedby", ("group:default/a",)),
        ),
        (
            {"relations": {"$contains": {"type": "x", "targetRef": {"$in": ["A", "b"]}}}},
            HasValue("relations.x", ("a", "b")),
        ),
        ({"relations": {"$contains": "x"}}, HasValue("relations", ("x",))),
    ],
)
def test_json_predicates(query, expected):
    assert parse_predicate(query) == expected


ALTERNATIVES = (
    '; Expected never, received {t} at "kind", or Expected string, received object,'
    " or Expected number, received object, or Expected boolean, received object,"
    " or Required at \"$all\"; Unrecognized key(s) in object: 'kind',"
    " or Required at \"$any\"; Unrecognized key(s) in object: 'kind',"
    " or Required at \"$not\"; Unrecognized key(s) in object: 'kind'"
)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            {"kind": {"$nope": 1}},
            "Invalid query: Validation error:"
            ' Expected string, received object at "kind", or Expected number, received object at "kind",'
            ' or Expected boolean, received object at "kind", or Required at "kind.$exists",'
            ' or Required at "kind.$in", or Required at "kind.$contains", or Required at "kind.$hasPrefix",'
            ' or Invalid at "kind"' + ALTERNATIVES.format(t="object"),
        ),
        (
            {"$any": [], "kind": "x"},
            "Invalid query: Validation error: Unrecognized key(s) in object: 'kind'",
        ),
        (
            {"$not": 1},
            "Invalid filter predicate: top-level primitive values are not supported."
            ' Wrap the value in a field expression, e.g. { "kind": 1 }',
        ),
        ({"a": {"$contains": {"b": 1}}}, 'Object form of $contains is not supported for field "a"'),
        (
            {"relations": {"$contains": {"targetRef": "x"}}},
            'The $contains operator for "relations" requires a "type" string property',
        ),
        (
            {"relations": {"$contains": {"type": 1}}},
            'The $contains operator for "relations" requires a "type" string property',
        ),
        (
            {"relations": {"$contains": {"type": "x", "TYPE": "y"}}},
            'Duplicate key "TYPE" in $contains for "relations"',
        ),
        (
            {"relations": {"$contains": {"type": "x", "other": "y"}}},
            'Unsupported key "other" in $contains for "relations". Only "type" and "targetRef" are supported',
        ),
        (
            {"relations": {"$contains": {"type": "x", "targetRef": {"$in": []}}}},
            'Empty "$in" array for $contains on "relations" is not allowed',
        ),
        (
            {"relations": {"$contains": {"type": "x", "targetRef": {"$exists": True}}}},
            'Unsupported value in $contains for "relations": expected a string or { "$in": [strings] },'
            ' but got {"$exists":true}',
        ),
    ],
)
def test_refused_predicates_say_why(query, message):
    with pytest.raises(InputError) as raised:
        parse_predicate(query)
    assert str(raised.value) == message


def test_a_complaint_names_the_place_in_the_body():
    with pytest.raises(InputError) as raised:
        parse_predicate({"$all": [{"kind": None}]}, complaint="Malformed: ", path=("query",))
    assert 'Expected string, received null at "query.$all[0].kind"' in str(raised.value)
    assert str(raised.value).startswith("Malformed: Validation error: ")


@pytest.mark.parametrize("query", [None, [], [{}], {"a": None}, {"a": ["x"]}, {"$x": 1}, {"a\nb": 1}, {"$all": {}}])
def test_other_shapes_are_refused(query):
    with pytest.raises(InputError, match=r"^Invalid query: Validation error: "):
        parse_predicate(query)


KEYS = st.sampled_from(["kind", "spec.type", ""])
VALUES = st.sampled_from(["component", "", "x y"])
PREDICATES = st.recursive(
    st.one_of(
        st.builds(HasKey, KEYS),
        st.builds(HasPrefix, KEYS, VALUES),
        st.builds(HasValue, KEYS, st.lists(VALUES, max_size=3).map(tuple)),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=10,
)


@given(PREDICATES)
def test_a_tree_survives_being_written_as_json(predicate):
    assert parse_predicate(predicate_to_json(predicate)) == predicate
