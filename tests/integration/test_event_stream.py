"""Streams and polls of events, from the route to the database and back; Granian is played by a double."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime

import orjson
import pytest
from django.db import connection, transaction
from django.utils import timezone

from common.app_config import AppConfig
from common.held_response import HeldResponse
from scaffolder.api import event_stream
from scaffolder.api.event_line import find_newest, read_lines
from scaffolder.api.event_waker import EventWaker
from scaffolder.models import Task, TaskEvent
from scaffolder.tasks.events import write_event
from tests.unit.config.rsgi_doubles import Protocol

pytestmark = pytest.mark.django_db(transaction=True)

TASK, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
READ_ONLY_ELSEWHERE = {"type": "static", "options": {"token": "catalog-token", "subject": "ci"}}
STREAM = f"/api/scaffolder/v2/tasks/{TASK}/eventstream"
EVENTS = f"/api/scaffolder/v2/tasks/{TASK}/events"


@pytest.fixture(autouse=True)
def _world(settings, monkeypatch):
    """One open task, everybody may do everything, and connections that do not outlive the test."""
    settings.APP_CONFIG = AppConfig.from_dict(
        {"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}, "cors": {"origin": "https://a.example"}}}
    )
    waker = EventWaker(find_newest=and_close(find_newest), read_lines=and_close(read_lines), ask_seconds=0.01)
    monkeypatch.setattr(event_stream, "WAKER", waker)
    Task.objects.create(id=TASK, spec="{}", created_at=timezone.now())


def and_close(ask):
    def answer(*arguments):
        try:
            return ask(*arguments)
        finally:
            connection.close()

    return answer


def newest():
    return TaskEvent.objects.filter(task_id=TASK).order_by("-id").values_list("id", flat=True).first()


def write(type_, **body):
    with transaction.atomic():
        write_event(TASK, type_, body)
        return newest()


def write_meanwhile(type_, **body):
    writer = threading.Thread(target=and_close(lambda: write(type_, **body)))
    writer.start()
    return writer


def hold(response):
    """What the door does with it; the status, the headers and the body as they were sent."""
    assert isinstance(response, HeldResponse)
    protocol = Protocol()
    headers = [(name.lower(), value) for name, value in response.items()]
    asyncio.run(asyncio.wait_for(response.hold(protocol, headers=headers), 20))
    status, headers, body = protocol.answer
    return status, headers, b"".join(body) if isinstance(body, list) else body


def ids_in(stream):
    return [int(line.removeprefix(b"id: ")) for line in stream.splitlines() if line.startswith(b"id: ")]


def test_streams_the_events_of_a_task(client):
    first, second = write("log", message="Größe"), write("completion", output={})
    response = client.get(STREAM, headers={"origin": "https://a.example"})

    status, headers, body = hold(response)

    assert status == 200
    wanted = {
        "connection": "keep-alive",
        "cache-control": "no-cache",
        "content-type": "text/event-stream",
        "x-accel-buffering": "no",
        "access-control-allow-origin": "https://a.example",
        "vary": "Origin",
    }
    assert {name: headers.get(name) for name in wanted} == wanted
    kind, number, data = body.split(b"\n\n")[0].split(b"\n")
    assert (kind, number, body[-2:]) == (b"event: log", b"id: %d" % first, b"\n\n")
    event = orjson.loads(data.removeprefix(b"data: "))
    assert datetime.fromisoformat(event.pop("createdAt"))
    assert event == {
        "id": first,
        "taskId": TASK,
        "type": "log",
        "body": {"message": "Größe"},
        "isTaskRecoverable": False,
    }
    assert ids_in(body) == [first, second]


def test_resumes_where_a_reader_was(client):
    first, second, third = write("log"), write("log"), write("completion")

    def ids(query="", **headers):
        return ids_in(hold(client.get(STREAM + query, headers=headers))[2])

    assert ids(f"?after={first}") == [second, third]
    assert ids(last_event_id=str(second)) == [third]
    assert ids(f"?after={first}", last_event_id=str(second)) == [second, third]
    assert ids(last_event_id="of another server") == [first, second, third]


def test_a_stream_goes_on_until_the_task_ends(client):
    first = write("log")
    response = client.get(STREAM)
    writer = write_meanwhile("completion")

    assert len(ids_in(hold(response)[2])) == 2
    writer.join()
    assert first < newest()


def test_who_watches_a_task_that_may_start_over_sees_the_retry_too(client):
    """A stock frontend takes the end of such a stream for an error."""
    Task.objects.update(spec='{"EXPERIMENTAL_recovery": {"EXPERIMENTAL_strategy": "startOver"}}')
    ids = [write("log"), write("completion", error={"name": "Error", "message": "no such file"})]
    assert [event["isTaskRecoverable"] for event in client.get(EVENTS).json()] == [True, True]
    response = client.get(STREAM)

    def retry():
        TaskEvent.objects.filter(type="completion").delete()
        ids.extend([write("recovered", recoverStrategy="none"), write("completion")])

    async def watch():
        protocol = Protocol()
        held = asyncio.ensure_future(response.hold(protocol, headers=[]))
        for number, act in enumerate((lambda: None, retry), start=1):
            await asyncio.to_thread(and_close(act))
            async with asyncio.timeout(20):
                while b"".join(protocol.answer[2]).count(b"event: completion") < number:
                    await asyncio.sleep(0.01)
        assert not held.done()
        held.cancel()
        return b"".join(protocol.answer[2])

    assert ids_in(asyncio.run(watch())) == ids


def test_a_poll_answers_at_once_with_what_there_is(client):
    first, second = write("log"), write("log")

    assert [event["id"] for event in client.get(EVENTS).json()] == [first, second]
    assert [event["id"] for event in client.get(f"{EVENTS}?after={first}").json()] == [second]


def test_a_poll_waits_for_what_comes(client):
    after = write("log")
    response = client.get(f"{EVENTS}?after={after}")
    writer = write_meanwhile("log", message="late")

    status, headers, body = hold(response)
    writer.join()

    assert (status, headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert [event["body"] for event in orjson.loads(body)] == [{"message": "late"}]


@pytest.mark.parametrize("path", [STREAM, EVENTS])
@pytest.mark.parametrize(
    ("task_id", "query", "status", "message"),
    [
        (OTHER, "", 404, f"No task with id '{OTHER}' found"),
        ("nope", "", 404, "No task with id 'nope' found"),
        (TASK, "?after=x", 400, "request/query/after must be integer"),
    ],
)
def test_says_what_is_wrong(client, path, task_id, query, status, message):
    answer = client.get(path.replace(TASK, task_id) + query)

    assert answer.status_code == status
    assert answer.json()["error"]["message"].startswith(message)
    assert answer.json()["request"]["url"].startswith(f"/v2/tasks/{task_id}/event")


@pytest.mark.parametrize("path", [STREAM, EVENTS])
def test_lets_in_only_whom_it_may(client, settings, path):
    access = [{**READ_ONLY_ELSEWHERE, "accessRestrictions": [{"plugin": "catalog"}]}]
    settings.APP_CONFIG = AppConfig.from_dict({"backend": {"auth": {"externalAccess": access}}})
    client.handler.load_middleware()

    assert client.get(path).status_code == 401
    assert client.get(path, headers={"authorization": "Bearer wrong-token"}).status_code == 401
    assert client.get(path, headers={"authorization": "Bearer catalog-token"}).status_code == 403


def test_a_question_about_the_headers_holds_nothing(client):
    answer = client.head(STREAM)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    assert not isinstance(answer, HeldResponse)


def test_asks_about_all_tasks_in_one_statement(django_assert_num_queries):
    newest = write("log")
    Task.objects.create(id=OTHER, spec="{}", created_at=timezone.now())

    with django_assert_num_queries(1):
        assert find_newest([TASK, OTHER, "gone"]) == {TASK: newest, OTHER: 0}
