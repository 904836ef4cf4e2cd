"""Streams and polls of events, with Granian and the database played by doubles."""

import asyncio
import contextlib
import json
import threading

import pytest
from django.db import OperationalError

from common.errors import InputError, NotFoundError
from scaffolder.api.event_line import EventLine
from scaffolder.api.event_stream import hold_poll, hold_stream, stream_events
from scaffolder.api.event_waker import EventWaker
from tests.unit.config.rsgi_doubles import Protocol, StreamTransport, run

PATIENCE = 10.0
HEADERS = [("content-type", "text/event-stream")]


class Tasks:
    """The events of tasks, as a database has them. Counts how often it is asked."""

    def __init__(self, **events):
        self.lines = {
            task_id: [make_line(number, kind) for number, kind in of_task] for task_id, of_task in events.items()
        }
        self.reads = []
        self.questions = []
        self.failures = 0

    def add(self, task_id, number, kind="log"):
        self.lines[task_id] = [*self.lines[task_id], make_line(number, kind)]

    def read_lines(self, task_id, after):
        self._fail_if_told()
        self.reads.append((task_id, after))
        if task_id not in self.lines:
            raise NotFoundError(f"No task with id '{task_id}' found")
        return [line for line in self.lines[task_id] if after is None or line.id > after or line.is_last]

    def find_newest(self, task_ids):
        self._fail_if_told()
        self.questions.append(sorted(task_ids))
        return {
            task_id: max((line.id for line in self.lines[task_id]), default=0)
            for task_id in task_ids
            if task_id in self.lines
        }

    def _fail_if_told(self):
        if self.failures:
            self.failures -= 1
            raise OperationalError("the database is away")

    def waker(self):
        return EventWaker(
            find_newest=self.find_newest, read_lines=self.read_lines, ask_seconds=0.001, retry_seconds=0.001
        )


def make_line(number, kind="log"):
    is_last = kind == "completion"
    return EventLine(number, kind, json.dumps({"id": number, "type": kind}).encode(), is_last)


def events_in(protocol):
    """The ids and types that a browser would see, in order."""
    text = b"".join(protocol.answer[2]).decode()
    events = []
    for block in filter(None, text.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "data" in fields:
            data = json.loads(fields["data"])
            assert (fields["event"], fields["id"]) == (data["type"], str(data["id"]))
            events.append((data["id"], data["type"]))
    return events


async def until(condition):
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def streaming(waker, task_id="t", after=None, *, protocol=None, **options):
    """A stream that is cancelled at the end, unless it has ended by itself."""
    protocol = protocol or Protocol()
    work = asyncio.ensure_future(hold_stream(waker, task_id, after, protocol, headers=HEADERS, **options))
    try:
        yield protocol, work
    finally:
        work.cancel()
        await asyncio.wait([work])


async def stream_to_end(tasks, after=None):
    async with streaming(tasks.waker(), after=after) as (protocol, work):
        await asyncio.wait_for(work, PATIENCE)
    return protocol


def test_sends_what_is_there_and_ends_with_the_completion():
    protocol = run(stream_to_end(Tasks(t=[(3, "log"), (4, "completion")])))

    assert protocol.answer == (
        200,
        {"content-type": "text/event-stream"},
        [
            b'event: log\nid: 3\ndata: {"id": 3, "type": "log"}\n\n'
            b'event: completion\nid: 4\ndata: {"id": 4, "type": "completion"}\n\n'
        ],
    )


@pytest.mark.parametrize(
    ("after", "ids"), [(None, [3, 5, 9]), (0, [3, 5, 9]), (-7, [3, 5, 9]), (3, [5, 9]), (9, [9]), (2**53 - 1, [9])]
)
def test_resumes_after_an_event_and_always_tells_the_end(after, ids):
    protocol = run(stream_to_end(Tasks(t=[(3, "log"), (5, "log"), (9, "completion")]), after))

    assert [number for number, _ in events_in(protocol)] == ids


def test_sends_each_event_once_and_in_order_while_they_are_written():
    async def play():
        tasks = Tasks(t=[])
        waker = tasks.waker()
        async with streaming(waker) as (one, first), streaming(waker, after=30) as (two, second):
            for number in range(1, 100):
                tasks.add("t", number)
                await asyncio.sleep(0.0005)
            tasks.add("t", 100, "completion")
            await asyncio.wait_for(asyncio.gather(first, second), PATIENCE)
        return events_in(one), events_in(two)

    one, two = run(play())
    assert one == [*((number, "log") for number in range(1, 100)), (100, "completion")]
    assert two == one[30:]


def test_an_early_reader_learns_of_the_end():
    async def play():
        tasks = Tasks(t=[(1, "log")])
        async with streaming(tasks.waker(), after=50) as (protocol, work):
            await until(lambda: tasks.questions)
            tasks.add("t", 2, "completion")
            await asyncio.wait_for(work, PATIENCE)
        return events_in(protocol)

    assert run(play()) == [(2, "completion")]


def test_says_that_it_is_alive_at_once_and_whenever_nothing_comes():
    async def play():
        tasks = Tasks(t=[])
        async with streaming(tasks.waker(), heartbeat_seconds=0.01) as (protocol, _):
            await until(lambda: protocol.answer and len(protocol.answer[2]) == 3)
            return list(protocol.answer[2])

    assert run(play()) == [b": heartbeat\n\n"] * 3


def test_sends_no_heartbeats_while_events_come():
    async def play():
        tasks = Tasks(t=[(1, "log")])
        async with streaming(tasks.waker()) as (protocol, work):
            await until(lambda: protocol.answer and protocol.answer[2])
            tasks.add("t", 2, "completion")
            await asyncio.wait_for(work, PATIENCE)
            return protocol.answer[2]

    assert b"heartbeat" not in b"".join(run(play()))


def test_five_hundred_readers_cost_one_read():
    async def play():
        tasks = Tasks(t=[(1, "log")], u=[])
        waker = tasks.waker()
        async with contextlib.AsyncExitStack() as stack:
            streams = [await stack.enter_async_context(streaming(waker)) for _ in range(500)]
            other, _ = await stack.enter_async_context(streaming(waker, "u"))
            await until(lambda: len(tasks.reads) == 4 and all(protocol.answer[2] for protocol, _ in streams))
            tasks.reads.clear()
            tasks.add("t", 2)
            await until(lambda: all(len(events_in(protocol)) == 2 for protocol, _ in streams))
            return tasks.reads, events_in(other)

    assert run(play()) == ([("t", 1)], [])


def test_asks_only_about_what_is_read_and_only_while_it_is():
    async def play():
        tasks = Tasks(t=[], u=[])
        waker = tasks.waker()
        async with streaming(waker, "t"), streaming(waker, "u"):
            await until(lambda: ["t", "u"] in tasks.questions)
        assert tasks.questions[-1] == ["t", "u"]
        await until(lambda: len(asyncio.all_tasks()) == 1)
        async with streaming(waker, "u"):
            await until(lambda: tasks.questions[-1] == ["u"])
            await until(lambda: len(asyncio.all_tasks()) > 1)
        await until(lambda: len(asyncio.all_tasks()) == 1)

    run(play())


def test_goes_on_when_the_database_is_back(caplog):
    async def play():
        tasks = Tasks(t=[(1, "log")])
        async with streaming(tasks.waker(), heartbeat_seconds=0.005) as (protocol, work):
            await until(lambda: protocol.answer and events_in(protocol))
            tasks.failures = 5
            await until(lambda: not tasks.failures)
            tasks.add("t", 2, "completion")
            await asyncio.wait_for(work, PATIENCE)
        return events_in(protocol)

    assert run(play()) == [(1, "log"), (2, "completion")]
    assert {record.getMessage() for record in caplog.records} == {"Events of tasks cannot be read, next try in 0.001 s"}


def test_ends_when_the_task_is_removed():
    async def play():
        tasks = Tasks(t=[(1, "log")])
        async with streaming(tasks.waker()) as (protocol, work):
            await until(lambda: protocol.answer and events_in(protocol))
            del tasks.lines["t"]
            await asyncio.wait_for(work, PATIENCE)
        return events_in(protocol)

    assert run(play()) == [(1, "log")]


def test_a_reader_who_leaves_takes_nothing_from_the_others():
    async def play():
        tasks, may_read = Tasks(t=[(1, "completion")]), threading.Event()
        waker = EventWaker(
            find_newest=tasks.find_newest,
            read_lines=lambda *of: may_read.wait(PATIENCE) and tasks.read_lines(*of),
        )
        async with streaming(waker) as (protocol, work):
            async with streaming(waker):
                await asyncio.sleep(0)
            may_read.set()
            await asyncio.wait_for(work, PATIENCE)
        return events_in(protocol)

    assert run(play()) == [(1, "completion")]


def test_ends_when_the_client_is_gone_before_it_was_noticed():
    async def play():
        protocol = Protocol(transport=StreamTransport(breaks_after=0))
        waker = Tasks(t=[(1, "log")]).waker()
        async with streaming(waker, protocol=protocol) as (_, work):
            await asyncio.wait_for(work, PATIENCE)
        await until(lambda: len(asyncio.all_tasks()) == 1)

    run(play())


def poll(tasks, after, *, then=lambda tasks: None, poll_seconds=PATIENCE, task_id="t"):
    async def play():
        protocol = Protocol()
        work = asyncio.ensure_future(
            hold_poll(tasks.waker(), task_id, after, protocol, headers=[], poll_seconds=poll_seconds)
        )
        await until(lambda: tasks.questions or work.done())
        if then == "cancel":
            work.cancel()
        else:
            then(tasks)
        await asyncio.wait([work], timeout=PATIENCE)
        return protocol.answer[0], json.loads(protocol.answer[2])

    return run(play())


def test_a_poll_answers_as_soon_as_there_is_something():
    answer = poll(Tasks(t=[(1, "log")]), 1, then=lambda tasks: tasks.add("t", 2))

    assert answer == (200, [{"id": 2, "type": "log"}])


@pytest.mark.parametrize(("after", "ids"), [(None, [1, 2]), (1, [2]), (2, [2])])
def test_a_poll_answers_at_once_if_there_is_something(after, ids):
    status, events = poll(Tasks(t=[(1, "log"), (2, "completion")]), after)

    assert (status, [event["id"] for event in events]) == (200, ids)


def test_a_poll_answers_with_nothing_after_a_while():
    assert poll(Tasks(t=[(1, "log")]), 1, poll_seconds=0.01) == (200, [])


def test_a_poll_answers_with_nothing_when_the_process_stops():
    assert poll(Tasks(t=[(1, "log")]), 1, then="cancel") == (200, [])


def test_a_poll_answers_with_nothing_when_the_task_is_removed():
    assert poll(Tasks(t=[(1, "log")]), 1, then=lambda tasks: tasks.lines.clear()) == (200, [])


@pytest.mark.parametrize(
    "query", ["after=x", "after=", "after=1&after=2", "after=1.5", "after[]=1", "after=" + "9" * 41]
)
def test_refuses_a_position_that_is_none(rf, query):
    with pytest.raises(InputError, match=r"^request/query/after must be integer, the id of an event, and is "):
        stream_events(rf.get(f"/api/scaffolder/v2/tasks/t/eventstream?{query}"), "t")
