"""From a template to a task's specification."""

import pytest

from catalog.entity_ref import EntityRef
from common.errors import InputError
from scaffolder.templates.base_url import entity_base_url
from scaffolder.templates.find import parse_template_ref
from scaffolder.templates.given import check_given_template
from scaffolder.templates.task_spec import (
    TaskUser,
    build_dry_run_info,
    build_task_spec,
    build_template_info,
    check_actions,
)

LOCATION = "backstage.io/managed-by-location"
SOURCE = "backstage.io/source-location"
URL = "https://github.com/acme/templates/blob/main/template.yaml"


def template(steps=(), annotations=None, **spec):
    metadata = {"name": "hello", "namespace": "default"} | ({"annotations": annotations} if annotations else {})
    return {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": metadata,
        "spec": {"type": "service", "steps": list(steps), **spec},
    }


def spec_of(given, user=TaskUser(), **values):  # noqa: B008 - immutable
    return build_task_spec(given, values=values, user=user, template_info={"entityRef": "template:default/hello"})


def test_steps_get_ids_and_names_and_keep_the_rest():
    steps = [
        {"action": "debug:log", "input": {"message": "x"}},
        {"id": "two", "name": "Two", "action": "debug:log", "if": "${{ true }}"},
        {"id": None, "name": None, "action": "fs:delete"},
    ]

    assert spec_of(template(steps))["steps"] == [
        {"action": "debug:log", "input": {"message": "x"}, "id": "step-1", "name": "debug:log"},
        {"id": "two", "name": "Two", "action": "debug:log", "if": "${{ true }}"},
        {"id": "step-3", "name": "fs:delete", "action": "fs:delete"},
    ]


def test_a_specification_holds_what_backstage_writes_and_nothing_else():
    assert spec_of(template(), name="World") == {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "steps": [],
        "output": {},
        "parameters": {"name": "World"},
        "user": {},
        "templateInfo": {"entityRef": "template:default/hello"},
    }


def test_a_specification_keeps_outputs_and_the_wish_to_be_recovered():
    recovery = {"EXPERIMENTAL_strategy": "startOver"}
    spec = spec_of(template(output={"text": []}, EXPERIMENTAL_recovery=recovery))

    assert (spec["output"], spec["EXPERIMENTAL_recovery"]) == ({"text": []}, recovery)


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        (TaskUser(), {}),
        (TaskUser("user:default/alice"), {"ref": "user:default/alice"}),
        (TaskUser("user:default/alice", {"kind": "User"}), {"ref": "user:default/alice", "entity": {"kind": "User"}}),
    ],
)
def test_says_who_the_user_is_as_far_as_it_is_known(user, shown):
    assert spec_of(template(), user)["user"] == shown


@pytest.mark.parametrize(
    ("annotations", "base_url"),
    [
        ({}, None),
        ({LOCATION: f"url:{URL}"}, URL),
        ({LOCATION: f"url:{URL}", SOURCE: "url:https://github.com/acme/other/"}, "https://github.com/acme/other/"),
        ({LOCATION: "file:/srv/templates/template.yaml"}, "file:///srv/templates/template.yaml"),
        ({LOCATION: "bootstrap:bootstrap"}, None),
        # Only what the catalog itself has read from this machine may name a place on it.
        ({LOCATION: f"url:{URL}", SOURCE: "file:/etc/"}, URL),
        ({SOURCE: "file:/etc/"}, None),
        ({LOCATION: "file:/srv/templates/template.yaml", SOURCE: "file:/etc/"}, "file:///srv/templates/template.yaml"),
    ],
)
def test_knows_where_relative_urls_start(annotations, base_url):
    assert entity_base_url(template(annotations=annotations)) == base_url


def test_a_malformed_location_is_an_error_with_a_message():
    with pytest.raises(InputError, match="Unable to parse location ref 'nonsense'"):
        entity_base_url(template(annotations={LOCATION: "nonsense"}))


def test_the_info_of_a_template_is_its_ref_its_place_and_its_metadata():
    given = template(annotations={LOCATION: f"url:{URL}"})
    ref = EntityRef("Template", "default", "Hello")

    assert build_template_info(ref, given) == {
        "entityRef": "template:default/hello",
        "baseUrl": URL,
        "entity": {"metadata": given["metadata"]},
    }
    assert "baseUrl" not in build_template_info(ref, template())
    assert build_dry_run_info(given) == {
        "entityRef": "template:default/dry-run",
        "entity": {"metadata": given["metadata"]},
    }


def test_finds_actions_that_nobody_knows_each_once():
    steps = [{"action": action} for action in ("debug:log", "nope:nope", "Debug:Log", "nope:nope")]

    assert check_actions(spec_of(template(steps)), {"debug:log"}) == ["nope:nope", "Debug:Log"]


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("hello", "template:default/hello"),
        ("acme/Hello", "template:acme/hello"),
        ("Template:acme/hello", "template:acme/hello"),
        ("component:hello", "component:default/hello"),
    ],
)
def test_reads_refs_to_templates(text, ref):
    assert str(parse_template_ref(text)) == ref


@pytest.mark.parametrize("text", ["", ":", "a:", "/x", "a/"])
def test_refuses_what_is_no_ref(text):
    with pytest.raises(InputError, match="Entity reference"):
        parse_template_ref(text)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({**template(), "kind": "Component"}, "Input template is not a template"),
        ({**template(), "apiVersion": "backstage.io/v1alpha1"}, "Input template is not a template"),
        ({**template(), "kind": "template"}, "Input template is not a template"),
        ({**template(), "spec": {}}, "/spec must have required property 'type' - missingProperty: type"),
        ({**template(), "spec": None}, "/spec must be object"),
        (template(steps=[{"id": "x"}]), "/spec/steps/0 must have required property 'action'"),
        (
            {**template(), "spec": {"type": "x", "steps": {"$yaml": "./x"}}},
            "/spec/steps must be array - type: array (placeholders such as",
        ),
        ({}, "<root> must have required property 'apiVersion' - missingProperty: apiVersion"),
        ([], "<root> must be object"),
    ],
)
def test_says_why_something_is_no_template(given, message):
    with pytest.raises(InputError) as caught:
        check_given_template(given)

    assert str(caught.value).startswith(message)


def test_a_template_being_written_may_have_any_name():
    given = {**template(), "metadata": {"name": "My Draft!"}}

    assert check_given_template(given) is given
