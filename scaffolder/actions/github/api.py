"""GitHub's REST API through PyGithub: one call at a time, bounded in time, with errors that a user can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import requests
from github import Auth, Github, GithubException

from common.errors import InputError, NotFoundError, ServiceUnavailableError
from integrations.scm.github import GithubIntegration
from scaffolder.actions.github.errors import explain, is_rate_limit, seconds_to_wait

Json = Any
TIMEOUT_SECONDS = 60
PAGE_SIZE = 100
MAX_PAGES = 100
ATTEMPTS = 3
PAUSE_SECONDS = 1.0
# A limit that lasts longer fails the step: its worker has other things to do.
LONGEST_WAIT_SECONDS = 60.0
# Sending these twice does what sending them once does. The others go out again only if they were held back.
REPEATABLE = ("GET", "PUT", "PATCH", "DELETE")


class GithubApi:
    """Raises those of ``API_ERRORS``. ``wait(seconds)`` sleeps, and may raise to stop the step."""

    def __init__(self, github: Github, *, host: str, secret: str, wait: Callable[[float], None]) -> None:
        self._requester = github.requester
        self._secret = secret
        self._wait = wait
        self.host = host

    def call(self, verb: str, path: str, body: Json = None, *, doing: str) -> Json:
        """The answer's JSON, None if it has none."""
        return self.call_with_headers(verb, path, body, doing=doing)[1]

    def call_with_headers(self, verb: str, path: str, body: Json = None, *, doing: str) -> tuple[dict[str, str], Json]:
        """Also the answer's headers, with names in lower case."""
        for attempt in range(1, ATTEMPTS + 1):
            pause = PAUSE_SECONDS * attempt
            try:
                return self._requester.requestJsonAndCheck(verb, path, input=body)
            except GithubException as error:
                held_back = _wait_for(error)
                may_repeat = held_back is not None or (error.status >= 500 and verb in REPEATABLE)
                if attempt == ATTEMPTS or not may_repeat:
                    raise explain(error, doing=doing, host=self.host, secret=self._secret) from None
                pause = pause if held_back is None else held_back
            except (requests.RequestException, RuntimeError, ValueError) as error:
                if attempt == ATTEMPTS or verb not in REPEATABLE:
                    raise ServiceUnavailableError(self._lost(doing, error)) from None
            self._wait(pause)
        raise AssertionError("the last attempt returns or raises")

    def find(self, path: str, *, doing: str) -> Json | None:
        """What is there, or None."""
        try:
            return self.call("GET", path, doing=doing)
        except NotFoundError:
            return None

    def list_all(self, path: str, *, doing: str, within: str | None = None) -> Iterator[Json]:
        """The items of every page; ``within`` names the list in each page's object."""
        mark = "&" if "?" in path else "?"
        for page in range(1, MAX_PAGES + 1):
            answer = self.call("GET", f"{path}{mark}per_page={PAGE_SIZE}&page={page}", doing=doing)
            items = answer if within is None else answer[within]
            yield from items
            if len(items) < PAGE_SIZE:
                return

    def _lost(self, doing: str, error: Exception) -> str:
        gist = "it took too long" if isinstance(error, requests.Timeout) else "the connection failed"
        if isinstance(error, RuntimeError):
            gist = "it sent us to another address, which is not followed"
        elif isinstance(error, ValueError) and not isinstance(error, requests.RequestException):
            gist = "its answer was not JSON"
        return f"Failed to {doing} on {self.host}: {gist}; try again later"


@contextmanager
def open_api(
    integration: GithubIntegration, auth: Auth.Auth, *, secret: str, wait: Callable[[float], None]
) -> Iterator[GithubApi]:
    """
    The API at the address of the configuration, and no other. Raises InputError if it has none.
    """
    if integration.api_base_url is None:
        raise InputError(
            f"The integration for {integration.host} has no apiBaseUrl; set it, such as"
            f" 'https://{integration.host}/api/v3'"
        )
    with Github(
        auth=auth,
        base_url=integration.api_base_url,
        timeout=TIMEOUT_SECONDS,
        user_agent="Callboard",
        retry=None,
        per_page=PAGE_SIZE,
        seconds_between_requests=None,
        seconds_between_writes=None,
    ) as github:
        yield GithubApi(github, host=integration.host, secret=secret, wait=wait)


def path_of(*segments: str | int) -> str:
    """A path of the API out of names, each one segment whatever it holds. Raises InputError for a dot segment."""
    for segment in segments:
        if segment in ("", ".", ".."):
            raise InputError(f"'{segment}' is not a name that can be asked for")
    return "/" + "/".join(quote(str(segment), safe="") for segment in segments)


def _wait_for(error: GithubException) -> float | None:
    """Seconds after which a limit allows the request again, if it is worth waiting for."""
    if not is_rate_limit(error):
        return None
    seconds = seconds_to_wait(error.headers or {})
    return seconds if seconds is not None and seconds <= LONGEST_WAIT_SECONDS else None
