"""Each tool, against a catalog with templates."""

import json

import pytest

from catalog.models import Location, RefreshState
from identity.settings import user_tokens
from scaffolder.models import Task, TaskSecrets, TaskStatus
from scaffolder.tasks.end import end_task
from scaffolder.vault import unseal
from tests.integration.api_world import WEB, component, group
from tests.integration.mcp_world import McpWorld
from tests.integration.scaffolder_world import template

pytestmark = pytest.mark.django_db

URL = f"{WEB}/catalog-info.yaml"
FORM = {"required": ["name"], "properties": {"name": {"type": "string", "maxLength": 20}}}
USER = "user:default/alice"


@pytest.fixture
def world(settings, client, tmp_path):
    return McpWorld(settings, client, workspaces=tmp_path)


def register(world, *entities):
    target = world.write("catalog-info.yaml", *entities)
    found = world.call("catalog.register-entity", {"locationUrl": target})
    world.process()
    return found["locationId"]


def test_registers_a_file_and_finds_what_is_in_it(world):
    location_id = register(world, component("cart"))

    assert Location.objects.get().id == location_id
    entity = world.call("catalog.get-catalog-entity", {"name": "cart"})
    assert (entity["kind"], entity["spec"]["owner"]) == ("Component", "team-a")


@pytest.mark.parametrize("url", ["nope", "", "//host/x", "http://[x"])
def test_registers_no_text_that_is_no_url(world, url):
    assert world.call("catalog.register-entity", {"locationUrl": url}) == f"InputError: {url} is an invalid URL"


def test_registers_no_location_twice(world):
    register(world, component("cart"))

    again = world.call("catalog.register-entity", {"locationUrl": URL})
    assert again == f"ConflictError: Location url:{URL} already exists"


def test_unregisters_by_id_and_by_url(world):
    location_id = register(world, component("cart"))
    assert world.call("catalog.unregister-entity", {"type": {"locationId": location_id}}) == {}
    assert not Location.objects.exists()

    register(world, component("cart"))
    assert world.call("catalog.unregister-entity", {"type": {"locationUrl": URL.upper()}}) == {}
    world.process()
    assert world.call("catalog.get-catalog-entity", {"name": "cart"}).startswith("InputError: No entity found")


def test_unregisters_nothing_that_is_not_there(world):
    by_url = world.call("catalog.unregister-entity", {"type": {"locationUrl": "http://x"}})
    by_id = world.call("catalog.unregister-entity", {"type": {"locationId": "x"}})

    assert by_url == "NotFoundError: Location with URL http://x not found"
    assert by_id == "NotFoundError: Found no location with ID x"


def test_a_name_may_fit_several_entities(world):
    register(world, component("cart"), group("cart"))

    assert world.call("catalog.get-catalog-entity", {"name": "cart"}) == (
        'ConflictError: Multiple entities found with name "cart", please provide more specific filters. '
        'Entities found: "component:default/cart", "group:default/cart"'
    )
    assert world.call("catalog.get-catalog-entity", {"name": "Cart", "kind": "group"})["kind"] == "Group"
    nowhere = world.call("catalog.get-catalog-entity", {"name": "cart", "namespace": "x"})
    assert nowhere == 'InputError: No entity found with name "cart"'


def test_finds_entities_page_by_page(world):
    register(world, *(component(f"c{number}") for number in range(3)))
    asked = {
        "query": {"$all": [{"kind": "component"}, {"relations.ownedby": "group:default/team-a"}]},
        "fields": ["metadata.name"],
        "orderFields": [{"field": "metadata.name", "order": "desc"}],
    }

    first = world.call("catalog.query-catalog-entities", {**asked, "limit": "2"})
    assert first.pop("nextPageCursor") is not None
    assert first == {
        "items": [{"metadata": {"name": "c2"}}, {"metadata": {"name": "c1"}}],
        "totalItems": 3,
        "hasMoreEntities": True,
    }
    cursor = world.call("catalog.query-catalog-entities", {**asked, "limit": 2})["nextPageCursor"]
    second = world.call("catalog.query-catalog-entities", {"cursor": cursor, "limit": 2, "fields": ["metadata.name"]})
    assert second == {"items": [{"metadata": {"name": "c0"}}], "totalItems": 3, "hasMoreEntities": False}


def test_finds_entities_by_a_text_in_them(world):
    register(world, component("cart"), component("checkout"))

    asked = {"fullTextFilter": {"term": "heck", "fields": ["metadata.name"]}, "fields": ["metadata.name"]}
    assert world.call("catalog.query-catalog-entities", asked)["items"] == [{"metadata": {"name": "checkout"}}]


def test_a_broken_query_says_what_is_wrong(world):
    assert world.call("catalog.query-catalog-entities", {"query": {"kind": {"$nope": 1}}}).startswith("InputError: ")
    assert world.call("catalog.query-catalog-entities", {"cursor": "nope"}).startswith("InputError: ")


def test_a_refresh_makes_an_entity_due(world):
    register(world, component("cart"))
    RefreshState.objects.update(lane=3)

    assert world.call("catalog.refresh-catalog-entity", {"name": " cart "}) == {"entityRef": "component:default/cart"}
    assert RefreshState.objects.exclude(lane=3).exists()


def test_says_what_is_wrong_with_an_entity(world):
    good = component("x")
    validate = "catalog.validate-entity"

    assert world.call(validate, {"entity": json.dumps(good)}) == {
        "isValid": True,
        "isValidYaml": True,
        "errors": [],
        "entity": good,
    }
    broken = world.call(validate, {"entity": "{"})
    assert (broken["isValid"], broken["isValidYaml"]) == (False, False)
    assert broken["errors"][0].startswith("YAML parsing error: Flow map must end with a }")
    [fault] = world.call(validate, {"entity": "a: b"})["errors"]
    assert fault.startswith("<root> must have required property 'apiVersion'")
    [fault] = world.call(validate, {"entity": json.dumps(good), "location": "file:/etc/passwd"})["errors"]
    assert fault.startswith("Invalid location ref file:/etc/passwd")


def test_runs_a_template_lists_its_task_and_reads_its_logs(world):
    world.add(template())

    task_id = world.call("scaffolder.execute-template", {"templateRef": "template:default/hello", "values": {}})[
        "taskId"
    ]

    listed = world.call("scaffolder.list-scaffolder-tasks", {"status": ["open", "failed"], "limit": 5})
    assert [(task["id"], task["status"]) for task in listed["tasks"]] == [(task_id, "open")]
    assert listed["totalTasks"] == 1
    assert world.call("scaffolder.list-scaffolder-tasks", {"status": "skipped"}) == {"tasks": [], "totalTasks": 0}
    assert world.call("scaffolder.get-scaffolder-task-logs", {"taskId": task_id}) == {"events": []}
    end_task(task_id, TaskStatus.FAILED, {"message": "Run completed with status: failed"})
    [event] = world.call("scaffolder.get-scaffolder-task-logs", {"taskId": task_id, "after": 0})["events"]
    assert event == {
        "id": event["id"],
        "taskId": task_id,
        "createdAt": event["createdAt"],
        "type": "completion",
        "body": {"message": "Run completed with status: failed"},
    }


def test_a_template_is_run_for_the_user_who_calls(world):
    world.add(template())
    token = user_tokens().issue(USER, [USER]).token

    asked = {"templateRef": "hello", "values": {}, "secrets": {"a": "b"}}
    task_id = world.call("scaffolder.execute-template", asked, token=token)["taskId"]

    task = Task.objects.get()
    sealed = TaskSecrets.objects.get().sealed
    assert (task.id, task.created_by) == (task_id, USER)
    assert unseal(sealed, task_id=task.id) == {"a": "b", "backstageToken": token}
    world.call("scaffolder.execute-template", {"templateRef": "hello", "values": {}})
    mine = world.call("scaffolder.list-scaffolder-tasks", {"owned": True}, token=token)
    assert [task["id"] for task in mine["tasks"]] == [task_id]
    assert world.call("scaffolder.list-scaffolder-tasks")["totalTasks"] == 2
    nobody = world.call("scaffolder.list-scaffolder-tasks", {"owned": True})
    assert nobody == "NotAllowedError: Filtering by owned tasks requires a user identity."


def test_values_that_do_not_fit_start_nothing(world):
    world.add(template(parameters=[FORM]))
    run = "scaffolder.execute-template"

    wrong = world.call(run, {"templateRef": "template:default/hello", "values": {"name": "x" * 21}})
    assert wrong == "InputError: instance.name does not meet maximum length of 20"
    gone = world.call(run, {"templateRef": "template:default/nope", "values": {}})
    assert gone == "NotFoundError: Template template:default/nope not found"
    assert not Task.objects.exists()


def test_runs_a_template_dry(world):
    steps = [
        {"id": "read", "name": "Read", "action": "fetch:plain:file", "input": {"url": "./a.txt", "targetPath": "b"}}
    ]
    given = template(steps=steps, output={"text": [{"title": "${{ parameters.name }}", "content": "x"}]})

    done = world.call(
        "scaffolder.dry-run-template",
        {
            "templateYaml": json.dumps(given),
            "values": {"name": "World"},
            "files": [{"path": "a.txt", "content": "hello ü"}],
        },
    )

    assert (done["valid"], done["message"]) == (True, "Template validation successful")
    assert done["steps"] == [{"id": "read", "name": "Read", "action": "fetch:plain:file"}]
    assert done["output"] == {"text": [{"title": "World", "content": "x"}]}
    assert done["log"][-1] == {"message": "Finished step Read", "stepId": "read", "status": "completed"}


def test_a_template_that_cannot_run_dry_says_why(world):
    run = "scaffolder.dry-run-template"

    broken = world.call(run, {"templateYaml": "{"})
    assert (broken["valid"], broken["message"]) == (False, "Failed to parse YAML template")
    assert world.call(run, {"templateYaml": "a: b"}).startswith("InputError: <root> must have required property")
    nowhere = template(steps=[{"id": "x", "action": "nope:nope"}])
    assert "nope:nope" in world.call(run, {"templateYaml": json.dumps(nowhere)})


def test_lists_the_actions_as_the_api_does(world):
    listed = world.call("scaffolder.list-scaffolder-actions")["actions"]

    assert [action["id"] for action in listed] == [action["id"] for action in world.get("v2/actions").json()]
    assert {frozenset(action) for action in listed} == {frozenset({"id", "description", "schema", "examples"})}
    assert {frozenset(action["schema"]) for action in listed} == {frozenset({"input", "output"})}


def test_tells_users_who_they_are(world):
    user = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": {"name": "alice"},
        "spec": {"memberOf": []},
    }
    token = user_tokens().issue(USER, [USER, "group:default/team-a"]).token

    missing = world.call("auth.who-am-i", token=token)
    assert missing == f'NotFoundError: User entity not found in the catalog for "{USER}"'
    register(world, user)
    found = world.call("auth.who-am-i", token=token)
    assert found["entity"]["metadata"]["name"] == "alice"
    assert found["userInfo"] == {"userEntityRef": USER, "ownershipEntityRefs": ["group:default/team-a", USER]}
    assert world.call("auth.who-am-i") == "NotAllowedError: This action requires user credentials"


def test_nulls_stay_what_they_are(world):
    register(world, component("cart", note=None))

    assert world.call("catalog.get-catalog-entity", {"name": "cart"})["spec"]["note"] is None
