"""GitLab's API through python-gitlab, over our own HTTP client: its addresses, pages and errors in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import gitlab
import httpx
from gitlab.exceptions import GitlabParsingError

from common.errors import InputError
from integrations.http.api_path import path_of
from integrations.scm.gitlab import GitlabIntegration
from scaffolder.actions.action import ActionContext, Stop
from scaffolder.actions.scm.credentials import ScmToken, scm_token
from scaffolder.actions.scm_faults import GONE, Account, HostRefusedError, HostSilentError, explained
from scaffolder.actions.scm_http import Query, ScmHttp, json_of, needed

Json = Any
Record = dict[str, Any]
PAGE = 100


class GitlabHost:
    """
    One GitLab as one account sees it. Use it in a ``with``.

    Paths are given by their segments, ``failing`` begins the message of an error. Raises as ``explained`` says.
    """

    def __init__(self, integration: GitlabIntegration, token: ScmToken, stop: Stop) -> None:
        self.integration = integration
        self.token = token
        self.account = Account(integration.host, "gitlab", token.is_from_user, (token.token,))
        self._http = ScmHttp(f"{integration.base_url}/api/v4", headers=_credentials(token), stop=stop)
        self._gitlab = gitlab.Gitlab(integration.base_url, keep_base_url=True, backend=_Backend, http=self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, *segments: str | int, failing: str, query: Query | None = None) -> Record:
        with explained(self.account, failing):
            return _record(self._ask("get", segments, query=query))

    def find(self, *segments: str | int, failing: str, query: Query | None = None) -> Record | None:
        """None if it is not there. What has moved away counts as not there, since its name is free."""
        with explained(self.account, failing):
            try:
                return _record(self._ask("get", segments, query=query))
            except HostRefusedError as refused:
                if refused.status in GONE:
                    return None
                raise

    def list_all(self, *segments: str | int, failing: str, query: Query | None = None) -> list[Record]:
        """Of all pages."""
        with explained(self.account, failing), _parsing():
            pages = {"per_page": PAGE, **(query or {})}
            found = self._gitlab.http_list(path_of(*segments), query_data=pages, get_all=True)
            return [_record(item) for item in found]

    def page(self, *segments: str | int, failing: str, query: Query | None = None) -> list[Record]:
        """The first page of a list."""
        with explained(self.account, failing):
            found = self._ask("get", segments, query={"per_page": PAGE, **(query or {})})
            if not isinstance(found, list):
                raise HostSilentError("it answered with something that is not a list of JSON")
            return [_record(item) for item in found]

    def first(self, *segments: str | int, failing: str, query: Query | None = None) -> Record | None:
        """The first of a list; None if it is empty."""
        return next(iter(self.page(*segments, failing=failing, query={"per_page": 1, **(query or {})})), None)

    def post(self, *segments: str | int, failing: str, body: Record | None = None) -> Record:
        with explained(self.account, failing):
            return _record(self._ask("post", segments, body=body or {}))

    def put(self, *segments: str | int, failing: str, body: Record | None = None) -> Record:
        with explained(self.account, failing):
            return _record(self._ask("put", segments, body=body or {}))

    def delete(self, *segments: str | int, failing: str, may_be_gone: bool = False) -> None:
        with explained(self.account, failing):
            try:
                self._ask("delete", segments)
            except HostRefusedError as refused:
                if not (may_be_gone and refused.status == 404):
                    raise

    def need(self, answer: Json, *keys: str, failing: str) -> Json:
        """What the answer must hold. Raises ServiceUnavailableError."""
        with explained(self.account, failing):
            return needed(answer, *keys)

    def _ask(
        self, verb: str, segments: tuple[str | int, ...], query: Query | None = None, body: Record | None = None
    ) -> Json:
        answer = self._gitlab.http_request(verb, path_of(*segments), query_data=dict(query or {}), post_data=body)
        return json_of(answer)  # type: ignore[arg-type]  # the backend's, see below


def gitlab_host(context: ActionContext, host: str, token: ScmToken | None = None) -> GitlabHost:
    """
    With the token, or that of the input or the integration.

    Raises InputError: no integration for this host, or no token for it.
    """
    integration = context.tools.integrations.by_host(host)
    if not isinstance(integration, GitlabIntegration):
        raise InputError(
            f"No matching integration configuration for host {host}, please check your integrations config"
        )
    return GitlabHost(
        integration, token or scm_token(context, host, needs="a token with the scope 'api'"), context.stop
    )


class _Answer:
    """What python-gitlab wants of an answer."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status_code = response.status_code
        self.headers = response.headers
        self.content = response.content
        self.reason = response.reason_phrase

    def json(self) -> Json:
        return json_of(self.response)


@dataclass(frozen=True, slots=True)
class _Content:
    """What python-gitlab wants to send, in its words."""

    json: Json
    data: None = None
    content_type: str = "application/json"


class _Backend:
    """What python-gitlab sends its requests by. Answers other than those of success never come back to it."""

    def __init__(self, http: ScmHttp) -> None:
        self.client = http

    @staticmethod
    def prepare_send_data(files: object, post_data: Json, raw: bool) -> _Content:
        return _Content(post_data)

    def http_request(
        self, method: str, url: str, json: Json = None, params: Mapping[str, Any] | None = None, **_: object
    ) -> _Answer:
        return _Answer(self.client.send(method.upper(), url, query=params, body=json))


def _credentials(token: ScmToken) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.token}"} if token.is_from_user else {"PRIVATE-TOKEN": token.token}


@contextmanager
def _parsing() -> Iterator[None]:
    try:
        yield
    except (GitlabParsingError, TypeError) as error:
        raise HostSilentError(f"it answered with something that is not a list of JSON ({error})") from None


def _record(answer: Json) -> Record:
    if answer is None:
        return {}
    if not isinstance(answer, dict):
        raise HostSilentError("it answered with something that is not a JSON object")
    return answer
