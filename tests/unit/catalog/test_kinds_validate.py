"""What a valid entity is, and how everything that is wrong with one is said at once."""

import copy

import pytest

from catalog.kinds.formats import MORE
from catalog.kinds.model import KINDS
from catalog.kinds.validate import describe_faults, validate_envelope, validate_kind, validate_policies
from common.errors import InputError

DEFINITION_FIX = (
    " (definition must be text: put it under `definition: |`, or keep it in a file of its own and write"
    " `definition: { $text: ./file.yaml }`)"
)


def entity(kind="Component", *, version="backstage.io/v1alpha1", metadata=None, **spec):
    spec = spec or {"type": "service", "lifecycle": "production", "owner": "team-a"}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "cart", **(metadata or {})}, "spec": spec}


def fault_of(step, value):
    with pytest.raises(InputError) as caught:
        step(value)
    return str(caught.value)


SOUND = [
    entity(),
    entity(version="backstage.io/v1beta1"),
    entity("API", type="openapi", lifecycle="production", owner="team-a", definition="{}"),
    entity("Resource", type="database", owner="team-a"),
    entity("System", owner="team-a"),
    entity("Domain", owner="team-a"),
    entity("Group", type="team", children=[]),
    entity("User", memberOf=[]),
    entity("Location", targets=["./a.yaml"]),
    entity("Template", version="scaffolder.backstage.io/v1beta3", type="service", steps=[{"action": "debug:log"}]),
    entity("AiResource", type="other", lifecycle="production", owner="team-a"),
    entity("AiResource", type="skill", lifecycle="production", owner="team-a", agents=["any"]),
    entity("AiResource", type="rule", lifecycle="production", owner="team-a", category="c", rationale="r"),
    entity("AiResource", type="plugin", lifecycle="production", owner="team-a", skills=["lint"]),
    entity("AiResource", type="marketplace", lifecycle="production", owner="team-a", plugins=["tools"]),
]


@pytest.mark.parametrize("sound", SOUND, ids=lambda sound: f"{sound['kind']}-{sound['spec'].get('type')}")
def test_a_sound_entity_of_every_kind_passes(sound):
    before = copy.deepcopy(sound)

    validate_envelope(sound)
    passed = validate_policies(sound)
    validate_kind(passed)

    assert sound == before
    assert passed == {**before, "metadata": {"namespace": "default", **before["metadata"]}}
    assert describe_faults(sound) == ""


def test_every_kind_is_among_the_sound_examples():
    assert {model.kind for model in KINDS} | {"AiResource"} == {sound["kind"] for sound in SOUND}


def test_an_entity_that_names_its_namespace_is_not_copied():
    named = entity(metadata={"namespace": "shop"})

    assert validate_policies(named) is named


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ([], "<root> must be object - type: object"),
        ({}, "<root> must have required property 'apiVersion' - missingProperty: apiVersion"),
        (entity() | {"kind": ""}, "/kind must NOT have fewer than 1 characters - limit: 1"),
        (entity(metadata={"name": 5}), "/metadata/name must be string - type: string (put it in quotes: '5')"),
        (entity(metadata={"name": True}), "/metadata/name must be string - type: string (put it in quotes: 'true')"),
        (entity() | {"metadata": None}, "/metadata must be object - type: object"),
    ],
)
def test_a_broken_envelope_is_refused(broken, message):
    assert fault_of(validate_envelope, broken).startswith(message)


def test_a_newcomers_api_is_refused_with_both_faults_and_their_fixes():
    api = entity("API", type="openapi", lifecycle="production", owner="team-a", definition={"openapi": "3.0.0"})
    del api["apiVersion"]

    expected = (
        "<root> must have required property 'apiVersion' - missingProperty: apiVersion"
        " (add `apiVersion: backstage.io/v1alpha1`); also /spec/definition must be string - type: string"
    ) + DEFINITION_FIX
    assert fault_of(validate_envelope, api) == expected
    assert describe_faults(api) == expected


def test_a_placeholder_is_no_fault_before_it_is_read():
    api = entity("API", type="openapi", lifecycle="production", owner="team-a", definition={"$text": "./api.yaml"})

    assert describe_faults(api) == ""
    assert "definition must be text" in describe_faults(api | {"spec": api["spec"] | {"definition": {"$openapi": "x"}}})


def test_faults_of_later_steps_are_named_with_the_first():
    broken = entity(
        metadata={"name": "not fine", "tags": ["UPPER"]}, type="service", owner="a:/b", dependsOn=["no-kind"]
    )

    assert fault_of(validate_policies, broken) == (
        'Policy check failed for component:default/not fine; caused by Error: "metadata.name" is not valid; expected a'
        " string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total but found"
        f' "not fine". {MORE}; also "tags.0" is not valid; expected a string that is sequences of [a-z0-9+#] separated'
        f' by [-], at most 63 characters in total but found "UPPER". {MORE}; also /spec must have required property'
        " 'lifecycle' - missingProperty: lifecycle; also Entity reference \"a:/b\" was not on the form"
        ' [<kind>:][<namespace>/]<name>; also Entity reference "no-kind" had missing or empty kind'
        ' (e.g. did not start with "component:" or similar)'
    )


def test_all_faults_of_a_kinds_own_part_are_named():
    assert fault_of(validate_kind, entity(type=5, lifecycle=["x"], owner={"a": "b"})) == (
        "Processor BuiltinKindsEntityProcessor threw an error while validating the entity component:default/cart;"
        " caused by TypeError: /spec/type must be string - type: string (put it in quotes: '5');"
        " also /spec/lifecycle must be string - type: string; also /spec/owner must be string - type: string"
    )


def test_a_fault_is_named_once_though_two_steps_see_it():
    assert fault_of(validate_policies, entity() | {"spec": "text"}) == (
        "Policy check failed for component:default/cart; caused by Error: Malformed envelope, /spec must be object"
    )


def test_root_fields_that_no_author_may_set_are_refused():
    assert fault_of(validate_policies, entity() | {"status": {}}) == (
        "Policy check failed for component:default/cart; caused by Error: Unknown field status"
    )
    assert fault_of(validate_policies, entity() | {"extra": 1}) == (
        "Policy check failed for component:default/cart; caused by Error: Malformed envelope,"
        " <root> must NOT have additional properties"
    )


@pytest.mark.parametrize(
    ("kind", "version", "hint"),
    [
        ("Widget", "backstage.io/v1alpha1", ""),
        ("component", "backstage.io/v1alpha1", " (write `kind: Component`)"),
        (
            "Component",
            "custom.example.com/v1",
            " (write `apiVersion: backstage.io/v1alpha1 or `apiVersion: backstage.io/v1beta1`)",
        ),
        ("AiResource", "backstage.io/v1beta1", " (write `apiVersion: backstage.io/v1alpha1`)"),
    ],
)
def test_kinds_are_known_by_their_exact_spelling_and_version(kind, version, hint):
    assert fault_of(validate_kind, entity(kind, version=version)) == (
        f"No processor recognized the entity {kind.lower()}:default/cart as valid, possibly caused by a foreign kind"
        f" or apiVersion{hint}".replace("v1alpha1 or", "v1alpha1` or")
    )


def test_a_message_names_twenty_faults_at_most():
    message = fault_of(validate_policies, entity(metadata={"tags": ["BAD"] * 1000}))

    assert message.count("; also ") == 19


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"name": "-cart"}, "metadata.name"),
        ({"name": "a" * 64}, "metadata.name"),
        ({"name": "cart\n"}, "metadata.name"),
        ({"namespace": "Shop"}, "metadata.namespace"),
        ({"labels": {"bad label": "x"}}, "labels.bad label"),
        ({"labels": {"a/b/c": "x"}}, "labels.a/b/c"),
        ({"labels": {"tier": "not ok"}}, "labels.tier"),
        ({"annotations": {"ä": "x"}}, "annotations.ä"),
        ({"annotations": {"Example.com/key": "x"}}, "annotations.Example.com/key"),
        ({"tags": ["ok", "with space"]}, "tags.1"),
        ({"links": [{"url": "not a url"}]}, "links.0.url"),
        ({"links": [{"url": "https://"}]}, "links.0.url"),
        ({"links": [{"url": "https://a.b", "title": " "}]}, "links.0.title"),
    ],
)
def test_formats_of_names_labels_tags_and_links(metadata, field):
    assert f'Error: "{field}" is not valid; expected ' in fault_of(validate_policies, entity(metadata=metadata))


@pytest.mark.parametrize(
    "metadata",
    [
        {"name": "a.b_c-D9"},
        {"labels": {"example.com/tier": "", "a": "MiXed_1.x"}},
        {"annotations": {"a" * 63: "anything at all\n", "example.com/a.b-c_d": ""}},
        {"tags": ["c++", "c#", "a:b", "go-1"]},
        {"links": [{"url": "slack://channel?id=1"}, {"url": "mailto:a@b.c"}, {"url": "http:/x"}]},
        {"custom": {"any": ["thing"]}},
    ],
)
def test_formats_that_are_allowed(metadata):
    assert validate_policies(entity(metadata=metadata))
