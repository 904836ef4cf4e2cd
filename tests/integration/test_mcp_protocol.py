"""The endpoint itself: what it takes, and in which form it answers."""

import json

import pytest

from tests.integration.mcp_world import PATH, McpWorld

pytestmark = pytest.mark.django_db

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
PONG = {"jsonrpc": "2.0", "id": 1, "result": {}}
HELLO = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
READER = {"name": "Reader", "description": "Reads.", "filter": {"include": [{"attributes": {"readOnly": True}}]}}
MODERN = "2026-07-28"
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}


@pytest.fixture
def world(settings, client):
    return McpWorld(settings, client, mcp={"name": "Ours", "instructions": "Be kind.", "servers": {"reader": READER}})


def ask_modern(world, method, headers=None, **params):
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": ENVELOPE, **params}}
    return world.send(body, **{"MCP-Protocol-Version": MODERN, "Mcp-Method": method, **(headers or {})})


def error_of(answer):
    body = answer.json()
    return answer.status_code, body["error"]["code"], body["error"]["message"]


@pytest.mark.parametrize(
    ("asked", "agreed"),
    [("2024-11-05", "2024-11-05"), ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"), ("1999", "2025-11-25")],
)
def test_agrees_on_a_version(world, asked, agreed):
    found = world.ask("initialize", {"protocolVersion": asked, **HELLO})["result"]

    assert found["protocolVersion"] == agreed
    assert found["serverInfo"]["name"] == "Ours"
    assert (found["instructions"], found["capabilities"]) == ("Be kind.", {"tools": {"listChanged": False}})


def test_the_newest_version_shakes_no_hands(world):
    found = ask_modern(world, "server/discover").json()["result"]

    assert (found["supportedVersions"], found["instructions"]) == ([MODERN], "Be kind.")
    tools = ask_modern(world, "tools/list").json()["result"]["tools"]
    assert len(tools) == 13
    name = "catalog.get-catalog-model-description"
    called = ask_modern(world, "tools/call", {"Mcp-Name": name}, name=name, arguments={}).json()["result"]
    assert called["structuredContent"]["description"].startswith("# Catalog model")


def test_the_newest_version_says_what_is_wrong_with_a_request(world):
    assert error_of(ask_modern(world, "nope")) == (404, -32601, "Method not found")
    assert error_of(ask_modern(world, "tools/list", {"Mcp-Method": "tools/call"}))[:2] == (400, -32020)
    assert error_of(world.send(PING, **{"MCP-Protocol-Version": MODERN}))[:2] == (400, -32602)
    assert error_of(world.send(PING, **{"MCP-Protocol-Version": "1999"}))[0] == 400
    assert error_of(world.send([PING], **{"MCP-Protocol-Version": MODERN}))[:2] == (400, -32600)
    news = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}
    assert world.send(news, **{"MCP-Protocol-Version": MODERN}).status_code == 202


def test_answers_with_an_event_where_the_client_takes_nothing_else(world):
    answer = world.send(PING, Accept="text/event-stream")

    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.content == b"event: message\ndata: " + json.dumps(PONG, separators=(",", ":")).encode() + b"\n\n"


@pytest.mark.parametrize("accept", ["application/json, text/event-stream", "*/*", "application/*;q=0.5, text/html"])
def test_answers_with_json_otherwise(world, accept):
    answer = world.send(PING, Accept=accept)

    assert (answer.status_code, answer.json()) == (200, PONG)


def test_does_not_answer_in_a_form_that_nobody_takes(world):
    assert error_of(world.send(PING, Accept="text/html"))[:2] == (406, -32000)


def test_takes_json_only(world, client):
    answer = client.post(PATH, "x", content_type="text/plain")

    assert error_of(answer) == (415, -32000, "Unsupported Media Type: Content-Type must be application/json")


def test_answers_each_request_of_several(world):
    asked = [PING, {"jsonrpc": "2.0", "method": "notifications/initialized"}, {**PING, "id": "b"}]

    assert world.send(asked).json() == [PONG, {**PONG, "id": "b"}]
    assert world.send(asked, Accept="text/event-stream").content.count(b"event: message\n") == 2


def test_takes_note_of_what_asks_nothing(world):
    news = {"jsonrpc": "2.0", "method": "notifications/initialized"}

    for body in (news, [news, news], {"jsonrpc": "2.0", "id": 1, "result": {}}):
        answer = world.send(body)
        assert (answer.status_code, answer.content) == (202, b"")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], (400, -32600, "Invalid Request: between 1 and 10 messages at a time")),
        ([PING] * 11, (400, -32600, "Invalid Request: between 1 and 10 messages at a time")),
        ({}, (400, -32700, "Parse error: Invalid JSON-RPC message")),
        ([PING, 5], (400, -32700, "Parse error: Invalid JSON-RPC message")),
        ({**PING, "id": True}, (400, -32700, "Parse error: Invalid JSON-RPC message")),
        ({**PING, "jsonrpc": "1.0"}, (400, -32700, "Parse error: Invalid JSON-RPC message")),
        ({**PING, "params": []}, (400, -32700, "Parse error: Invalid JSON-RPC message")),
        (
            [PING, {**PING, "method": "initialize"}],
            (400, -32600, "Invalid Request: Only one initialization request is allowed"),
        ),
    ],
)
def test_refuses_what_is_no_message(world, body, error):
    assert error_of(world.send(body)) == error


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("nope", {}, (-32601, "Method not found")),
        ("resources/list", {}, (-32601, "Method not found")),
        ("tools/call", {}, (-32602, "Invalid request parameters")),
        ("tools/call", {"name": "x", "arguments": []}, (-32602, "Invalid request parameters")),
        ("initialize", {}, (-32602, "Invalid request parameters")),
    ],
)
def test_a_request_that_cannot_be_answered_says_why(world, method, params, error):
    found = world.ask(method, params)["error"]

    assert (found["code"], found["message"]) == error


def test_a_tool_that_fails_on_our_side_tells_no_details(world, monkeypatch):
    monkeypatch.setattr("mcp_actions.protocol.get_tool", lambda *_: 1 / 0)

    found = world.ask("tools/call", {"name": "x"})["error"]
    assert found == {"code": -32603, "message": "Internal server error"}


@pytest.mark.parametrize("method", ["get", "delete"])
def test_there_is_no_stream_to_get_and_no_session_to_end(world, client, method):
    answer = getattr(client, method)(PATH)

    assert error_of(answer) == (405, -32000, "Method not allowed.")
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("path", [f"{PATH}/nope", f"{PATH}/reader/x", "/api/mcp-actions/", "/api/mcp-actions/v2"])
def test_elsewhere_there_is_nothing(world, client, path):
    assert client.get(path).status_code == 404
    assert world.send(PING, path=path).status_code == 404


def test_a_further_server_has_its_own_tools(world):
    path = f"{PATH}/reader"

    said = world.ask("initialize", {"protocolVersion": "2025-11-25", **HELLO}, path=path)["result"]
    assert (said["serverInfo"]["name"], said["serverInfo"]["description"]) == ("Reader", "Reads.")
    assert len(world.tools(path=path)) == 9
    assert world.tools(path=f"{path}/") == world.tools(path=path)
    refused = world.call("catalog.register-entity", {"locationUrl": "http://x"}, path=path)
    assert refused == 'NotFoundError: Action "catalog.register-entity" not found'


def test_tools_tell_what_they_do_to_the_world(world):
    told = {tool["name"]: tool["annotations"] for tool in world.ask("tools/list")["result"]["tools"]}

    assert told["scaffolder.execute-template"] == {
        "title": "Execute Scaffolder Template",
        "readOnlyHint": False,
        "destructiveHint": True,
        "idempotentHint": False,
        "openWorldHint": False,
    }


def test_names_and_sources_follow_the_configuration(settings, client):
    actions = {"pluginSources": ["catalog"], "filter": {"exclude": [{"attributes": {"readOnly": False}}]}}
    world = McpWorld(settings, client, mcp={"namespacedToolNames": False}, actions=actions)

    assert world.tools() == [
        "get-catalog-model-description",
        "get-catalog-entity",
        "validate-entity",
        "query-catalog-entities",
    ]
    assert world.call("get-catalog-entity", {"name": "x"}) == 'InputError: No entity found with name "x"'
