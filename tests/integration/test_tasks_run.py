"""Tasks from their creation to their end."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.utils import timezone

from common import stopping
from common.errors import ConflictError, InputError, NotFoundError
from scaffolder.actions.action import Action
from scaffolder.models import Task, TaskCheckpoint, TaskSecrets, TaskStep, WorkspaceChunk
from scaffolder.settings import scaffolder_settings
from scaffolder.tasks.cancel import cancel_task
from scaffolder.tasks.claim import claim_task
from scaffolder.tasks.events import events_after
from scaffolder.tasks.read import TaskQuery, list_tasks, task_json
from scaffolder.tasks.reap import remove_leftovers
from scaffolder.tasks.retry import retry_task
from scaffolder.tasks.run import run_task
from tests.integration.task_world import ended, new_task, run_next, run_template, with_actions

pytestmark = pytest.mark.django_db(transaction=True)


def say(text, **step):
    return {"action": "test:say", "input": {"text": text}, **step}


def saying(said):
    def run(context):
        said.append(context.input["text"])
        context.log.info(context.input["text"])
        context.output("text", context.input["text"])

    return run


def test_a_task_runs_its_steps_and_gives_its_outputs():
    said = []
    with with_actions(test_say=saying(said)):
        done = run_template(
            [say("Hello ${{ parameters.name }}", id="one", name="One"), say("${{ steps.one.output.text }}!", id="two")],
            values={"name": "shop"},
            output={
                "text": [{"title": "T", "content": "${{ steps.two.output.text }}"}],
                "links": [{"title": "Never", "if": "${{ false }}", "url": "https://x.example.com"}, {"title": "L"}],
            },
        )
    assert said == ["Hello shop", "Hello shop!"]
    assert done.status == "completed"
    assert done.statuses == [("one", "processing"), ("one", "completed"), ("two", "processing"), ("two", "completed")]
    assert done.output == {"text": [{"title": "T", "content": "Hello shop!"}], "links": [{"title": "L"}]}
    assert [event["id"] for event in done.events] == sorted({event["id"] for event in done.events})


def test_conditions_decide_what_runs():
    said = []
    steps = [
        say("yes", id="a", **{"if": "${{ parameters.yes }}"}),
        say("no", id="b", **{"if": "${{ parameters.no }}"}),
        say("never", id="c", **{"if": False}),
        say(
            "each ${{ each.key }}=${{ each.value }}",
            id="d",
            each={"k": "v", "l": "w"},
            **{"if": "${{ each.key == 'l' }}"},
        ),
    ]
    with with_actions(test_say=saying(said)):
        done = run_template(steps, values={"yes": True, "no": False})
    assert said == ["yes", "each l=w"]
    assert ("b", "skipped") in done.statuses
    assert ("c", "skipped") in done.statuses


def test_a_failure_skips_the_rest_but_for_what_asks_for_the_status():
    said = []

    def fail(context):
        raise InputError("this is wrong")

    steps = [
        {"action": "test:fail", "id": "bad"},
        say("after", id="after"),
        say("always", id="always", **{"if": "${{ always() }}"}),
        say("on failure", id="failure", **{"if": "${{ failure() }}"}),
        say("never", id="never", **{"if": "${{ true }}"}),
    ]
    with with_actions(test_say=saying(said), test_fail=fail):
        done = run_template(steps)
    assert said == ["always", "on failure"]
    assert done.status == "failed"
    assert done.error == {"name": "InputError", "message": "this is wrong"}
    assert [pair for pair in done.statuses if pair[1] == "skipped"] == [("after", "skipped"), ("never", "skipped")]


def test_secrets_reach_actions_and_nothing_else():
    seen = []

    def use(context):
        seen.append(context.input["token"])
        context.log.info(f"token is {context.input['token']} and {context.input['token'].upper()}")
        context.output("token", context.input["token"])

    step = {
        "action": "test:use",
        "id": "use",
        "input": {"token": "${{ secrets.token }}", "u": "${{ secrets.token | upper }}"},
    }
    with with_actions(test_use=use):
        done = run_template(
            [step],
            secrets={"token": "very-s3cret-value"},
            output={"a": "${{ secrets.token }}", "b": "${{ steps.use.output.token }}"},
        )
    assert seen == ["very-s3cret-value"]
    assert "very-s3cret-value" not in done.text
    assert "VERY-S3CRET-VALUE" not in done.text
    assert "a" not in done.output
    assert not TaskSecrets.objects.exists()
    assert "s3cret" not in orjson.dumps(task_json(done.task)).decode()


def test_secrets_are_sealed_at_rest():
    def keep(context):
        context.checkpoint("k", lambda: context.input["token"])
        context.output("token", context.input["token"])

    steps = [{"action": "test:keep", "input": {"token": "${{ secrets.token }}"}}]
    new_task(steps, secrets={"token": "very-s3cret-value"})
    assert "s3cret" not in TaskSecrets.objects.get().sealed
    with with_actions(test_keep=keep):
        assert run_next().status == "completed"
    assert "s3cret" not in TaskStep.objects.get().output
    assert "s3cret" not in TaskCheckpoint.objects.get().value


def test_secrets_that_a_step_made_are_hidden_from_then_on():
    made = Action("test:make", "", lambda context: context.output("token", "m4de-just-now"), secret_outputs=("token",))
    steps = [
        {"action": "test:make", "id": "make"},
        say("it is ${{ steps.make.output.token }}"),
        {"action": "test:fail"},
    ]
    tries = []

    def fail(context):
        tries.append(1)
        context.log.info("before: m4de-just-now")
        if len(tries) == 1:
            raise InputError("with m4de-just-now")

    with with_actions(made, test_say=saying([]), test_fail=fail):
        first = run_template(steps, output={"token": "${{ steps.make.output.token }}"})
        retry_task(first.task.id, {})
        second = run_next()
    assert (first.status, second.status) == ("failed", "completed")
    assert "m4de" not in first.text + second.text
    assert second.output == {"token": "***"}


def test_a_killed_step_runs_again_and_those_before_it_do_not():
    said, keys = [], []

    def write(context):
        context.workspace.write_text("kept.txt", "kept")

    def crash(context):
        keys.append((context.idempotency_key, context.checkpoint("once", lambda: len(keys))))
        assert [entry.path for entry in context.workspace.walk()] == ["kept.txt"]
        context.workspace.write_text("half.txt", "half")
        if len(keys) == 1:
            raise SystemExit  # as good as a kill: nobody tells the database

    steps = [say("first"), {"action": "test:write"}, {"action": "test:crash"}, say("last")]
    with with_actions(test_say=saying(said), test_write=write, test_crash=crash):
        task_id = new_task(steps)
        with pytest.raises(SystemExit):
            run_next()
        assert claim_task(timedelta(seconds=30), is_recovering=True) is None
        Task.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        done = run_next()
    assert said == ["first", "last"]
    assert keys[0] == keys[1]
    assert done.task.id == task_id
    assert done.status == "completed"
    assert done.task.attempts == 2
    assert [event["type"] for event in done.events].count("recovered") == 1
    assert done.statuses.count(("step-1", "completed")) == 1


def test_who_has_lost_the_lease_writes_nothing_more():
    def lose(context):
        Task.objects.update(claim="another")

    with with_actions(test_lose=lose):
        done = run_template([{"action": "test:lose"}])
    assert done.status == "processing"
    assert done.task.claim == "another"
    assert not TaskStep.objects.exists()


def test_cancelling_interrupts_the_step_that_runs():
    def wait(context):
        threading.Timer(0.3, lambda: (cancel_task(context.task_id), connection.close())).start()
        time.sleep(30)

    steps = [{"action": "test:wait", "id": "w"}, say("never"), say("never", **{"if": "${{ always() }}"})]
    began = time.monotonic()
    with with_actions(test_wait=wait, test_say=saying([])):
        done = run_template(steps)
    assert time.monotonic() - began < 10
    assert done.status == "cancelled"
    assert [event["type"] for event in done.events][-2:] == ["cancelled", "completion"]
    assert signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL


def test_cancelling_what_nobody_works_on_ends_it():
    task_id = new_task([say("x")], secrets={"token": "very-s3cret-value"})
    cancel_task(task_id)
    cancel_task(task_id)
    done = ended(task_id)
    assert done.status == "cancelled"
    assert [event["type"] for event in done.events] == ["cancelled", "completion"]
    assert not TaskSecrets.objects.exists()
    with pytest.raises(NotFoundError):
        cancel_task("00000000-0000-4000-8000-000000000000")


def test_a_retry_goes_on_from_the_failed_step_with_the_workspace_as_it_was():
    said, tries = [], []

    def write(context):
        context.workspace.write_text("bin/run.sh", "#!", is_executable=True)

    def flaky(context):
        tries.append(dict(context.secrets))
        assert [entry.path for entry in context.workspace.walk()] == ["bin", "bin/run.sh"]
        context.workspace.write_text("half.txt", "")
        if len(tries) == 1:
            raise InputError("not yet")

    steps = [
        say("one"),
        {"action": "test:write"},
        {"action": "test:flaky", "id": "flaky"},
        say("cleaned", **{"if": "${{ always() }}"}),
    ]
    with with_actions(test_say=saying(said), test_write=write, test_flaky=flaky):
        task_id = new_task(steps, secrets={"token": "first-token"})
        with pytest.raises(ConflictError):
            retry_task(task_id, {})
        assert run_next().status == "failed"
        retry_task(task_id, {"token": "second-token"})
        done = run_next()
    assert done.status == "completed"
    assert said == ["one", "cleaned", "cleaned"]
    assert tries == [{"token": "first-token"}, {"token": "second-token"}]
    assert not WorkspaceChunk.objects.exists()


def test_retrying_a_completed_task_runs_nothing():
    said = []
    with with_actions(test_say=saying(said)):
        task_id = run_template([say("once")], output={"o": "${{ steps['step-1'].output.text }}"}).task.id
        retry_task(task_id, {})
        done = run_next()
    assert said == ["once"]
    assert (done.status, done.output) == ("completed", {"o": "once"})


def test_a_step_with_retry_is_tried_again_with_its_workspace_restored():
    tries = []

    def flaky(context):
        assert not context.workspace.exists("half.txt")
        context.workspace.write_text("half.txt", "")
        tries.append(context.idempotency_key)
        if len(tries) < 3:
            raise InputError("not yet")

    with with_actions(test_flaky=flaky):
        done = run_template([{"action": "test:flaky", "retry": {"max": 2, "backoff": "0.01s"}}])
    assert done.status == "completed"
    assert len(tries) == 3
    assert len(set(tries)) == 1


def test_a_step_with_a_timeout_is_interrupted():
    with with_actions(test_sleep=lambda context: time.sleep(30), test_say=saying([])):
        began = time.monotonic()
        done = run_template(
            [{"action": "test:sleep", "id": "s", "timeout": 0.2}, say("x", **{"if": "${{ failure() }}"})]
        )
    assert time.monotonic() - began < 10
    assert done.status == "failed"
    assert "took longer than its timeout of 0.2 s" in done.error["message"]
    assert ("step-2", "completed") in done.statuses


def test_the_time_limit_of_a_task_counts_from_its_first_attempt():
    settings = replace(scaffolder_settings(), task_timeout=timedelta(seconds=0.5))
    new_task([{"action": "test:sleep"}])
    with with_actions(test_sleep=lambda context: time.sleep(30)):
        done = run_next(settings)
    assert (done.status, done.error["name"]) == ("failed", "TimeoutError")


def test_a_worker_that_stops_gives_its_task_back(monkeypatch):
    said = []
    monkeypatch.setattr("scaffolder.tasks.watch.DRAIN_SECONDS", 0.1)
    monkeypatch.setattr("scaffolder.tasks.watch.is_stopping", lambda: len(said) == 1)
    sleeps = [30, 0]
    with with_actions(test_say=saying(said), test_sleep=lambda context: time.sleep(sleeps.pop(0))):
        new_task([say("one"), {"action": "test:sleep"}, say("two")])
        first = run_next()
        assert first.status == "open"
        monkeypatch.undo()
        with with_actions(test_say=saying(said), test_sleep=lambda context: time.sleep(sleeps.pop(0))):
            second = run_next()
    assert said == ["one", "two"]
    assert second.status == "completed"
    assert not stopping.is_stopping()


@pytest.mark.parametrize("status", ["completed", "failed"])
def test_no_workspace_is_left_behind(status):
    def act(context):
        context.workspace.write_text("x", "y")
        if status == "failed":
            raise RuntimeError("boom")

    with with_actions(test_act=act):
        done = run_template([{"action": "test:act"}])
    assert done.status == status
    assert list(scaffolder_settings().workspaces.iterdir()) == []


def test_what_a_killed_worker_left_is_removed():
    folder = scaffolder_settings().workspaces
    left = folder / "run-abc-00000000-0000-4000-8000-000000000000"
    left.mkdir(parents=True)
    assert remove_leftovers() == 0
    old = time.time() - 3600
    os.utime(left, (old, old))
    assert remove_leftovers() == 1
    assert not left.exists()


def test_old_tasks_go_when_they_are_told_to(monkeypatch):
    with with_actions(test_say=saying([])):
        run_template([say("old")])
    running = new_task([say("new")])
    Task.objects.filter(status="completed").update(ended_at=timezone.now() - timedelta(days=2))
    assert remove_leftovers() == 0
    settings = replace(scaffolder_settings(), keep_tasks=timedelta(days=1))
    monkeypatch.setattr("scaffolder.tasks.reap.scaffolder_settings", lambda: settings)
    assert remove_leftovers() > 0
    assert [task.id for task in Task.objects.all()] == [running]


def test_the_quota_fails_the_step():
    settings = replace(scaffolder_settings(), max_workspace_bytes=10)
    new_task([{"action": "test:act", "id": "big"}])
    with with_actions(test_act=lambda context: context.workspace.write_text("x", "y" * 11)):
        done = run_next(settings)
    assert done.status == "failed"
    assert "beyond 10 bytes" in done.error["message"]


def test_unknown_actions_are_reported_before_anything_runs():
    said = []
    with with_actions(test_say=saying(said)):
        done = run_template([say("x"), {"action": "nope:nope", "id": "n"}, {"action": "Test:Say", "id": "case"}])
    assert said == []
    assert done.error["name"] == "NotFoundError"
    assert "nope:nope" in done.error["message"]
    assert done.statuses == [("n", "failed"), ("case", "failed")]


def test_an_unknown_action_that_is_not_wanted_harms_nobody():
    said = []
    unwanted = {"action": "nope:nope", "id": "n", "if": "${{ false }}"}
    with with_actions(test_say=saying(said)):
        done = run_template([unwanted, say("x")])
    assert (done.status, said) == ("completed", ["x"])


def test_a_quick_step_costs_few_statements(django_assert_max_num_queries):
    said = []
    with with_actions(test_say=saying(said)):
        new_task([say(str(number)) for number in range(10)])
        with django_assert_max_num_queries(70):
            run_next()
    assert len(said) == 10


def test_lists_are_filtered_ordered_and_cut():
    first, second, third = (new_task([say(str(number))]) for number in range(3))
    cancel_task(second)
    tasks, total = list_tasks(TaskQuery(statuses=("open",), order=(("created_at", "asc"),), limit=1, offset=1))
    assert ([task.id for task in tasks], total) == ([third], 2)
    assert [task.id for task in list_tasks(TaskQuery())[0]] == [third, second, first]
    with pytest.raises(InputError, match="cannot be ordered by"):
        list_tasks(TaskQuery(order=(("spec", "asc"),)))


def test_readers_who_ask_after_the_end_learn_of_the_end():
    with with_actions(test_say=saying([])):
        done = run_template([say("x")])
    last = done.events[-1]
    assert [event["type"] for event in events_after(done.task.id, last["id"])] == ["completion"]
    with pytest.raises(NotFoundError):
        events_after("00000000-0000-4000-8000-000000000000", None)


def test_checkpoints_are_kept_per_step_and_iteration():
    made = []

    def act(context):
        made.append(context.checkpoint("k", lambda: {"n": len(made)}))

    with with_actions(test_act=act):
        run_template([{"action": "test:act", "each": [1, 2]}, {"action": "test:act"}])
    assert made == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert TaskCheckpoint.objects.count() == 3


def test_an_interrupted_run_leaves_a_usable_connection():
    task_id = new_task([{"action": "test:query"}])

    def query(context):
        threading.Timer(0.3, lambda: (cancel_task(task_id), connection.close())).start()
        while True:
            Task.objects.count()

    with with_actions(test_query=query):
        assert run_next().status == "cancelled"
    assert Task.objects.count() == 1


def test_two_workers_do_not_get_the_same_task():
    new_task([say("x")])
    settings = scaffolder_settings()
    assert claim_task(settings.lease, is_recovering=True) is not None
    assert claim_task(settings.lease, is_recovering=True) is None


def test_recovery_can_be_switched_off():
    new_task([say("x")])
    task = claim_task(timedelta(seconds=-1), is_recovering=True)
    assert task is not None
    assert claim_task(timedelta(seconds=30), is_recovering=False) is None


def test_a_claimed_task_that_is_gone_is_let_go():
    new_task([say("x")])
    settings = scaffolder_settings()
    task = claim_task(settings.lease, is_recovering=True)
    assert task is not None
    Task.objects.all().delete()
    with with_actions(test_say=saying([])):
        run_task(task, settings)
    assert not Task.objects.exists()
