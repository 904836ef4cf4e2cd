"""Microsoft Graph: lists in pages, each of which names the next."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

import httpx

from catalog.providers.org.msgraph.config import KEY, GraphConfig, Question
from catalog.providers.org.msgraph.token import TokenCredentials
from integrations.hosts.answer import Row
from integrations.hosts.api import HostApi
from integrations.hosts.errors import HostSilentError
from integrations.http.addresses import Reach
from integrations.http.resolver import CheckedResolver
from integrations.http.transport import CheckedTransport

NEXT = "@odata.nextLink"
MAX_PAGES = 10_000


class Graph:
    """One tenant. Thread-safe. The token goes to the target and nowhere else, whatever an answer names."""

    def __init__(self, config: GraphConfig, transport: httpx.BaseTransport | None = None) -> None:
        self._config = config
        self._transport = transport or CheckedTransport(CheckedResolver(self._reach))
        credentials = TokenCredentials(config, self._transport)
        self._basic, self._advanced = (
            HostApi(
                config.host,
                config.target,
                transport=self._transport,
                credentials=credentials,
                headers=headers,
                configured_at=KEY,
            )
            for headers in ({}, {"ConsistencyLevel": "eventual"})
        )

    def close(self) -> None:
        self._transport.close()

    def organization(self) -> Row:
        return self._basic.get("organization", self._config.tenant).row()

    def all(self, question: Question) -> Iterator[Row]:
        """All that the list holds. Raises HostSilentError if it cannot all be had."""
        # Searches are advanced whatever the configuration says.
        is_advanced = self._config.is_advanced or bool(question.search)
        api = self._advanced if is_advanced else self._basic
        segments, query = question.path, dict(question.query(is_advanced=is_advanced))
        for _ in range(MAX_PAGES):
            answer = api.get(*segments, query=query)
            yield from answer.rows("value")
            link = answer.row().get(NEXT)
            if not link:
                return
            segments, query = self._read_link(question, link)
        raise HostSilentError(f"{self._config.target} has more than {MAX_PAGES} pages of '{'/'.join(question.path)}'")

    def _read_link(self, question: Question, link: object) -> tuple[tuple[str, ...], dict[str, str | int]]:
        base = f"{self._config.target}/"
        if not isinstance(link, str) or not link.startswith(base):
            raise HostSilentError(
                f"{self._config.target} says that '{'/'.join(question.path)}' goes on at {str(link)[:100]!r}, which is elsewhere"
            )
        path, _, query = link.removeprefix(base).partition("?")
        return tuple(map(unquote, path.split("/"))), dict(parse_qsl(query, keep_blank_values=True))

    def _reach(self, hostname: str, port: int) -> Reach:
        return Reach.LOOPBACK if (hostname, port) in self._config.named else Reach.PUBLIC
