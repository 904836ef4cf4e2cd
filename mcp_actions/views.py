"""The door to tools: Streamable HTTP without sessions, so that any process can answer any request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from common.api.json_body import media_type_of, read_json_body
from common.exception_handler import no_such_route
from common.identity import ensure_allowed, identity_of
from common.json_response import json_response, to_json
from mcp_actions.caller import Caller
from mcp_actions.origins import refuse_foreign_origin
from mcp_actions.settings import ServerSettings, mcp_settings
from scaffolder.api.request_check import refuse_deep

# JSON-RPC leaves this code to servers; Backstage's uses it for faults of the transport.
TRANSPORT_FAULT = -32000
JSON_TYPES = {"application/json", "application/*", "*/*"}
EVENT_STREAM = "text/event-stream"


def call(request: HttpRequest, key: str = "") -> HttpResponse:
    """
    One message or several, and the answers to them. ``key`` is that of one of ``mcpActions.servers``.

    As JSON, unless the client takes nothing but events: each answer is whole, and clients bound how long an event may be.
    """
    server = _find_server(key)
    if server is None:
        return no_such_route(request)
    ensure_allowed(identity_of(request), "mcp-actions", None)
    refuse_foreign_origin(request)
    accepted = _accepted_types(request)
    if not accepted & {*JSON_TYPES, EVENT_STREAM}:
        return _refuse(406, f"Not Acceptable: Client must accept application/json or {EVENT_STREAM}")
    if media_type_of(request) != "application/json":
        return _refuse(415, "Unsupported Media Type: Content-Type must be application/json")
    body = read_json_body(request)
    refuse_deep(body)
    return _answer(request, server, body, as_stream=not accepted & JSON_TYPES)


def refuse_method(request: HttpRequest, key: str = "") -> HttpResponse:
    """There is neither a stream of news to get, nor a session to delete."""
    if _find_server(key) is None:
        return no_such_route(request)
    response = _refuse(405, "Method not allowed.")
    response["Allow"] = "POST"
    return response


def _find_server(key: str) -> ServerSettings | None:
    settings = mcp_settings()
    return settings.servers.get(key) if key else settings.server


def _answer(request: HttpRequest, server: ServerSettings, body: Any, *, as_stream: bool) -> HttpResponse:
    from mcp_actions import protocol  # imports the SDK

    headers = {name.lower(): value for name, value in request.headers.items()}
    exchange = protocol.Exchange(mcp_settings(), server, Caller.of(request), headers)
    answer = protocol.answer(body, exchange)
    if not answer.messages:
        return HttpResponse(status=answer.status)
    if not as_stream or answer.status != 200:
        content = answer.messages if isinstance(body, list) and answer.status == 200 else answer.messages[0]
        return json_response(content, answer.status)
    events = b"".join(b"event: message\ndata: %b\n\n" % to_json(message) for message in answer.messages)
    return HttpResponse(events, content_type=EVENT_STREAM, headers={"Cache-Control": "no-cache"})


def _accepted_types(request: HttpRequest) -> set[str]:
    """Everything, if he does not say."""
    given = request.headers.get("Accept") or "*/*"
    return {part.partition(";")[0].strip().lower() for part in given.split(",")}


def _refuse(status: int, message: str) -> HttpResponse:
    error = {"code": TRANSPORT_FAULT, "message": message}
    return json_response({"jsonrpc": "2.0", "error": error, "id": None}, status)
