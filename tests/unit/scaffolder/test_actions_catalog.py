"""Descriptors as ``catalog:write`` writes them. What asks the catalog is tested on a database."""

import json
from pathlib import Path

import pytest

from common.errors import InputError, NotAllowedError
from scaffolder.actions.action import TemplateInfo
from scaffolder.actions.catalog import ACTIONS
from tests.unit.scaffolder.action_world import run_action

RECORDED = json.loads((Path(__file__).parents[2] / "conformance/golden/scaffolder.json").read_text())
BY_ID = {action.id: action for action in ACTIONS}
DRY_RUN = TemplateInfo("template:default/dry-run", None, {})
SERVICE = {
    "apiVersion": "v1",
    "kind": "Component",
    "metadata": {"name": "demo", "annotations": {"example.com/a": "b"}},
    "spec": {"type": "service", "list": [1, 2]},
}


def write(entity, *, template=DRY_RUN, **given):
    return run_action(BY_ID["catalog:write"], {"entity": entity, **given}, template=template)


def written(entity, **options):
    return write(entity, **options).files["catalog-info.yaml"].decode()


@pytest.mark.parametrize(
    ("flow", "entity", "path"),
    [
        ("order-and-outputs", SERVICE, "catalog-info.yaml"),
        (
            "order-and-outputs",
            {"kind": "X", "metadata": {"name": 'it\'s: "quoted"'}, "multi": "a\nb\n"},
            "sub/info.yaml",
        ),
        ("each-list", {"kind": "X", "metadata": {"name": "n2"}, "n": 2}, "2.yaml"),
    ],
)
def test_descriptors_are_written_as_recorded(flow, entity, path):
    ran = write(entity, filePath=path)

    assert ran.files[path].decode() == RECORDED[f"flow {flow}"]["files"][path]
    assert ran.log.lines == [("info", f"Writing {path}")]


def test_the_source_template_replaces_an_older_one_where_it_stands():
    annotations = {"backstage.io/source-template": "template:default/old", "z": "1"}

    text = written({"metadata": {"annotations": annotations, "name": "x"}})

    assert text == (
        'metadata:\n  annotations:\n    backstage.io/source-template: template:default/dry-run\n    z: "1"\n  name: x\n'
    )


def test_without_a_template_nothing_is_added():
    assert written({"kind": "X"}, template=TemplateInfo("", None, {})) == "kind: X\nmetadata: {}\n"


# As the npm package yaml 2.9 writes them.
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("yes", "yes"),
        ("true", '"true"'),
        ("1", '"1"'),
        ("0x1f", '"0x1f"'),
        ("null", '"null"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("- a", '"- a"'),
        ('say "x"', 'say "x"'),
        ("'x'", "\"'x'\""),
        ('"x"', "'\"x\"'"),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n\n", "|+\n  a\n\n"),
        ("\ttab", '"\\ttab"'),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        (1e21, "1e+21"),
        ([], "[]"),
        ({}, "{}"),
        ([{"a": 1, "b": [2]}], "\n  - a: 1\n    b:\n      - 2"),
        (
            "word " * 20 + "end",
            "word word word word word word word word word word word word word word word\n  word word word word word end",
        ),
    ],
)
def test_values_are_written_as_in_the_reference(value, expected):
    separator = "" if expected.startswith("\n") else " "
    ending = "" if expected.endswith("\n") else "\n"
    text = written({"metadata": {}, "k": value}, template=TemplateInfo("", None, {}))
    assert text == f"metadata: {{}}\nk:{separator}{expected}{ending}"


def test_a_path_outside_is_refused():
    with pytest.raises(NotAllowedError, match="outside its parent"):
        write(SERVICE, filePath="../catalog-info.yaml")


def test_a_descriptor_in_a_repository_needs_an_integration_for_it():
    with pytest.raises(InputError, match=r"No integration found for host https://code\.example\.com/team/shop"):
        run_action(BY_ID["catalog:register"], {"repoContentsUrl": "https://code.example.com/team/shop"})


def test_no_refs_at_all():
    with pytest.raises(InputError, match="Missing entity reference or references"):
        run_action(BY_ID["catalog:fetch"], {})
    assert run_action(BY_ID["catalog:fetch"], {"optional": True}).outputs == {}
