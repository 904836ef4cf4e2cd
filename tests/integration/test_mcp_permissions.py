"""Tools and the REST API agree on what somebody may see, whatever the policy."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.permissions import AllowAll, Every, Rule, Some, Unless, set_policy
from tests.integration.api_world import component, group, names_of
from tests.integration.mcp_world import McpWorld
from tests.integration.policy_world import ALICE, BOB, bearer, deny, ruled_by
from tests.integration.scaffolder_world import template

pytestmark = pytest.mark.django_db

ENTITIES = [
    component("cart", owner="team-a"),
    component("checkout", owner="team-b", type="website"),
    component("search", owner="team-b", tags=["java"]),
    group("team-a"),
    group("team-b"),
    template("hello", owner="team-a"),
    template("goodbye", owner="team-b"),
]
NAMES = [entity["metadata"]["name"] for entity in ENTITIES]

rules = st.one_of(
    st.builds(
        lambda kinds: Rule("IS_ENTITY_KIND", (("kinds", tuple(kinds)),)),
        st.lists(st.sampled_from(["Component", "group", "Template"]), max_size=2),
    ),
    st.builds(
        lambda team: Rule("IS_ENTITY_OWNER", (("claims", (f"group:default/{team}",)),)),
        st.sampled_from(["team-a", "team-b", "nobody"]),
    ),
    st.builds(
        lambda value: Rule("HAS_SPEC", (("key", "type"), ("value", value))),
        st.sampled_from([None, "service", "website"]),
    ),
)
criteria = st.recursive(
    rules,
    lambda parts: st.one_of(
        st.builds(lambda found: Every(tuple(found)), st.lists(parts, min_size=1, max_size=3)),
        st.builds(lambda found: Some(tuple(found)), st.lists(parts, min_size=1, max_size=3)),
        st.builds(Unless, parts),
    ),
    max_leaves=5,
)


class Shows(AllowAll):
    """A policy that shows the entities of which the criteria are true, and allows everything else."""

    def __init__(self, shown):
        self.shown = shown

    def decide(self, identity, permission):
        return self.shown if permission.name == "catalog.entity.read" else super().decide(identity, permission)


class OwnTasks(AllowAll):
    """A policy that shows everybody his own tasks."""

    def decide(self, identity, permission):
        own = Rule("IS_TASK_OWNER", (("createdBy", (identity.subject,)),))
        return own if permission.name == "scaffolder.task.read" else super().decide(identity, permission)


@pytest.fixture
def world(settings, client):
    world = McpWorld(settings, client)
    world.add(*ENTITIES)
    return world


@pytest.fixture(autouse=True)
def _no_policy_stays():
    yield
    set_policy(AllowAll())


def names_by_tools(world):
    page = world.call("catalog.query-catalog-entities", {"query": {"$not": {"kind": "Location"}}})
    return {item["metadata"]["name"] for item in page["items"]}, page["totalItems"]


def is_found(world, name):
    return not isinstance(world.call("catalog.get-catalog-entity", {"name": name}), str)


def is_run(world, name):
    started = world.call("scaffolder.execute-template", {"templateRef": name, "values": {}})
    return not isinstance(started, str)


@given(shown=criteria)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tools_find_what_the_rest_api_shows(world, shown):
    set_policy(Shows(shown))
    answer = world.client.get("/api/catalog/entities/by-query?filter=kind=component,kind=group,kind=template")
    visible = set(names_of(answer))

    names, total = names_by_tools(world)
    assert (names, total) == (visible, len(visible))
    assert {name for name in NAMES if is_found(world, name)} == visible
    refreshed = {
        name for name in NAMES if not isinstance(world.call("catalog.refresh-catalog-entity", {"name": name}), str)
    }
    assert refreshed == visible
    assert {name for name in ("hello", "goodbye") if is_run(world, name)} == visible & {"hello", "goodbye"}


def test_another_users_task_is_not_there(settings, client):
    world = McpWorld(settings, client)
    world.add(template())
    alice, bob = bearer(ALICE), bearer(BOB)
    task_id = world.call("scaffolder.execute-template", {"templateRef": "hello", "values": {}}, **alice)["taskId"]
    set_policy(OwnTasks())

    refused = world.call("scaffolder.get-scaffolder-task-logs", {"taskId": task_id}, **bob)
    assert refused.startswith(("NotAllowedError: ", "NotFoundError: "))
    assert world.call("scaffolder.list-scaffolder-tasks", **bob) == {"tasks": [], "totalTasks": 0}
    assert world.call("scaffolder.get-scaffolder-task-logs", {"taskId": task_id}, **alice) == {"events": []}
    assert world.call("scaffolder.list-scaffolder-tasks", **alice)["totalTasks"] == 1


def test_a_tool_that_a_policy_denies_is_not_even_listed(world):
    with ruled_by(deny("anyone", "scaffolder.template.dry-run"), default="allow"):
        assert "scaffolder.dry-run-template" not in world.tools()
        refused = world.call("scaffolder.dry-run-template", {"templateYaml": ""})
    assert refused == 'NotFoundError: Action "scaffolder.dry-run-template" not found'
    assert "scaffolder.dry-run-template" in world.tools()
