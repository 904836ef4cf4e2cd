"""Tasks, parts of templates and actions as the policy lets a user have them; the same in lists and one by one."""

import pytest

from scaffolder.models import Task, TaskStatus
from scaffolder.tasks.create import NewTask, create_task
from tests.integration.api_world import error_of
from tests.integration.policy_world import ALICE, BOB, CI, allow, bearer, deny, ruled_by
from tests.integration.queries_world import make_entity, write
from tests.integration.scaffolder_world import ScaffolderWorld, template
from tests.integration.task_world import make_spec, run_next

pytestmark = pytest.mark.django_db(transaction=True)

OWN_TASKS = {"on": {"task": {"owner": "$self"}}}
SECRET = {"backstage:permissions": {"tags": ["secret"]}}


@pytest.fixture
def world(settings, client, tmp_path):
    world = ScaffolderWorld(settings, client, workspaces=tmp_path)
    world.add(
        template(
            parameters=[
                {"title": "Open", "properties": {"name": {"type": "string"}}},
                {"title": "Hidden", "required": ["code"], "properties": {"code": {"type": "string"}}, **SECRET},
            ],
            steps=[
                {"id": "say", "action": "debug:log", "input": {"message": "hello"}},
                {"id": "hidden", "action": "debug:log", "input": {"message": "hidden"}, **SECRET},
            ],
        )
    )
    settings.APP_CONFIG = type(settings.APP_CONFIG).from_dict(
        {**settings.APP_CONFIG.data, "backend": {"workingDirectory": str(tmp_path)}}
    )
    return world


@pytest.fixture
def tasks():
    """Of alice, of bob, of nobody."""
    return [create_task(NewTask(make_spec([]), created_by=ref)).id for ref in (ALICE.subject, BOB.subject, "")]


def get(world, path, who):
    return world.get(f"v2/{path}", **bearer(who))


def post(world, path, who, body=None):
    return world.client.post(f"/api/scaffolder/v2/{path}", body, content_type="application/json", headers=bearer(who))


def listed(world, who, query=""):
    answer = get(world, f"tasks{query}", who).json()
    assert answer["totalTasks"] == len(answer["tasks"])
    return {task["id"] for task in answer["tasks"]}


def statuses_of_doors(world, task_id, who):
    """What each door to one task says."""
    answers = [
        get(world, f"tasks/{task_id}", who),
        get(world, f"tasks/{task_id}/events", who),
        world.client.head(f"/api/scaffolder/v2/tasks/{task_id}/eventstream", headers=bearer(who)),
        post(world, f"tasks/{task_id}/cancel", who),
        post(world, f"tasks/{task_id}/retry", who, {}),
    ]
    return [answer.status_code for answer in answers]


def test_a_user_meets_his_own_tasks_everywhere_and_others_nowhere(world, tasks):
    Task.objects.update(status=TaskStatus.FAILED)
    with ruled_by(
        allow("users", "scaffolder.task.*", **OWN_TASKS),
        allow("users", "scaffolder.task.create"),
        allow("users", "catalog.*"),
    ):
        own, others, nobodys = tasks
        for query in ("", f"?createdBy={BOB.subject}&createdBy={ALICE.subject}", "?status=failed&limit=10"):
            assert listed(world, ALICE, query) == {own}
        assert listed(world, ALICE, f"?createdBy={BOB.subject}") == set()
        assert listed(world, BOB) == {others}
        # Its template is gone, so that it cannot be retried.
        assert statuses_of_doors(world, own, ALICE) == [200, 200, 200, 200, 404]
        for task_id in (others, nobodys):
            assert statuses_of_doors(world, task_id, ALICE) == [403] * 5
        assert error_of(get(world, f"tasks/{others}", ALICE)) == (
            403,
            "NotAllowedError",
            "You are not allowed to do this with this task: it needs scaffolder.task.read",
        )
        assert get(world, "tasks/00000000-0000-4000-8000-000000000000", ALICE).status_code == 404


def test_all_but_those_of_some(world, tasks):
    with ruled_by(deny("users", "scaffolder.task.read", on={"task": {"owner": BOB.subject}}), allow("users")):
        assert listed(world, ALICE) == {tasks[0], tasks[2]}
        assert [get(world, f"tasks/{task_id}", ALICE).status_code for task_id in tasks] == [200, 403, 200]


def test_reading_is_not_cancelling(world, tasks):
    with ruled_by(allow("users", "scaffolder.task.read"), allow("users", "scaffolder.task.cancel", **OWN_TASKS)):
        assert get(world, f"tasks/{tasks[1]}", ALICE).status_code == 200
        assert post(world, f"tasks/{tasks[1]}/cancel", ALICE).status_code == 403
        assert post(world, f"tasks/{tasks[0]}/cancel", ALICE).status_code == 200


def test_who_may_see_no_task_is_told_so(world, tasks):
    with ruled_by(allow("users", "catalog.*")):
        assert error_of(get(world, "tasks", ALICE))[:2] == (403, "NotAllowedError")
        assert statuses_of_doors(world, tasks[0], ALICE) == [403] * 5


HIDING = [
    deny(
        "users",
        ["scaffolder.template.parameter.read", "scaffolder.template.step.read"],
        on={"template": {"tag": "secret"}},
    ),
    allow("users"),
]


def test_parts_of_a_template_are_hidden_by_their_tags(world):
    path = "templates/default/template/hello/parameter-schema"
    with ruled_by(*HIDING):
        shown = get(world, path, ALICE).json()
        assert [page["title"] for page in shown["steps"]] == ["Open"]
        started = post(world, "tasks", ALICE, {"templateRef": "template:default/hello", "values": {}})
        assert started.status_code == 201, started.content
        spec = get(world, f"tasks/{started.json()['id']}", ALICE).json()["spec"]
        assert [step["id"] for step in spec["steps"]] == ["say"]
    with ruled_by(allow("users")):
        assert [page["title"] for page in get(world, path, ALICE).json()["steps"]] == ["Open", "Hidden"]
        started = post(world, "tasks", ALICE, {"templateRef": "template:default/hello", "values": {}})
        assert started.status_code == 400


def test_a_form_of_which_all_is_hidden_is_empty_and_actions_are_listed_all_the_same(world):
    with ruled_by(allow("users", "catalog.*")):
        assert get(world, "templates/default/template/hello/parameter-schema", ALICE).json()["steps"] == []
        assert get(world, "actions", ALICE).status_code == 200


def test_a_template_that_is_hidden_is_not_found(world):
    with ruled_by(allow("users", "scaffolder.*")):
        path = "templates/default/template/hello/parameter-schema"
        assert error_of(get(world, path, ALICE))[0] == 404
        started = post(world, "tasks", ALICE, {"templateRef": "template:default/hello", "values": {}})
        assert error_of(started)[0] == 404


def run_as(identity, *steps):
    create_task(NewTask(make_spec(list(steps)), created_by=identity.subject, identity=identity))
    return run_next()


def log(message, **more):
    return {"action": "debug:log", "input": {"message": message, **more}}


def test_an_action_runs_only_for_whom_it_may():
    loud = {"on": {"action": {"id": "debug:log", "input": {"message": "loud"}}}}
    with ruled_by(deny("group:default/team-a", "scaffolder.action.execute", **loud), allow("users")):
        assert run_as(ALICE, log("quiet")).status == "completed"
        denied = run_as(ALICE, log("LOUD"))
        assert denied.status == "failed"
        assert denied.error == {
            "name": "NotAllowedError",
            "message": "Unauthorized action: debug:log. The action is not allowed.",
        }
        assert run_as(BOB, log("loud")).status == "completed"


def test_every_entry_of_an_each_is_judged_before_any_runs():
    hush = {"on": {"action": {"input": {"message": "b"}}}}
    step = {"action": "debug:log", "each": ["a", "b"], "input": {"message": "${{ each.value }}"}}
    with ruled_by(deny("users", "scaffolder.action.execute", **hush), allow("users")):
        denied = run_as(ALICE, step)
    assert denied.status == "failed"
    assert '"a"' not in denied.text.replace("'", '"').replace('"key": "0"', "")


FETCH = {
    "id": "look",
    "action": "catalog:fetch",
    "input": {"entityRefs": ["component:default/cart", "component:default/mail"], "optional": True},
}


def test_a_task_sees_of_the_catalog_what_its_user_sees():
    write(make_entity("cart"), make_entity("mail", owner="group:default/team-b"))
    spec = make_spec([FETCH], output={"seen": "${{ steps.look.output.entities }}"})
    with ruled_by(allow("users", "catalog.*", on={"entity": {"owner": "$self"}}), allow("users", "scaffolder.*")):
        create_task(NewTask(spec, created_by=ALICE.subject, identity=ALICE))
        seen = run_next().output["seen"]
    assert [entity and entity["metadata"]["name"] for entity in seen] == ["cart", None]


def test_services_are_bound_by_what_names_them():
    with ruled_by(deny("service:external:ci", "scaffolder.action.execute"), allow("users")):
        assert run_as(CI, log("quiet")).error["name"] == "NotAllowedError"
    with ruled_by(allow("users")):
        assert run_as(CI, log("quiet")).status == "completed"


def test_pages_obey_as_well(world, tasks):
    with ruled_by(allow("users", "scaffolder.task.read", **OWN_TASKS), allow("users", "catalog.*")):
        page = world.client.get("/tasks", headers=bearer(ALICE)).content.decode()
        assert tasks[0] in page
        assert tasks[1] not in page
        assert world.client.get(f"/tasks/{tasks[0]}", headers=bearer(ALICE)).status_code == 200
        assert world.client.get(f"/tasks/{tasks[1]}", headers=bearer(ALICE)).status_code == 403
