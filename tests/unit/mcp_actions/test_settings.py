"""What app-config says about tools for agents."""

import pytest

from common.app_config import AppConfig, ConfigError
from mcp_actions.settings import McpSettings
from mcp_actions.tools.registry import TOOLS


def read(**config):
    return McpSettings.from_app_config(AppConfig.from_dict(config))


def offered(settings, server=None):
    server = server or settings.server
    return [settings.name_of(tool) for tool in TOOLS if settings.has(tool) and server.filter.lets_through(tool)]


def filtered(**rules):
    return read(backend={"actions": {"filter": rules}})


def test_without_configuration_there_is_one_server_with_every_tool():
    settings = read()

    assert (settings.server.name, settings.server.description, settings.server.instructions) == (
        "backstage",
        None,
        None,
    )
    assert settings.servers == {}
    assert offered(settings) == [
        "auth.who-am-i",
        "catalog.get-catalog-model-description",
        "catalog.get-catalog-entity",
        "catalog.validate-entity",
        "catalog.register-entity",
        "catalog.unregister-entity",
        "catalog.query-catalog-entities",
        "catalog.refresh-catalog-entity",
        "scaffolder.list-scaffolder-tasks",
        "scaffolder.dry-run-template",
        "scaffolder.list-scaffolder-actions",
        "scaffolder.execute-template",
        "scaffolder.get-scaffolder-task-logs",
    ]


def test_names_may_go_without_the_plugin():
    assert "execute-template" in offered(read(mcpActions={"namespacedToolNames": False}))


def test_only_tools_of_the_plugins_that_are_named():
    stock = read(backend={"actions": {"pluginSources": ["auth", "catalog"]}})

    assert {name.partition(".")[0] for name in offered(stock)} == {"auth", "catalog"}
    assert offered(read(backend={"actions": {"pluginSources": []}})) == []


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ({"include": [{"id": "catalog:*"}], "exclude": [{"attributes": {"readOnly": True}}]}, 3),
        ({"include": [{"id": "catalog:get-*"}, {"id": "scaffolder:execute-template"}]}, 3),
        ({"exclude": [{"attributes": {"destructive": True}}]}, 11),
        ({"include": [{"id": "catalog:*", "attributes": {"readOnly": False, "idempotent": True}}]}, 2),
        ({"include": [{"id": "nope"}]}, 0),
        ({"include": [{}]}, 13),
        ({"exclude": [{}]}, 0),
    ],
)
def test_rules_pick_tools(rules, left):
    assert len(offered(filtered(**rules))) == left


def test_each_further_server_has_its_own_words_and_tools():
    reader = {"name": "Reader", "instructions": "Read!", "filter": {"include": [{"attributes": {"readOnly": True}}]}}
    settings = read(mcpActions={"name": "Ours", "servers": {"reader": reader}})

    server = settings.servers["reader"]
    assert (server.name, server.instructions) == ("Reader", "Read!")
    assert len(offered(settings, server)) == 9
    assert (settings.server.name, len(offered(settings))) == ("Ours", 13)


@pytest.mark.parametrize(
    ("mcp", "message"),
    [
        ({"servers": {"A b": {"name": "x"}}}, "expected a key of lower-case letters, digits and hyphens"),
        ({"servers": {"a": {}}}, "expected the name of the server"),
        ({"namespacedToolNames": "perhaps"}, "mcpActions.namespacedToolNames: got 'perhaps'"),
    ],
)
def test_what_cannot_be_used_stops_the_start(mcp, message):
    with pytest.raises(ConfigError, match=message):
        read(mcpActions=mcp)
