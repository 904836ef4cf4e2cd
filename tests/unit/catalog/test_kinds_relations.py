"""Which relations an entity states."""

import pytest

from catalog.kinds.model import AI_RESOURCE, AI_TYPES, KINDS
from catalog.kinds.relations import build_relations, sort_relation_fields
from common.errors import InputError


def entity(kind, *, namespace="default", version="backstage.io/v1alpha1", name="Cart", **spec):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def relations(stated):
    return [tuple(pair)[1:] for pair in build_relations(stated)]


def test_a_component_states_all_of_its_relations_in_both_directions():
    stated = entity(
        "Component",
        owner="Team-A",
        subcomponentOf="shop",
        providesApis=["orders"],
        consumesApis=["other/stock"],
        dependsOn=["Resource:db", "component:ledger"],
        dependencyOf=["component:web"],
        system="checkout",
    )

    assert {pair.source_ref for pair in build_relations(stated)} == {"component:default/cart"}
    assert relations(stated) == [
        ("ownedBy", "group:default/team-a", "ownerOf"),
        ("partOf", "component:default/shop", "hasPart"),
        ("providesApi", "api:default/orders", "apiProvidedBy"),
        ("consumesApi", "api:other/stock", "apiConsumedBy"),
        ("dependsOn", "resource:default/db", "dependencyOf"),
        ("dependsOn", "component:default/ledger", "dependencyOf"),
        ("dependencyOf", "component:default/web", "dependsOn"),
        ("partOf", "system:default/checkout", "hasPart"),
    ]


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("API", {"owner": "user:ann", "system": "s"}, [("ownedBy", "user:default/ann", "ownerOf"), ("partOf", "system:default/s", "hasPart")]),
        ("Resource", {"owner": "a", "dependencyOf": "component:b"}, [("ownedBy", "group:default/a", "ownerOf"), ("dependencyOf", "component:default/b", "dependsOn")]),
        ("System", {"owner": "a", "domain": "d"}, [("ownedBy", "group:default/a", "ownerOf"), ("partOf", "domain:default/d", "hasPart")]),
        ("Domain", {"owner": "a", "subdomainOf": "d"}, [("ownedBy", "group:default/a", "ownerOf"), ("partOf", "domain:default/d", "hasPart")]),
        ("Group", {"parent": "p", "children": ["c"], "members": ["m"]}, [("childOf", "group:default/p", "parentOf"), ("parentOf", "group:default/c", "childOf"), ("hasMember", "user:default/m", "memberOf")]),
        ("User", {"memberOf": ["g"]}, [("memberOf", "group:default/g", "hasMember")]),
        ("Location", {"targets": ["x"], "owner": "a"}, []),
        ("AiResource", {"type": "other", "owner": "a", "skills": ["s"]}, [("ownedBy", "group:default/a", "ownerOf")]),
        ("AiResource", {"type": "plugin", "owner": "a", "skills": ["s"]}, [("ownedBy", "group:default/a", "ownerOf"), ("hasPart", "airesource:default/s", "partOf")]),
        ("AiResource", {"type": "marketplace", "plugins": ["p"]}, [("hasPart", "airesource:default/p", "partOf")]),
        ("AiResource", {"type": "skill", "system": "s", "dependsOn": ["x"]}, [("partOf", "system:default/s", "hasPart"), ("dependsOn", "airesource:default/x", "dependencyOf")]),
    ],
)  # fmt: skip
def test_relations_of_each_kind(kind, spec, expected):
    assert relations(entity(kind, **spec)) == expected


def test_a_template_is_owned():
    assert relations(entity("Template", version="scaffolder.backstage.io/v1beta3", owner="a")) == [
        ("ownedBy", "group:default/a", "ownerOf")
    ]


def test_every_relation_has_a_name_in_both_directions():
    fields = [field for model in (*KINDS, AI_RESOURCE, *AI_TYPES.values()) for field in model.relation_fields]

    assert all(field.relation_type and field.reverse_type for field in fields)


def test_refs_without_a_namespace_are_in_the_namespace_of_the_entity():
    stated = entity("Component", namespace="Shop", owner="a", system="default/s", dependsOn=["component:other/b"])

    assert [tuple(pair) for pair in build_relations(stated)] == [
        ("component:shop/cart", "ownedBy", "group:shop/a", "ownerOf"),
        ("component:shop/cart", "dependsOn", "component:other/b", "dependencyOf"),
        ("component:shop/cart", "partOf", "system:default/s", "hasPart"),
    ]


def test_a_relation_that_is_stated_twice_counts_once():
    assert relations(entity("User", memberOf=["g", "Group:default/G"])) == [
        ("memberOf", "group:default/g", "hasMember")
    ]


def test_kinds_that_a_relation_does_not_allow_state_nothing():
    assert relations(entity("AiResource", type="rule", owner="component:x", system="domain:y")) == []


def test_fields_without_a_schema_may_hold_compound_refs():
    assert relations(entity("Resource", dependencyOf=[{"kind": "Component", "name": "Web"}])) == [
        ("dependencyOf", "component:default/web", "dependsOn")
    ]


def test_all_values_that_are_no_refs_are_named():
    with pytest.raises(InputError) as caught:
        build_relations(entity("Component", owner="a:/b", dependsOn=["ok:x", "no-kind-here", "no-kind-here", ""]))

    assert str(caught.value) == (
        "Processor BuiltinKindsEntityProcessor threw an error while postprocessing; caused by TypeError: Entity"
        ' reference "a:/b" was not on the form [<kind>:][<namespace>/]<name>; also Entity reference "no-kind-here" had'
        ' missing or empty kind (e.g. did not start with "component:" or similar); also Entity reference must not be'
        " empty"
    )


@pytest.mark.parametrize(
    ("value", "shown"), [(True, "true"), (5, "5"), ({}, "{}"), ([["x"]], '["x"]'), ([{"name": "x"}], '{"name":"x"}')]
)
def test_values_of_other_types_are_no_refs(value, shown):
    with pytest.raises(InputError) as caught:
        build_relations(entity("Resource", dependencyOf=value))

    assert f"caused by Error: Entity reference {shown} had missing or empty kind" in str(caught.value)


def test_lists_that_become_relations_are_sorted_as_javascript_sorts():
    stated = entity(
        "Component", dependsOn=["b", "B", "a"], consumesApis=["\U0001f600", "\uff00", "é", "z"], tags=["b", "a"]
    )

    sort_relation_fields(stated)

    assert stated["spec"] == {
        "dependsOn": ["B", "a", "b"],
        "consumesApis": ["z", "é", "\U0001f600", "\uff00"],
        "tags": ["b", "a"],
    }


@pytest.mark.parametrize("spec", [None, "text", {"dependsOn": "b"}, {"dependsOn": ["b", 5]}, {"dependsOn": None}])
def test_what_cannot_be_sorted_stays_as_it_is(spec):
    stated = {"spec": spec}

    sort_relation_fields(stated)

    assert stated == {"spec": spec}
