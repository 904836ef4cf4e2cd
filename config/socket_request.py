"""
The request that opens a WebSocket, as Django sees it: a GET with its token where tokens are expected.

Browsers let pages name subprotocols for a WebSocket but no headers, so Backstage's frontend names its token as one.
"""

from __future__ import annotations

from typing import Any

SOCKET_PATHS = frozenset({"/api/signals", "/api/signals/"})
# Cookies come along with what any site's page opens, and nothing holds the page back from listening.
WITHHELD = frozenset({"cookie", "authorization"})


class SocketHeaders:
    __slots__ = ("_pairs",)

    def __init__(self, pairs: list[tuple[str, str]], token: str | None) -> None:
        self._pairs = [(name, value) for name, value in pairs if name not in WITHHELD]
        if token is not None:
            self._pairs.append(("authorization", f"Bearer {token}"))

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def get(self, name: str, default: str | None = None) -> str | None:
        return next((value for key, value in self._pairs if key == name), default)

    def items(self) -> list[tuple[str, str]]:
        return self._pairs


class SocketRequest:
    """Its scheme is ``ws`` or ``wss``, which no other request's is: so the view knows it."""

    __slots__ = ("_scope", "headers", "method", "query_string")

    def __init__(self, scope: Any) -> None:
        self._scope = scope
        self.method = "GET"
        self.query_string: str = scope.query_string
        self.headers = SocketHeaders(scope.headers.items(), scope.subprotocols[0] if scope.subprotocols else None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scope, name)
