"""The door, with Granian and Django played by doubles."""

import orjson
import pytest

from config.door import OK, SHUTTING_DOWN, STREAMS, Door
from tests.unit.config.rsgi_doubles import Headers, Protocol, Scope, run

READINESS = "/.backstage/health/v1/readiness"
LIVENESS = "/.backstage/health/v1/liveness"


class Django:
    """Notes what it is asked, and answers at once."""

    def __init__(self, *, takes=True):
        self.takes = takes
        self.bodies = []

    def submit(self, scope, protocol, body, done):
        if self.takes:
            self.bodies.append(body)
            protocol.response_bytes(200, [], b"Django")
            done.set_result(None)
        return self.takes


def ask(scope, protocol=None, *, django=None, state=OK, most=10):
    door = Door(django or Django(), max_body_bytes=most)
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
    run(Door(Django(), max_body_bytes=1).__rsgi__(Scope(READINESS), protocol))

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


def test_holds_streams_itself(monkeypatch):
    async def hold(scope, protocol):
        protocol.response_bytes(200, [], b"held")

    monkeypatch.setitem(STREAMS, "/api/events/", hold)

    assert ask(Scope("/api/events/bus")) == (200, b"held")
