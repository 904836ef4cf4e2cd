"""Granian's ASGI in the words of RSGI, with Granian played by a double."""

import asyncio

import pytest

from config.granian_request import Request
from config.socket_request import SocketRequest

SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/api/x",
    "query_string": b"a=b%20c",
    "http_version": "1.1",
    "scheme": "http",
    "server": ("127.0.0.1", "7007"),
    "client": ("10.0.0.9", "5555"),
    "headers": [(b"host", b"x"), (b"content-length", b"6"), (b"x-a", b"1"), (b"x-a", b"\xfc")],
}


class Connection:
    def __init__(self, *events):
        self.events = [*events]
        self.sent = []

    async def receive(self):
        return self.events.pop(0)

    def send(self, event):
        self.sent.append(event)
        return _Done()


class _Done:
    def __await__(self):
        return iter(())


class Watcher:
    err = taskref = None

    def __init__(self, scope, *events):
        self.scope = scope
        self.proto = Connection(*events)
        self.is_over = False

    def done(self):
        self.is_over = True


def body(data, *, more):
    return {"type": "http.request", "body": data, "more_body": more}


def test_knows_what_came_before_the_body():
    scope = Request(Watcher(SCOPE)).scope
    assert (scope.proto, scope.method, scope.path, scope.query_string) == ("http", "POST", "/api/x", "a=b%20c")
    assert (scope.server, scope.client, scope.scheme) == ("127.0.0.1:7007", "10.0.0.9:5555", "http")
    assert scope.headers.get("x-a") == "1"
    assert scope.headers.items()[-1] == ("x-a", "ü")
    assert "content-length" in scope.headers
    assert "x-b" not in scope.headers
    assert scope.headers.get("x-b") is None


def test_reads_a_body_no_further_than_it_says():
    watcher = Watcher(SCOPE, body(b"abc", more=True), body(b"def", more=True))
    assert asyncio.run(Request(watcher).proto()) == b"abcdef"


def test_reads_a_body_in_chunks_up_to_its_end():
    scope = SCOPE | {"headers": [(b"transfer-encoding", b"chunked")]}
    watcher = Watcher(scope, body(b"abc", more=True), body(b"def", more=False))
    assert asyncio.run(Request(watcher).proto()) == b"abcdef"


def test_answers_once():
    watcher = Watcher(SCOPE)
    request = Request(watcher)
    request.proto.response_bytes(200, [("content-type", "text/plain")], b"yes")
    request.proto.response_empty(500, [])
    request.done()
    assert watcher.proto.sent == [
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]},
        {"type": "http.response.body", "body": b"yes", "more_body": False},
    ]
    assert watcher.is_over
    with pytest.raises(RuntimeError):
        request.proto.response_stream(200, [])


def test_a_stream_ends_when_the_request_is_over():
    watcher = Watcher(SCOPE)
    request = Request(watcher)
    transport = request.proto.response_stream(200, [])
    asyncio.run(transport.send_bytes(b"a"))
    request.done()
    assert [(event["body"], event["more_body"]) for event in watcher.proto.sent[1:]] == [(b"a", True), (b"", False)]


SOCKET = SCOPE | {"type": "websocket", "scheme": "ws", "subprotocols": ["token"]}


def test_a_socket_talks():
    async def work():
        events = [
            {"type": "websocket.connect"},
            {"type": "websocket.receive", "text": "hi"},
            {"type": "websocket.receive", "bytes": b"hi"},
            {"type": "websocket.disconnect", "code": 1005},
        ]
        watcher = Watcher(SOCKET, *events)
        protocol = Request(watcher).proto
        await protocol.accept("token")
        assert [await protocol.receive() for _ in range(3)] == ["hi", b"hi", None]
        await protocol.client_disconnect()
        await protocol.close(1000, "")
        assert watcher.proto.sent == [{"type": "websocket.accept", "subprotocol": "token", "headers": []}]

    asyncio.run(work())


def test_a_socket_is_refused_as_any_request_is():
    watcher = Watcher(SOCKET)
    Request(watcher).proto.response_bytes(403, [("a", "b")], b"no")
    assert watcher.proto.sent == [
        {"type": "websocket.http.response.start", "status": 403, "headers": [(b"a", b"b")]},
        {"type": "websocket.http.response.body", "body": b"no", "more_body": False},
    ]


def test_django_sees_the_token_of_a_socket_and_no_cookies():
    headers = [(b"cookie", b"sessionid=x"), (b"authorization", b"Bearer other"), (b"origin", b"http://a")]
    request = SocketRequest(Request(Watcher(SOCKET | {"headers": headers})).scope)
    assert (request.method, request.path, request.scheme) == ("GET", "/api/x", "ws")
    assert request.headers.items() == [("origin", "http://a"), ("authorization", "Bearer token")]
    without = SocketRequest(Request(Watcher(SOCKET | {"headers": headers, "subprotocols": []})).scope)
    assert "authorization" not in without.headers
