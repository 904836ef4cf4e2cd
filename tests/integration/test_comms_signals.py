"""Sockets of a running server, whose web processes all hear of everything."""

import json
import urllib.request
from contextlib import ExitStack

import pytest

from tests.integration.serving import running_server
from tests.integration.web_socket import BINARY, PING, PONG, TEXT, WebSocket

pytestmark = pytest.mark.loopback

CONFIG = """
app: { baseUrl: "http://localhost:3000" }
backend:
  auth:
    externalAccess: [{ type: static, options: { token: a-service-token, subject: ci } }]
auth: { environment: development, providers: { guest: { userEntityRef: "user:default/guest" } } }
callboard: { web: { workers: 2 } }
"""
SERVICE = "a-service-token"
SETTING = "user-settings/buckets/b/keys/k"


def call(port, path, token=None, body=None, method=None):
    headers = {"Content-Type": "application/json", "X-Requested-With": "XMLHttpRequest"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read() or "null")


def sign_in(port):
    return call(port, "auth/guest/refresh")["backstageIdentity"]["token"]


def open_and_subscribe(port, token, *channels):
    socket = WebSocket(port, token=token, Origin="http://localhost:3000")
    assert (socket.status, socket.headers["sec-websocket-protocol"]) == (101, token)
    for channel in channels:
        socket.subscribe(channel)
    return socket


def is_refused(port, **how):
    with WebSocket(port, **how) as socket:
        error = json.loads(socket.body)["error"] if socket.body else {"name": ""}
        return socket.status, error["name"]


def test_open_pages_hear_of_what_is_new_and_strangers_do_not(tmp_path):
    with running_server(tmp_path, CONFIG) as server, ExitStack() as stack:
        server.wait_until_ready()
        port, token = server.port, sign_in(server.port)

        sockets = [
            stack.enter_context(open_and_subscribe(port, token, "notifications", "user-settings")) for _ in range(6)
        ]
        for socket in sockets:
            # Messages are taken in their order, so it is subscribed once it hears of a change it made afterwards.
            wait_until_subscribed(socket, port, token)
        body = {"recipients": {"type": "entity", "entityRef": "user:default/guest"}, "payload": {"title": "Hi"}}
        (sent,) = call(port, "notifications/notifications", SERVICE, body)
        body["recipients"]["entityRef"] = "user:default/other"
        call(port, "notifications/notifications", SERVICE, body)
        call(port, SETTING, token, {"value": "last"}, "PUT")
        for socket in sockets:
            heard = [receive_last(socket), socket.receive()]
            new = {"action": "new_notification", "notification_id": sent["id"]}
            assert heard == [
                {"channel": "notifications", "message": new},
                {"channel": "user-settings", "message": {"type": "key-changed", "key": "k"}},
            ]

        sockets[0].send_frame(PING, b"are you there")
        assert sockets[0].receive_frame() == (PONG, b"are you there")
        sockets[1].send_frame(BINARY, b"bytes")
        assert sockets[1].receive() == 1003
        sockets[2].send_frame(TEXT, b"x" * 5000)
        assert sockets[2].receive() == 1009

        # Cross-site pages, tokens in the URL, and other ways in.
        assert is_refused(port, token=token, Origin="https://evil.example") == (403, "NotAllowedError")
        assert is_refused(port, token=token, Origin="null") == (403, "NotAllowedError")
        assert is_refused(port, path=f"/api/signals?token={token}") == (401, "AuthenticationError")
        assert is_refused(port, Authorization=f"Bearer {token}") == (401, "AuthenticationError")
        assert is_refused(port) == (401, "AuthenticationError")
        assert is_refused(port, token=token + "x") == (401, "AuthenticationError")
        assert is_refused(port, token=SERVICE) == (403, "NotAllowedError")
        assert is_refused(port, path="/api/catalog/entities", token=token) == (404, "")

        server.process.terminate()
        # Backstage's client connects again after this code, but not after 1000 and 1001.
        assert sockets[3].receive() == 1012
        assert server.process.wait(timeout=20) == 0, server.read_log()


def wait_until_subscribed(socket, port, token):
    call(port, SETTING, token, {"value": 1}, "PUT")
    assert socket.receive()["channel"] == "user-settings"


def receive_last(socket):
    """The next that is no echo of another socket's waiting."""
    while (heard := socket.receive())["channel"] == "user-settings":
        pass
    return heard


def test_needs_no_token_where_the_policy_is_off(tmp_path):
    config = "backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } }"
    with running_server(tmp_path, config) as server:
        server.wait_until_ready()
        with WebSocket(server.port) as socket:
            assert (socket.status, "sec-websocket-protocol" in socket.headers) == (101, False)
        assert is_refused(server.port, Origin="https://evil.example") == (403, "NotAllowedError")
