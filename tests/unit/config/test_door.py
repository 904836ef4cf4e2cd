"""The door, with Granian and Django played by doubles."""

import asyncio

import orjson
import pytest

from config.door import OK, SHUTTING_DOWN, Door
from tests.unit.config.rsgi_doubles import Headers, Protocol, Scope, run

READINESS = "/.backstage/health/v1/readiness"
LIVENESS = "/.backstage/health/v1/liveness"


class Django:
    """Notes what it is asked, and answers at once, or hands back who holds the connection."""

    def __init__(self, *, takes=True, held=None):
        self.takes = takes
        self.held = held
        self.bodies = []

    def submit(self, scope, protocol, body, done):
        if self.takes:
            self.bodies.append(body)
            if self.held is None:
                protocol.response_bytes(200, [], b"Django")
            done(self.held)
        return self.takes


def open_door(django, *, slow=None, most=10):
    return Door(django, slow_calls=slow or Django(), max_body_bytes=most)


def ask(scope, protocol=None, *, django=None, slow=None, state=OK, most=10):
    door = open_door(django or Django(), slow=slow, most=most)
    door.ready = state
    protocol = protocol or Protocol()
    run(door.__rsgi__(scope, protocol))
    status, headers, body = protocol.answer
    return status, orjson.loads(body) if headers.get("content-type", "").startswith("application/json") else body


@pytest.mark.parametrize(
    ("path", "state", "answer"),
    [
        pytest.param(READINESS, OK, (200, {"status": "ok"}), id="ready"),
        pytest.param(
            READINESS,
            SHUTTING_DOWN,
            (503, {"message": "Backend is shutting down", "status": "error"}),
            id="not ready any more",
        ),
        pytest.param(LIVENESS, SHUTTING_DOWN, (200, {"status": "ok"}), id="always alive"),
    ],
)
def test_answers_for_its_health(path, state, answer):
    assert ask(Scope(path), state=state) == answer


def test_is_not_ready_before_it_is_told():
    protocol = Protocol()
    run(open_door(Django()).__rsgi__(Scope(READINESS), protocol))

    assert (protocol.answer[0], protocol.answer[2]) == (
        503,
        b'{"message":"Backend has not started yet","status":"error"}',
    )


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(Scope("/api/catalog/entities"), id="anything else"),
        pytest.param(Scope("/.backstage/health/v1/other"), id="what is no health"),
        pytest.param(Scope(READINESS, "POST"), id="another method"),
    ],
)
def test_leaves_the_rest_to_django(scope):
    assert ask(scope) == (200, b"Django")


def test_reads_a_body_of_known_length():
    django = Django()
    ask(Scope("/", "POST", headers=Headers([("content-length", "6")])), Protocol(b"abc", b"def"), django=django)

    assert django.bodies == [b"abcdef"]


def test_reads_a_body_in_chunks():
    django = Django()
    chunked = Scope("/", "POST", headers=Headers([("transfer-encoding", "chunked")]))
    ask(chunked, Protocol(b"abc", b"def"), django=django)

    assert django.bodies == [b"abcdef"]


@pytest.mark.parametrize("length", ["11", "9" * 5000, "-1", "1e3", "¹"])
def test_refuses_a_body_by_its_length_without_reading_it(length):
    status, body = ask(Scope("/api/catalog/x", "POST", headers=Headers([("content-length", length)])))

    assert status == 413
    assert body == {
        "error": {"name": "PayloadTooLargeError", "message": "request entity too large: at most 10 bytes are taken"},
        "request": {"method": "POST", "url": "/api/catalog/x"},
        "response": {"statusCode": 413},
    }


def test_stops_reading_a_body_without_end():
    protocol = Protocol(*[b"1234"] * 1000)
    status, _ = ask(Scope("/", "POST", headers=Headers([("transfer-encoding", "chunked")])), protocol)

    assert status == 413
    assert protocol.chunks_read == 3


def test_says_so_when_too_many_wait():
    status, body = ask(Scope("/api/catalog/x"), django=Django(takes=False))

    assert (status, body["error"]["name"]) == (503, "ServiceUnavailableError")


def test_refuses_web_sockets_that_nobody_holds():
    assert ask(Scope("/ws", proto="ws")) == (404, b"")


@pytest.mark.parametrize(
    ("method", "path", "is_slow"),
    [
        ("POST", "/api/scaffolder/v2/dry-run", True),
        ("POST", "/api/scaffolder/v2/dry-run/", True),
        ("POST", "/api/scaffolder/v2/autocomplete/github/repositories", True),
        ("POST", "/api/mcp-actions/v1", True),
        ("GET", "/api/scaffolder/v2/dry-run", False),
        ("POST", "/api/scaffolder/v2/tasks", False),
        ("POST", "/api/catalog/entities/by-query", False),
    ],
)
def test_has_other_threads_for_what_takes_its_time(method, path, is_slow):
    quick, slow = Django(), Django()
    ask(Scope(path, method), django=quick, slow=slow)

    assert (len(quick.bodies), len(slow.bodies)) == (not is_slow, is_slow)


class Holder:
    """Holds a connection until it is told to end, and notes how it ended."""

    def __init__(self):
        self.is_open = asyncio.Event()
        self.end = asyncio.Event()
        self.was_cancelled = False

    async def __call__(self, protocol):
        protocol.response_bytes(200, [], b"held")
        self.is_open.set()
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


def hold(finish):
    """Opens a connection, calls ``finish(door, holder, protocol)``, and returns when all of it has ended."""

    async def play():
        holder, protocol = Holder(), Protocol()
        door = open_door(Django(held=holder))
        asking = asyncio.ensure_future(door.__rsgi__(Scope("/api/x/stream"), protocol))
        await holder.is_open.wait()
        finish(door, holder, protocol)
        await asyncio.wait_for(asking, 5)
        return protocol.answer, holder.was_cancelled, asyncio.all_tasks() - {asyncio.current_task()}

    return run(play())


def test_holds_a_connection_until_it_ends():
    assert hold(lambda door, holder, protocol: holder.end.set()) == ((200, {}, b"held"), False, set())


def test_lets_go_of_a_connection_when_the_client_is_gone():
    assert hold(lambda door, holder, protocol: protocol.gone.set()) == ((200, {}, b"held"), True, set())


def test_lets_go_of_all_connections_when_it_ends():
    assert hold(lambda door, holder, protocol: door.release_all()) == ((200, {}, b"held"), True, set())


def test_holds_no_connection_any_more_when_it_ends():
    protocol = Protocol()

    async def play():
        door = open_door(Django(held=Holder()))
        door.release_all()
        await door.__rsgi__(Scope("/api/x/stream"), protocol)

    run(play())
    status, _, body = protocol.answer
    assert (status, orjson.loads(body)["error"]) == (
        503,
        {"name": "ServiceUnavailableError", "message": "Backend is shutting down"},
    )


def test_tells_of_a_held_connection_that_breaks_off(caplog):
    async def fail(protocol):
        raise ValueError("odd")

    assert ask(Scope("/api/x/stream"), django=Django(held=fail)) == (500, b"")
    assert [(record.message, str(record.exc_info[1])) for record in caplog.records] == [
        ("a held connection broke off", "odd")
    ]


class Watcher:
    """What Granian's thread hands to the short cut."""

    def __init__(self, scope, protocol):
        self.scope, self.proto = scope, protocol
        self.ends = 0

    def done(self):
        self.ends += 1


def test_the_short_cut_takes_plain_reads_straight_to_django():
    django = Django()
    watcher = Watcher(Scope("/api/catalog/entities"), Protocol())
    assert open_door(django).take(watcher)
    assert (django.bodies, watcher.ends) == ([b""], 1)


@pytest.mark.parametrize(
    "scope",
    [
        Scope("/x", method="POST"),
        Scope("/x", proto="ws"),
        Scope(READINESS),
        Scope("/x", headers=Headers([("content-length", "1")])),
        Scope("/x", headers=Headers([("transfer-encoding", "chunked")])),
    ],
)
def test_the_short_cut_leaves_everything_else_to_the_event_loop(scope):
    django = Django()
    watcher = Watcher(scope, Protocol())
    assert not open_door(django).take(watcher)
    assert (django.bodies, watcher.ends) == ([], 0)


def test_the_short_cut_leaves_it_to_the_event_loop_to_say_that_we_are_too_busy():
    assert not open_door(Django(takes=False)).take(Watcher(Scope("/x"), Protocol()))


def test_a_connection_that_the_short_cut_took_is_held_in_the_event_loop():
    held = []

    async def hold(protocol):
        held.append(protocol)

    async def scenario():
        django = Django(held=hold)
        django.loop = asyncio.get_running_loop()
        watcher = Watcher(Scope("/stream"), Protocol())
        assert open_door(django).take(watcher)
        while not watcher.ends:
            await asyncio.sleep(0)
        assert held == [watcher.proto]

    run(scenario())
