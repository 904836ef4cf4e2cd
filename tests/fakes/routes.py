"""Routes of a fake API: which function answers which method and path."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from urllib.parse import unquote

from tests.fakes.server import FakeServer, Request, Response

Handler = Callable[..., Response]


class RoutedServer(FakeServer, ABC):
    """``prefix`` is what all paths of the API begin with."""

    prefix = ""

    def __init__(self) -> None:
        super().__init__()
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []
        self.add_routes()

    @abstractmethod
    def add_routes(self) -> None:
        """What each API has of its own."""

    def route(self, method: str, path: str, handler: Handler) -> None:
        """``path`` such as ``/repos/:owner/:name``; each ``:`` is one segment, given decoded to the handler."""
        self._routes.append((method, re.compile(re.sub(r":\w+", "([^/]+)", path)), handler))

    def refuse(self, status: int, message: str) -> Response:
        return Response.of({"message": message}, status)

    def answer_routed(self, request: Request, *more: object, missing: str = "Not Found") -> Response:
        """``more`` is given to the handler, between the request and the segments."""
        path = request.path.removeprefix(self.prefix)
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if method == request.method and match:
                return handler(request, *more, *map(unquote, match.groups()))
        return self.refuse(404, missing)
