"""What the API says of actions and of expressions."""

import yaml

from scaffolder.actions.action import Action, Example
from scaffolder.api.actions import action_json, place_in_list
from scaffolder.api.extensions import EXTENSIONS
from scaffolder.templates.json_schema import schema_errors
from scaffolder.templating.backstage_filters import default_filters
from scaffolder.templating.context import Context
from scaffolder.templating.render import RenderOptions, render_value


def action(action_id, **rest):
    return Action(id=action_id, description="Does it", run=lambda context: None, **rest)


def test_an_action_shows_what_it_takes_and_gives_and_how_it_is_used():
    shown = action_json(
        action(
            "debug:log",
            input={"type": "object"},
            output={"type": "object", "properties": {}},
            examples=(Example("One line", "steps: []"),),
            supports_dry_run=True,
        )
    )

    assert shown == {
        "id": "debug:log",
        "description": "Does it",
        "examples": [{"description": "One line", "example": "steps: []"}],
        "schema": {"input": {"type": "object"}, "output": {"type": "object", "properties": {}}},
    }


def test_an_action_shows_nothing_that_it_does_not_have():
    assert action_json(action("own:thing")) == {"id": "own:thing", "description": "Does it", "schema": {}}


def test_actions_stand_where_a_person_would_look_for_them():
    ids = ["fetch:plain", "fetch:Plain", "fetch:plain:file", "fetch-x", "fetch_x", "fetch:plainer", "Debug:log", "e:1"]

    assert [found.id for found in sorted(map(action, ids), key=place_in_list)] == [
        "Debug:log",
        "e:1",
        "fetch_x",
        "fetch-x",
        "fetch:plain",
        "fetch:Plain",
        "fetch:plain:file",
        "fetch:plainer",
    ]


def test_describes_every_filter_that_templates_have():
    assert set(EXTENSIONS["filters"]) == set(default_filters(lambda host: None))
    assert EXTENSIONS["globals"] == {"functions": {}, "values": {}}
    for described in EXTENSIONS["filters"].values():
        assert set(described) == {"description", "examples", "schema"}
        assert "input" in described["schema"]


def test_the_examples_of_filters_give_what_they_say():
    context = Context.prepare({"parameters": {"repoUrl": "github.com?repo=shop&owner=acme", "owner": "group:builders"}})
    options = RenderOptions(filters=default_filters(lambda host: "github"))
    for described in EXTENSIONS["filters"].values():
        example = described["examples"][0]
        [step] = yaml.safe_load(example["example"])
        rendered = render_value(step["input"]["message"], context, options=options)
        expected = yaml.safe_load(example["notes"].rpartition("**Output**: `")[2].rstrip("`\n"))
        assert rendered == expected


def test_the_schemas_of_filters_are_schemas():
    schema = EXTENSIONS["filters"]["parseEntityRef"]["schema"]

    assert schema_errors("group:builders", schema["input"]) == []
    assert schema_errors({"name": "builders"}, schema["input"]) == []
    assert len(schema_errors({"nope": 1}, schema["input"])) == 1
