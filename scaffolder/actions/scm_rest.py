"""A code host's REST API as one account sees it: requests by the segments of their paths, answers as JSON objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from scaffolder.actions.action import Stop
from scaffolder.actions.scm_faults import GONE, Account, HostRefusedError, HostSilentError, explained
from scaffolder.actions.scm_http import Query, ScmHttp, json_of, needed

Json = Any
Record = dict[str, Any]


class RestHost:
    """
    Use it in a ``with``. ``failing`` begins the message of an error. Raises as ``explained`` says.

    ``query`` is sent with every request.
    """

    def __init__(
        self,
        account: Account,
        base_url: str,
        *,
        headers: Mapping[str, str],
        stop: Stop,
        query: Mapping[str, str] | None = None,
    ) -> None:
        self.account = account
        self._query = dict(query or {})
        self._http = ScmHttp(base_url, headers=headers, stop=stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, *segments: str | int, failing: str, query: Query | None = None) -> Record:
        with explained(self.account, failing):
            return self._ask("GET", segments, query=query)

    def find(self, *segments: str | int, failing: str) -> Record | None:
        """None if it is not there. What has moved away counts as not there, since its name is free."""
        with explained(self.account, failing):
            try:
                return self._ask("GET", segments)
            except HostRefusedError as refused:
                if refused.status in GONE:
                    return None
                raise

    def post(self, *segments: str | int, failing: str, body: Record) -> Record:
        with explained(self.account, failing):
            return self._ask("POST", segments, body=body)

    def need(self, answer: Json, *keys: str, failing: str) -> Json:
        """What the answer must hold. Raises ServiceUnavailableError."""
        with explained(self.account, failing):
            return needed(answer, *keys)

    def _ask(
        self, method: str, segments: tuple[str | int, ...], query: Query | None = None, body: Record | None = None
    ) -> Record:
        url = self._http.url_of(*segments)
        answer = json_of(self._http.send(method, url, query={**self._query, **(query or {})}, body=body))
        if not isinstance(answer, dict):
            raise HostSilentError("it answered with something that is not a JSON object")
        return answer
