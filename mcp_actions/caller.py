"""Who calls a tool, and the one way in which tools work: they ask a door of the REST API on his behalf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Self, cast
from urllib.parse import urlencode

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from common.api.doors import Handler
from common.errors import (
    AuthenticationError,
    CallboardError,
    ConflictError,
    InputError,
    NotAllowedError,
    NotFoundError,
    ServiceUnavailableError,
)
from common.identity import Identity, ensure_plugin_allowed, identity_of
from common.json_response import to_json

_ERRORS = {
    error.status: error
    for error in (
        InputError,
        AuthenticationError,
        NotAllowedError,
        NotFoundError,
        ConflictError,
        ServiceUnavailableError,
    )
}


class FaultyInputError(InputError):
    """Refused for one or several faults of what was sent."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Caller:
    """
    ``authorization`` is the header that he came with: a template may use a user's own token.

    Whatever the REST API refuses him, a tool refuses him too, in the same words: it is the same door that answers,
    with the same identity, its restrictions and all.
    """

    identity: Identity
    authorization: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        return cls(identity_of(request), request.headers.get("Authorization", ""))

    def get(self, plugin: str, door: Handler, query: Sequence[tuple[str, str]] = (), **path: str) -> Any:
        """What a GET answers. Raises the CallboardError that it ends in."""
        return self._ask(plugin, door, "GET", path, query=query)

    def post(self, plugin: str, door: Handler, body: Mapping[str, Any]) -> Any:
        """What a POST answers. Raises the CallboardError that it ends in."""
        return self._ask(plugin, door, "POST", {}, body=to_json(body))

    def delete(self, plugin: str, door: Handler, **path: str) -> None:
        self._ask(plugin, door, "DELETE", path)

    def request(
        self, method: str = "GET", *, query: Sequence[tuple[str, str]] = (), body: bytes | None = None
    ) -> WSGIRequest:
        """A request of his, as doors take them."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": "/",
            "QUERY_STRING": urlencode(query),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "0",
            "wsgi.input": BytesIO(body or b""),
        }
        if self.authorization:
            environ["HTTP_AUTHORIZATION"] = self.authorization
        if body is not None:
            environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
        request = WSGIRequest(environ)
        request.identity = self.identity  # type: ignore[attr-defined]
        return request

    def _ask(
        self,
        plugin: str,
        door: Handler,
        method: str,
        path: Mapping[str, str],
        *,
        query: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
    ) -> Any:
        ensure_plugin_allowed(self.identity, plugin)
        response = cast(HttpResponse, door(self.request(method, query=query, body=body), **path))
        if response.status_code >= 400:
            raise _error_of(response)
        return orjson.loads(response.content) if response.content else None


def _error_of(response: HttpResponse) -> CallboardError:
    """The error that an answer tells of: Backstage's, or the faults of what a form was filled in with."""
    content = orjson.loads(response.content or b"{}")
    if errors := content.get("errors"):
        return FaultyInputError([str(error.get("stack") or error["message"]) for error in errors])
    error_class = _ERRORS.get(response.status_code, CallboardError)
    return error_class(str(content.get("error", {}).get("message", f"The answer was {response.status_code}")))
