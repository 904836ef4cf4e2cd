"""
The Model Context Protocol, spoken by the official SDK: which messages there are, what is sound, which version is meant.

A session is one request, so nothing is kept between two. The SDK's kernel is made of coroutines; here none of them waits
for anything, so that each ends at its first step, on the thread of the request and without an event loop.

Only the first request imports this: the SDK takes a second and 27 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any, NoReturn

import anyio
import mcp_types as types
from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.runner import ServerRunner, modern_error_data
from mcp.shared.dispatcher import CallOptions
from mcp.shared.exceptions import NoBackChannelError
from mcp.shared.inbound import ERROR_CODE_HTTP_STATUS, InboundLadderRejection, classify_inbound_request
from mcp.shared.transport_context import TransportContext
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic import ValidationError

from common.errors import CallboardError
from common.json_response import to_json
from mcp_actions.at_once import finish_at_once
from mcp_actions.caller import Caller
from mcp_actions.metrics import timed
from mcp_actions.settings import McpSettings, ServerSettings
from mcp_actions.tools.registry import get_tool, list_tools
from mcp_actions.tools.tool import Tool

MAX_BATCH = 10

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Who asks which server. ``headers`` are the request's, by their names in lower case."""

    settings: McpSettings
    server: ServerSettings
    caller: Caller
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: nothing where nothing was asked, several messages to several."""

    status: int
    messages: list[Json]


def answer(body: Any, exchange: Exchange) -> Answer:
    """To one message, or to several as the oldest versions send them."""
    named = exchange.headers.get("mcp-protocol-version")
    if named is not None and named not in HANDSHAKE_PROTOCOL_VERSIONS:
        return _answer_enveloped(body, exchange)
    messages = body if isinstance(body, list) else [body]
    if not 0 < len(messages) <= MAX_BATCH:
        return _refusal(types.INVALID_REQUEST, f"Invalid Request: between 1 and {MAX_BATCH} messages at a time")
    parsed = [_parse(message) for message in messages]
    if None in parsed:
        return _refusal(types.PARSE_ERROR, "Parse error: Invalid JSON-RPC message")
    requests = [message for message in parsed if isinstance(message, types.JSONRPCRequest)]
    if len(requests) > 1 and any(request.method == "initialize" for request in requests):
        return _refusal(types.INVALID_REQUEST, "Invalid Request: Only one initialization request is allowed")
    answers = [
        _ask(request, Connection.from_envelope(named or types.DEFAULT_NEGOTIATED_VERSION, None, None), exchange)
        for request in requests
    ]
    return Answer(200, answers) if answers else Answer(202, [])


def _answer_enveloped(body: Any, exchange: Exchange) -> Answer:
    """To a version that shakes no hands: each request says by itself who asks, and for which version."""
    message = _parse(body)
    if isinstance(message, types.JSONRPCNotification):
        return Answer(202, [])
    if not isinstance(message, types.JSONRPCRequest):
        return _refusal(types.INVALID_REQUEST, "Body must be a single JSON-RPC request or notification object")
    route = classify_inbound_request(body, headers=exchange.headers)
    if isinstance(route, InboundLadderRejection):
        return _refusal(route.code, route.message, data=route.data, request_id=message.id)
    connection = Connection.from_envelope(route.protocol_version, route.client_info, route.client_capabilities)
    answered = _ask(message, connection, exchange)
    return Answer(_status_of(answered), [answered])


def _parse(message: Any) -> types.JSONRPCMessage | None:
    try:
        parsed = types.jsonrpc_message_adapter.validate_python(message)
    except ValidationError:
        return None
    # A request whose id is no id is owed an answer; only what has none at all is a notification.
    return None if isinstance(parsed, types.JSONRPCNotification) and "id" in message else parsed


def _refusal(code: int, message: str, *, data: Any = None, request_id: types.RequestId | None = None) -> Answer:
    refused = _error(types.ErrorData(code=code, message=message, data=data), request_id)
    return Answer(ERROR_CODE_HTTP_STATUS.get(code, 400), [refused])


def _error(error: types.ErrorData, request_id: types.RequestId | None) -> Json:
    return {"jsonrpc": "2.0", "id": request_id, "error": error.model_dump(mode="json", exclude_none=True)}


def _status_of(answered: Json) -> int:
    return ERROR_CODE_HTTP_STATUS.get(answered.get("error", {}).get("code"), 200)


def _ask(request: types.JSONRPCRequest, connection: Connection, exchange: Exchange) -> Json:
    runner = ServerRunner(_server_of(exchange.server), connection, exchange)
    try:
        result = finish_at_once(runner.on_request(_Channel(request.id), request.method, request.params))
    except Exception as error:
        # The outermost place where a message is known: the SDK logs what is nobody's fault but ours, and hides it.
        return _error(modern_error_data(error), request.id)
    return {"jsonrpc": "2.0", "id": request.id, "result": result}


class _Channel:
    """The way back to the client, which is nothing but the one answer."""

    transport = TransportContext(kind="streamable-http", can_send_request=False)
    can_send_request = False
    message_metadata = None

    def __init__(self, request_id: types.RequestId) -> None:
        self.request_id = request_id
        self.cancel_requested = anyio.Event()

    async def send_raw_request(
        self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None
    ) -> NoReturn:
        raise NoBackChannelError(method)

    async def notify(self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None) -> None:
        """Nobody listens."""

    async def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """Nobody listens."""


@lru_cache(maxsize=64)
def _server_of(settings: ServerSettings) -> Server[Exchange]:
    server: Server[Exchange] = Server(
        settings.name,
        version=version("callboard"),
        description=settings.description,
        instructions=settings.instructions,
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
    )
    server.middleware.clear()  # traces, which would need a collector that we do not have
    return server


async def _list_tools(
    context: ServerRequestContext[Exchange], _: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    exchange = context.lifespan_context
    with timed("tools/list"):
        found = list_tools(exchange.settings, exchange.server, exchange.caller)
        return types.ListToolsResult(tools=[_describe(name, tool) for name, tool in found.items()])


def _describe(name: str, tool: Tool) -> types.Tool:
    return types.Tool(
        name=name,
        description=tool.description,
        input_schema=tool.input,
        annotations=types.ToolAnnotations(
            title=tool.title,
            read_only_hint=tool.attributes.is_read_only,
            destructive_hint=tool.attributes.is_destructive,
            idempotent_hint=tool.attributes.is_idempotent,
            open_world_hint=False,
        ),
    )


async def _call_tool(
    context: ServerRequestContext[Exchange], params: types.CallToolRequestParams
) -> types.CallToolResult:
    exchange = context.lifespan_context
    with timed("tools/call") as operation:
        try:
            tool = get_tool(params.name, exchange.settings, exchange.server, exchange.caller)
            operation.tool = params.name
            output = tool.call(exchange.caller, params.arguments or {})
        except CallboardError as error:
            operation.error = "tool_error"
            return types.CallToolResult(content=[_text(f"{error.name}: {error.message}")], is_error=True)
        return types.CallToolResult(content=[_text(to_json(output).decode())], structured_content=output)


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)
