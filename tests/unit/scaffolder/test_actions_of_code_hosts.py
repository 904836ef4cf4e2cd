"""
The actions of GitLab, Gitea, Bitbucket Cloud and Azure DevOps take and give what the reference's do.

``actions_of_code_hosts.json`` holds the reference's schemas (its modules of release 1.55), without descriptions.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from scaffolder.actions import azure, bitbucket, gitea, gitlab

ACTIONS = {action.id: action for group in (azure, bitbucket, gitea, gitlab) for action in group.ACTIONS}
EXPECTED = json.loads((Path(__file__).parent / "actions_of_code_hosts.json").read_text())
DIALECT = "http://json-schema.org/draft-07/schema#"


def without_descriptions(schema: Any) -> Any:
    if isinstance(schema, list):
        return [without_descriptions(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: without_descriptions(item) for name, item in value.items()}
        elif key not in ("description", "$schema"):
            kept[key] = without_descriptions(value)
    return kept


def test_the_same_actions_are_there():
    assert sorted(ACTIONS) == sorted(EXPECTED)


@pytest.mark.parametrize("action_id", EXPECTED)
def test_it_takes_what_the_reference_takes(action_id):
    assert without_descriptions(dict(ACTIONS[action_id].input)) == EXPECTED[action_id]["input"]


@pytest.mark.parametrize("action_id", EXPECTED)
def test_it_gives_what_the_reference_gives(action_id):
    assert without_descriptions(dict(ACTIONS[action_id].output)) == EXPECTED[action_id]["output"]


@pytest.mark.parametrize("action_id", EXPECTED)
def test_it_runs_dry_where_the_reference_does(action_id):
    assert ACTIONS[action_id].supports_dry_run == EXPECTED[action_id]["supportsDryRun"]


@pytest.mark.parametrize("action_id", EXPECTED)
def test_its_schemas_are_valid_and_name_their_dialect(action_id):
    action = ACTIONS[action_id]
    for schema in filter(None, (action.input, action.output)):
        jsonschema.Draft7Validator.check_schema(dict(schema))
        assert schema["$schema"] == DIALECT


@pytest.mark.parametrize("action_id", EXPECTED)
def test_its_examples_are_steps_that_it_takes(action_id):
    action = ACTIONS[action_id]
    assert action.description
    assert action.examples
    for example in action.examples:
        (step,) = yaml.safe_load(example.example)["steps"]
        assert step["action"] == action_id
        # A template gives what it names at run time: a number, for the examples here.
        given = {
            name: 1 if name == "projectId" and "${{" in str(value) else value for name, value in step["input"].items()
        }
        jsonschema.validate(given, dict(action.input))
