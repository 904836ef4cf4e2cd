"""The scaffolder's API, from a template in the catalog to a task."""

import base64
import json
import re

import pytest
from django.test import Client

from identity.settings import user_tokens
from scaffolder.models import Task, TaskEvent, TaskSecrets, TaskStatus
from scaffolder.tasks.end import end_task
from scaffolder.vault import unseal
from tests.integration.api_world import error_of
from tests.integration.scaffolder_world import TEMPLATES_URL, ScaffolderWorld, file, template

pytestmark = pytest.mark.django_db

FORM = {"title": "Who", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 20}}}
GUEST = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "User",
    "metadata": {"name": "guest", "namespace": "development"},
    "spec": {"memberOf": []},
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
NOWHERE = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def world(settings, client):
    world = ScaffolderWorld(settings, client)
    world.add(template(), template("form", parameters=[FORM]))
    return world


def end(task_id, status=TaskStatus.FAILED):
    end_task(task_id, status, {"message": f"Run completed with status: {status}"})


def test_shows_the_form_of_a_template(world):
    answer = world.get("v2/templates/default/Template/Form/parameter-schema")

    assert answer.status_code == 200
    assert answer.json() == {"title": "form", "steps": [{"title": "Who", "schema": FORM}]}


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("default/template/nope", (404, "NotFoundError", "Template template:default/nope not found")),
        ("default/component/form", (400, "InputError", "Invalid kind, only 'Template' kind is supported")),
        ("a%00b/template/form", (404, "NotFoundError", "Template template:a\0b/form not found")),
    ],
)
def test_shows_no_form_of_what_is_no_template(world, path, error):
    assert error_of(world.get(f"v2/templates/{path}/parameter-schema")) == error


def test_a_task_waits_with_everything_it_needs(world):
    task_id = world.start("form", {"name": "World"})

    task = world.get(f"v2/tasks/{task_id}").json()
    metadata = task["spec"]["templateInfo"]["entity"]["metadata"]
    assert UUID.fullmatch(task_id)
    assert task == {
        "id": task_id,
        "spec": {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "steps": [{"id": "say", "action": "debug:log", "input": {"message": "hello"}, "name": "debug:log"}],
            "output": {},
            "parameters": {"name": "World"},
            "user": {},
            "templateInfo": {
                "entityRef": "template:default/form",
                "baseUrl": TEMPLATES_URL,
                "entity": {"metadata": metadata},
            },
        },
        "status": "open",
        "createdAt": task["createdAt"],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", task["createdAt"])
    assert metadata["name"] == "form"


@pytest.mark.parametrize("ref", ["form", "default/form", "Template:Default/Form"])
def test_a_ref_may_leave_out_what_goes_without_saying(world, ref):
    answer = world.post("v2/tasks", {"templateRef": ref, "values": {"name": "x"}})

    assert answer.status_code == 201
    [task] = world.get("v2/tasks").json()["tasks"]
    assert task["spec"]["templateInfo"]["entityRef"] == "template:default/form"


def test_values_that_do_not_fit_start_nothing(world):
    answer = world.post("v2/tasks", {"templateRef": "template:default/form", "values": {"name": "x" * 21}})

    assert answer.status_code == 400
    assert answer.json() == {
        "errors": [
            {
                "path": ["name"],
                "property": "instance.name",
                "message": "does not meet maximum length of 20",
                "schema": {"type": "string", "maxLength": 20},
                "instance": "x" * 21,
                "name": "maxLength",
                "argument": 20,
                "stack": "instance.name does not meet maximum length of 20",
            }
        ]
    }
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, (400, "InputError", "request/body must have required property 'templateRef'")),
        ({"templateRef": "x"}, (400, "InputError", "request/body must have required property 'values'")),
        ({"templateRef": 5, "values": {}}, (400, "InputError", "request/body/templateRef must be string")),
        ({"templateRef": "x", "values": []}, (400, "InputError", "request/body/values must be object")),
        (
            {"templateRef": "x", "values": {}, "secrets": {"a": 5}},
            (400, "InputError", "request/body/secrets/a must be string"),
        ),
        ({"templateRef": "a b", "values": {}}, (404, "NotFoundError", "Template template:default/a b not found")),
        (
            {"templateRef": "component:a", "values": {}},
            (400, "InputError", "Invalid kind, only 'Template' kind is supported"),
        ),
        ({"templateRef": "", "values": {}}, (400, "InputError", "Entity reference must not be empty")),
        (
            {"templateRef": ":", "values": {}},
            (400, "InputError", 'Entity reference ":" was not on the form [<kind>:][<namespace>/]<name>'),
        ),
    ],
)
def test_refuses_a_body_that_starts_nothing(world, body, error):
    assert error_of(world.post("v2/tasks", body)) == error


SECRETIVE = template(
    "secretive",
    secrets={"schema": {"type": "object", "required": ["token"], "properties": {"token": {"minLength": 8}}}},
)


def test_secrets_go_into_the_vault_and_nowhere_else(world):
    world.add(SECRETIVE)
    task_id = world.start("secretive", secrets={"token": "very-s3cret-value"})

    sealed = TaskSecrets.objects.get().sealed
    assert unseal(sealed, task_id=task_id) == {"token": "very-s3cret-value"}
    everything = json.dumps([list(model.objects.values()) for model in (Task, TaskEvent, TaskSecrets)], default=str)
    assert "very-s3cret-value" not in everything
    assert "very-s3cret-value" not in world.get(f"v2/tasks/{task_id}").content.decode()


@pytest.mark.parametrize(
    ("secrets", "message"),
    [
        ({}, "secrets.token is required"),
        ({"token": "hunter2"}, "secrets.token does not meet minimum length of 8"),
    ],
)
def test_secrets_that_do_not_fit_start_nothing_and_are_not_told(world, secrets, message):
    world.add(SECRETIVE)

    answer = world.post("v2/tasks", {"templateRef": "secretive", "values": {}, "secrets": secrets})

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["message"], error["instance"]) == (message, {})
    assert "hunter2" not in answer.content.decode()
    assert not Task.objects.exists()


def signed_in(settings, client):
    """A world whose caller is the guest, and his token."""
    world = ScaffolderWorld(settings, client, auth={})
    token = user_tokens().issue("user:development/guest", ["user:development/guest"]).token
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    world.add(template(), GUEST)
    return world, token


def test_a_users_task_is_his_and_has_his_token(settings, client):
    world, token = signed_in(settings, client)

    task_id = world.start(secrets={"own": "secret"})

    task = world.get(f"v2/tasks/{task_id}").json()
    assert task["createdBy"] == task["spec"]["user"]["ref"] == "user:development/guest"
    assert task["spec"]["user"]["entity"]["metadata"]["name"] == "guest"
    assert unseal(TaskSecrets.objects.get().sealed, task_id=task_id) == {"own": "secret", "backstageToken": token}
    assert token not in json.dumps(task)


def test_lists_the_newest_tasks_first(world):
    ids = [world.start() for _ in range(3)]

    listed = world.get("v2/tasks").json()

    assert ([task["id"] for task in listed["tasks"]], listed["totalTasks"]) == (ids[::-1], 3)


def test_lists_pages_in_the_order_that_was_asked_for(world):
    ids = [world.start() for _ in range(3)]
    end(ids[1], TaskStatus.COMPLETED)

    def listed(query):
        return [task["id"] for task in world.get(f"v2/tasks?{query}").json()["tasks"]]

    assert listed("order=asc:created_at&limit=2") == ids[:2]
    assert listed("order=asc:created_at&limit=1&offset=1") == [ids[1]]
    assert listed("order=asc:status&order=asc:created_at") == [ids[1], ids[0], ids[2]]
    assert listed("limit=0") == []


def test_lists_by_status_and_by_user(world):
    ids = [world.start() for _ in range(3)]
    end(ids[0], TaskStatus.COMPLETED)
    end(ids[1], TaskStatus.FAILED)
    Task.objects.filter(id=ids[2]).update(created_by="user:default/bob")

    def listed(query):
        answer = world.get(f"v2/tasks?{query}").json()
        return {task["id"] for task in answer["tasks"]}, answer["totalTasks"]

    assert listed("status=completed") == ({ids[0]}, 1)
    assert listed("status=completed&status=failed") == ({ids[0], ids[1]}, 2)
    assert listed("status=nope") == (set(), 0)
    assert listed("createdBy=user:default/bob") == ({ids[2]}, 1)
    assert listed("createdBy=user:default/none") == (set(), 0)
    assert listed("createdBy=user:default/bob&status=failed") == (set(), 0)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=x", "request/query/limit must be integer"),
        ("limit=-1", "request/query/limit must be >= 0"),
        ("offset=1.5", "request/query/offset must be integer"),
        ("nope=1", "Unknown query parameter 'nope'"),
        ("status=", "Empty value found for query parameter 'status'"),
        ("createdBy[a]=x", "request/query/createdBy/0 must be string"),
        ("order=x", 'Invalid order parameter "x", expected "<asc or desc>:<field name>"'),
        ("order=asc:secrets", 'Invalid order field "secrets", expected one of created_at, status, created_by'),
    ],
)
def test_refuses_a_question_that_is_none(world, query, message):
    assert error_of(world.get(f"v2/tasks?{query}")) == (400, "InputError", message)


@pytest.mark.parametrize("task_id", [NOWHERE, "x", "00000000000000000000000000000000", "a%00b", "{x}"])
def test_a_task_that_is_not_there_is_404_at_every_door(world, task_id):
    shown = task_id.replace("%00", "\0")
    expected = (404, "NotFoundError", f"No task with id '{shown}' found")

    assert error_of(world.get(f"v2/tasks/{task_id}")) == expected
    assert error_of(world.get(f"v2/tasks/{task_id}/events")) == expected
    assert error_of(world.get(f"v2/tasks/{task_id}/eventstream")) == expected
    assert error_of(world.post(f"v2/tasks/{task_id}/cancel")) == expected
    assert error_of(world.post(f"v2/tasks/{task_id}/retry", {})) == expected


def test_cancels_a_task_that_waits(world):
    task_id = world.start()

    answer = world.client.post(f"/api/scaffolder/v2/tasks/{task_id}/cancel")

    assert (answer.status_code, answer.json()) == (200, {"status": "cancelled"})
    assert world.get(f"v2/tasks/{task_id}").json()["status"] == "cancelled"
    assert world.post(f"v2/tasks/{task_id}/cancel").json() == {"status": "cancelled"}


def test_retries_a_task_that_failed_with_its_secrets_given_anew(world):
    world.add(SECRETIVE)
    task_id = world.start("secretive", secrets={"token": "first-secret"})
    end(task_id)

    answer = world.post(f"v2/tasks/{task_id}/retry", {"secrets": {"token": "second-secret"}})

    assert (answer.status_code, answer.json()) == (201, {"id": task_id})
    assert world.get(f"v2/tasks/{task_id}").json()["status"] == "open"
    assert unseal(TaskSecrets.objects.get().sealed, task_id=task_id) == {"token": "second-secret"}


def test_a_retry_lacks_no_secret(world):
    world.add(SECRETIVE)
    task_id = world.start("secretive", secrets={"token": "first-secret"})
    end(task_id)

    answer = world.client.generic("POST", f"/api/scaffolder/v2/tasks/{task_id}/retry")

    assert answer.status_code == 400
    assert [error["message"] for error in answer.json()["errors"]] == ["secrets.token is required"]
    assert world.get(f"v2/tasks/{task_id}").json()["status"] == "failed"


def test_refuses_to_retry_what_has_not_ended(world):
    task_id = world.start()

    status, name, message = error_of(world.post(f"v2/tasks/{task_id}/retry", {}))

    assert (status, name) == (409, "ConflictError")
    assert task_id in message


def test_a_retry_that_is_malformed_is_refused(world):
    task_id = world.start()

    assert error_of(world.post(f"v2/tasks/{task_id}/retry", {"secrets": {"a": 1}})) == (
        400,
        "InputError",
        "request/body/secrets/a must be string",
    )


def test_events_are_read_by_whoever_may_read_the_task(world):
    task_id = world.start()

    assert world.get(f"v2/tasks/{task_id}/events").status_code == 200
    assert world.get(f"v2/tasks/{task_id}/eventstream")["Content-Type"] == "text/event-stream"
    assert error_of(world.get(f"v2/tasks/{task_id}/events?after=x")) == (
        400,
        "InputError",
        "request/query/after must be integer",
    )


def test_a_dry_run_answers_with_log_files_output_and_steps(world):
    steps = [
        {"action": "debug:log", "input": {"message": "Hello ${{ parameters.name }}"}},
        {"id": "write", "action": "catalog:write", "input": {"entity": {"kind": "X"}}},
    ]
    given = template("My draft!", steps=steps, output={"said": "${{ parameters.name }}"})

    answer = world.dry_run(given, values={"name": "World"})

    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert set(found) == {"log", "directoryContents", "output", "steps"}
    assert found["output"] == {"said": "World"}
    assert [step["id"] for step in found["steps"]] == ["step-1", "write"]
    assert any("Hello World" in entry["body"]["message"] for entry in found["log"])
    [written] = found["directoryContents"]
    assert (written["path"], written["executable"]) == ("catalog-info.yaml", False)
    assert base64.b64decode(written["base64Content"]).startswith(b"kind: X\n")
    assert not Task.objects.exists()


def test_a_dry_run_reads_the_files_that_come_along(world):
    steps = [{"id": "get", "action": "fetch:plain", "input": {"url": "./skeleton"}}]

    answer = world.dry_run(template(steps=steps), directoryContents=[file("skeleton/a.txt", "hello")])

    assert answer.status_code == 200, answer.content
    [written] = answer.json()["directoryContents"]
    assert (written["path"], written["base64Content"]) == ("a.txt", "aGVsbG8=")


def test_a_dry_run_checks_values_and_secrets_first(world):
    wrong = world.dry_run(template(parameters=FORM))
    missing = world.dry_run({**SECRETIVE, "metadata": {"name": "x"}})

    assert (wrong.status_code, missing.status_code) == (400, 400)
    assert [error["stack"] for error in wrong.json()["errors"]] == ['instance requires property "name"']
    assert [error["message"] for error in missing.json()["errors"]] == ["secrets.token is required"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "request/body must have required property 'template'"),
        ({"template": template(), "values": {}}, "request/body must have required property 'directoryContents'"),
        ({"template": 5, "values": {}, "directoryContents": []}, "request/body/template must be object"),
        (
            {"template": template(), "values": {}, "directoryContents": [{"path": "x"}]},
            "request/body/directoryContents/0 must have required property 'base64Content'",
        ),
        (
            {"template": template(), "values": {}, "directoryContents": [{"path": "x", "base64Content": "é"}]},
            "request/body/directoryContents/0/base64Content is not base64: ",
        ),
        (
            {"template": {**template(), "kind": "Component"}, "values": {}, "directoryContents": []},
            "Input template is not a template",
        ),
        (
            {"template": {**template(), "spec": {}}, "values": {}, "directoryContents": []},
            "/spec must have required property 'type' - missingProperty: type",
        ),
    ],
)
def test_refuses_a_dry_run_that_is_none(world, body, message):
    status, name, found = error_of(world.post("v2/dry-run", body))

    assert (status, name) == (400, "InputError")
    assert found.startswith(message)


def test_a_dry_run_of_an_unknown_action_names_it(world):
    answer = world.dry_run(template(steps=[{"id": "a", "action": "nope:nope", "input": {}}]))

    status, name, message = error_of(answer)
    assert (status, name) == (404, "NotFoundError")
    assert message.startswith("Template action with ID 'nope:nope' is not registered.")


def test_lists_the_actions_once_and_for_all(world):
    answer = world.get("v2/actions")

    ids = [action["id"] for action in answer.json()]
    assert answer.status_code == 200
    assert ids == sorted(ids, key=str.lower)
    assert "debug:log" in ids
    assert {key for action in answer.json() for key in action} <= {"id", "description", "examples", "schema"}
    again = world.get("v2/actions", **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_describes_what_expressions_know(world):
    found = world.get("v2/templating-extensions").json()

    assert set(found["filters"]) == {"parseEntityRef", "parseRepoUrl", "pick", "projectSlug"}
    assert found["globals"] == {"functions": {}, "values": {}}


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("nope/repos", {"token": "x", "context": {}}, "Unsupported provider: nope"),
        ("github/nope", {"token": "x", "context": {}}, "Invalid resource: nope"),
        ("nope/repos", {"token": "", "context": {}}, "Missing token query parameter"),
        ("nope/repos", {"context": {}}, "request/body must have required property 'token'"),
        ("nope/repos", {"token": "x", "context": {"a": 5}}, "request/body/context/a must be string"),
    ],
)
def test_refuses_to_suggest_what_nobody_knows(world, path, body, message):
    assert error_of(world.post(f"v2/autocomplete/{path}", body)) == (400, "InputError", message)


def test_serves_its_description_and_a_page_of_it(world):
    document = world.get("openapi.json").json()
    page = world.get("docs")

    assert "post" in document["paths"]["/api/scaffolder/v2/tasks"]
    assert page["Content-Security-Policy"].startswith("default-src 'none'")
    assert "/api/scaffolder/v2/dry-run" in page.content.decode()


@pytest.mark.parametrize("path", ["", "nope", "v2", "v2/nope", "v2/tasks/a/b", "v2/templates/a/b/c"])
def test_an_unknown_route_is_404_without_a_body(world, path):
    answer = world.get(path)

    assert (answer.status_code, answer.content) == (404, b"")


def test_every_documented_operation_has_a_door(world):
    document = world.get("openapi.json").json()
    undone = []
    for path, operations in document["paths"].items():
        for method in operations:
            answer = getattr(world.client, method)(re.sub(r"[{}]", "", path), content_type="application/json")
            if answer.status_code == 404 and not answer.content:
                undone.append(f"{method} {path}")

    assert undone == []
    assert world.client.delete("/api/scaffolder/v2/tasks").status_code == 404
    assert world.client.options("/api/scaffolder/v2/tasks")["Allow"] == "GET,POST,HEAD"


def restricted(settings, client, *restrictions):
    entry = {
        "type": "static",
        "options": {"token": "a-restricted-token", "subject": "robot"},
        "accessRestrictions": list(restrictions),
    }
    before = ScaffolderWorld(settings, Client())
    before.add(template())
    task_id = before.start()
    client.defaults["HTTP_AUTHORIZATION"] = "Bearer a-restricted-token"
    return ScaffolderWorld(settings, client, auth={"externalAccess": [entry]}), task_id


READ_CATALOG = {"plugin": "catalog", "permission": "catalog.entity.read"}


def test_a_token_for_reading_tasks_only_reads_tasks(settings, client):
    only = {"plugin": "scaffolder", "permission": "scaffolder.task.read"}
    world, task_id = restricted(settings, client, only, READ_CATALOG)

    assert world.get("v2/tasks").status_code == 200
    assert world.get(f"v2/tasks/{task_id}").status_code == 200
    assert world.get(f"v2/tasks/{task_id}/events").status_code == 200
    refused = [
        world.post("v2/tasks", {"templateRef": "hello", "values": {}}),
        world.post(f"v2/tasks/{task_id}/cancel"),
        world.post(f"v2/tasks/{task_id}/retry", {}),
        world.dry_run(template()),
        world.get("v2/actions"),
        world.get("v2/templating-extensions"),
        world.get("v2/templates/default/template/hello/parameter-schema"),
        world.post("v2/autocomplete/github/owners", {"token": "x", "context": {}}),
    ]
    message = "This token's access to 'scaffolder' is restricted to permission(s) 'scaffolder.task.read'"
    assert [error_of(answer) for answer in refused] == [(403, "NotAllowedError", message)] * 8


def test_a_token_for_tasks_alone_reads_no_templates_through_them(settings, client):
    world, _ = restricted(settings, client, {"plugin": "scaffolder"})

    assert world.get("v2/actions").status_code == 200
    refused = [
        world.post("v2/tasks", {"templateRef": "hello", "values": {}}),
        world.dry_run(template()),
        world.get("v2/templates/default/template/hello/parameter-schema"),
    ]
    message = "This token's access is restricted to plugin(s) 'scaffolder'"
    assert [error_of(answer) for answer in refused] == [(403, "NotAllowedError", message)] * 3


def test_the_token_of_a_service_stays_its_own(settings, client):
    world, _ = restricted(settings, client, {"plugin": "scaffolder"}, READ_CATALOG)

    task_id = world.start(secrets={"own": "secret"})

    assert unseal(TaskSecrets.objects.get(task=task_id).sealed, task_id=task_id) == {"own": "secret"}
    assert "createdBy" not in world.get(f"v2/tasks/{task_id}").json()


def test_nobody_in_particular_gets_nothing(settings, client):
    world = ScaffolderWorld(settings, client, auth={"externalAccess": []})

    for answer in (world.get("v2/tasks"), world.get("v2/actions"), world.post("v2/tasks", {}), world.get("docs")):
        assert error_of(answer) == (401, "AuthenticationError", "Missing credentials")
