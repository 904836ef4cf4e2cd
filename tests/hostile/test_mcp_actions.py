"""A tool does nothing that the REST API would not do for the same caller (CVE-2026-106495, CVE-2026-106492)."""

import json

import pytest

from catalog.models import Location
from common.permissions import ALLOW, DENY, AllowAll, set_policy
from identity.settings import user_tokens
from scaffolder.models import Task
from tests.integration.api_world import WEB, component
from tests.integration.mcp_world import PATH, McpWorld
from tests.integration.scaffolder_world import template

pytestmark = pytest.mark.django_db

ADMIN, READER, STRANGER, OUTSIDER, NARROW = (
    "admin-token",
    "reader-token",
    "stranger-token",
    "outsider-token",
    "narrow-token",
)
READS = {"permissionAttribute": {"action": "read"}}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def static(token, *restrictions):
    entry = {"type": "static", "options": {"token": token, "subject": token}}
    return {**entry, "accessRestrictions": list(restrictions)} if restrictions else entry


AUTH = {
    "externalAccess": [
        static(ADMIN),
        static(READER, {"plugin": "mcp-actions"}, {"plugin": "catalog", **READS}, {"plugin": "scaffolder", **READS}),
        static(STRANGER, {"plugin": "mcp-actions"}),
        static(OUTSIDER, {"plugin": "catalog"}, {"plugin": "scaffolder"}),
        static(NARROW, {"plugin": "mcp-actions", **READS}, {"plugin": "catalog"}),
    ]
}


class Denies(AllowAll):
    """A policy that allows everything but one permission."""

    def __init__(self, name):
        self.name = name

    def decide(self, identity, permission):
        return DENY if permission.name == self.name else ALLOW


@pytest.fixture
def world(settings, client, tmp_path):
    return McpWorld(settings, client, auth=AUTH, workspaces=tmp_path)


@pytest.fixture
def denying():
    yield lambda name: set_policy(Denies(name))
    set_policy(AllowAll())


def register(world, *entities):
    target = world.write("catalog-info.yaml", *entities)
    location_id = world.call("catalog.register-entity", {"locationUrl": target}, token=ADMIN)["locationId"]
    world.process()
    return location_id


def test_without_a_token_there_is_nothing(world):
    assert world.send(PING).status_code == 401
    assert world.send(PING, token="wrong").status_code == 401
    assert world.client.get(PATH).status_code == 401


@pytest.mark.parametrize("token", [OUTSIDER, NARROW])
def test_a_token_for_other_plugins_does_not_come_in(world, token):
    answer = world.send(PING, token=token)

    assert (answer.status_code, answer.json()["error"]["name"]) == (403, "NotAllowedError")


def test_tools_of_plugins_that_a_token_is_no_good_for_are_not_there(world):
    register(world, component("cart"))

    assert world.tools(token=STRANGER) == []
    refused = world.call("catalog.get-catalog-entity", {"name": "cart"}, token=STRANGER)
    assert refused == 'NotFoundError: Action "catalog.get-catalog-entity" not found'


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("catalog.register-entity", {"locationUrl": f"{WEB}/more.yaml"}),
        ("catalog.unregister-entity", {"type": {"locationUrl": f"{WEB}/catalog-info.yaml"}}),
        ("catalog.refresh-catalog-entity", {"name": "cart"}),
        ("catalog.validate-entity", {"entity": "kind: x"}),
        ("scaffolder.execute-template", {"templateRef": "template:default/hello", "values": {}}),
    ],
)
def test_a_token_that_may_only_read_changes_nothing_through_tools(world, tool, arguments):
    register(world, component("cart"), template())

    assert world.call(tool, arguments, token=READER).startswith("NotAllowedError: This token's access to")
    assert Location.objects.count() == 1
    assert not Task.objects.exists()
    assert world.call("catalog.get-catalog-entity", {"name": "cart"}, token=READER)["kind"] == "Component"


def test_a_token_that_may_only_read_does_not_even_see_the_dry_run(world):
    arguments = {"templateYaml": json.dumps(template())}

    assert "scaffolder.dry-run-template" not in world.tools(token=READER)
    refused = world.call("scaffolder.dry-run-template", arguments, token=READER)
    assert refused == 'NotFoundError: Action "scaffolder.dry-run-template" not found'


@pytest.mark.parametrize(
    ("permission", "tool", "arguments"),
    [
        ("catalog.location.create", "catalog.register-entity", {"locationUrl": f"{WEB}/more.yaml"}),
        ("catalog.location.delete", "catalog.unregister-entity", {"type": {"locationUrl": f"{WEB}/catalog-info.yaml"}}),
        ("catalog.location.read", "catalog.unregister-entity", {"type": {"locationUrl": f"{WEB}/catalog-info.yaml"}}),
        ("catalog.entity.validate", "catalog.validate-entity", {"entity": "kind: x"}),
    ],
)
def test_what_a_policy_denies_no_tool_does(world, denying, permission, tool, arguments):
    register(world, component("cart"))
    denying(permission)

    assert world.call(tool, arguments, token=ADMIN).startswith(("NotAllowedError: ", "NotFoundError: "))
    assert Location.objects.count() == 1


def test_an_entity_that_a_policy_hides_is_not_there_for_tools(world, denying):
    register(world, component("cart"), template())
    denying("catalog.entity.read")

    assert world.call("catalog.get-catalog-entity", {"name": "cart"}, token=ADMIN).startswith("InputError: No entity")
    assert world.call("catalog.query-catalog-entities", {}, token=ADMIN)["totalItems"] == 0
    assert world.call("catalog.refresh-catalog-entity", {"name": "cart"}, token=ADMIN).startswith(
        "InputError: No entity"
    )


def test_the_catalog_stays_as_it_is_in_readonly_mode(settings, client):
    world = McpWorld(settings, client)
    settings.APP_CONFIG = type(settings.APP_CONFIG).from_dict(
        {**settings.APP_CONFIG.data, "catalog": {"readonly": True}}
    )

    refused = world.call("catalog.register-entity", {"locationUrl": f"{WEB}/x.yaml"})
    assert refused == "NotAllowedError: This operation not allowed in readonly mode"


def test_no_location_but_a_url_is_registered(world):
    given = {"locationUrl": "file:///etc/passwd"}

    world.call("catalog.register-entity", given, token=ADMIN)
    assert not Location.objects.exclude(type="url").exists()


def test_secrets_of_a_task_are_not_among_what_tools_tell(world):
    register(world, template())
    user = user_tokens().issue("user:default/alice", ["user:default/alice"]).token
    asked = {"templateRef": "hello", "values": {}, "secrets": {"password": "hunter22"}}
    task_id = world.call("scaffolder.execute-template", asked, token=user)["taskId"]

    told = [
        world.call("scaffolder.list-scaffolder-tasks", token=user),
        world.call("scaffolder.get-scaffolder-task-logs", {"taskId": task_id}, token=user),
    ]
    assert "hunter22" not in json.dumps(told)
    assert user not in json.dumps(told)


@pytest.mark.parametrize("task_id", ["../actions", "x/cancel", "\0", "", "%2e%2e", "a" * 10_000])
def test_the_id_of_a_task_leads_nowhere_else(world, task_id):
    refused = world.call("scaffolder.get-scaffolder-task-logs", {"taskId": task_id}, token=ADMIN)
    assert refused.startswith("NotFoundError: ")


@pytest.mark.parametrize("location_id", ["../entities", "by-entity/a/b/c", "\0", "%00"])
def test_the_id_of_a_location_leads_nowhere_else(world, location_id):
    refused = world.call("catalog.unregister-entity", {"type": {"locationId": location_id}}, token=ADMIN)
    assert refused.startswith("NotFoundError: ")


@pytest.mark.parametrize("name", ["\0", "x" * 100_000, "a,kind=user", "*", '"'])
def test_odd_names_find_nothing(world, name):
    found = world.call("catalog.get-catalog-entity", {"name": name}, token=ADMIN)
    assert found.startswith(("InputError", "NotFoundError"))


@pytest.mark.parametrize(
    "origin", ["http://evil.test", "https://localhost", "http://localhost:7007.evil.test", "null", "file://"]
)
def test_a_page_of_another_origin_uses_no_tools(world, origin):
    answer = world.send(PING, token=ADMIN, Origin=origin)

    assert answer.status_code == 403
    assert answer.json()["error"]["message"].startswith(f"Origin '{origin}' is not allowed")


def test_our_own_pages_may(world):
    assert world.send(PING, token=ADMIN, Origin="http://localhost:7007").status_code == 200


def deep(levels):
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    "arguments",
    [
        b'{"name":' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"query":' + deep(150) + b"}",
        b'{"query":' + deep(5_000) + b"}",
    ],
)
def test_what_is_nested_deeply_is_refused(world, arguments):
    body = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":' + arguments + b"}}"

    answer = world.send(body, token=ADMIN)
    assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")


def test_half_a_character_is_refused(world):
    answer = world.send({**PING, "params": {"a": "\ud800"}}, token=ADMIN)

    assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")


def test_what_is_too_long_is_refused(world):
    answer = world.send(b'"' + b"x" * (11 * 1024 * 1024) + b'"', token=ADMIN)

    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "request entity too large")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("catalog.query-catalog-entities", {"limit": 10**30}),
        ("catalog.query-catalog-entities", {"limit": "9" * 5_000}),
        ("catalog.query-catalog-entities", {"offset": 2**63}),
        ("catalog.query-catalog-entities", {"query": {"$any": [{"kind": str(n)} for n in range(50_000)]}}),
        ("catalog.query-catalog-entities", {"query": {"a\0": "\0"}}),
        ("catalog.query-catalog-entities", {"fields": ["a." * 5_000]}),
        ("catalog.validate-entity", {"entity": "a: &a [1]\nb: [" + "*a, " * 100_000 + "]"}),
        ("catalog.validate-entity", {"entity": "- " * 40_000}),
        ("scaffolder.list-scaffolder-tasks", {"offset": 10**18}),
        ("scaffolder.list-scaffolder-tasks", {"status": ["open"] * 50_000}),
        ("scaffolder.get-scaffolder-task-logs", {"taskId": "x", "after": 10**30}),
        ("scaffolder.execute-template", {"templateRef": "a" * 100_000, "values": {}}),
        ("scaffolder.execute-template", {"templateRef": "\0", "values": {"a": "\0"}}),
        ("x" * 100_000, {}),
    ],
)
def test_huge_and_odd_arguments_end_in_an_answer(world, tool, arguments):
    answered = world.ask("tools/call", {"name": tool, "arguments": arguments}, token=ADMIN)

    assert "result" in answered
    assert len(json.dumps(answered)) < 300_000
