"""Plain HTTP(S) URLs that ``backend.reading.allow`` lists."""

from __future__ import annotations

import re

from common.errors import InputError, NotFoundError
from integrations.http.fetch import Fetcher, Request
from integrations.policy import ReadingPolicy
from integrations.reader import ReadOptions
from integrations.results import ReadFile, ReadResult, SearchResult
from integrations.whatwg import parse_url

PATTERN = re.compile(r"[*?]")


class PlainReader:
    def __init__(self, fetcher: Fetcher, policy: ReadingPolicy) -> None:
        self._fetcher = fetcher
        self._policy = policy

    def is_for(self, url: str) -> bool:
        return self._policy.allow_list.allows(parse_url(url))

    def check(self, url: str, *, allow_local: bool) -> None:
        self._policy.check_plain(parse_url(url), url)

    def read(self, url: str, options: ReadOptions) -> ReadResult:
        request = Request(url, options.etag, options.last_modified, max_bytes=options.max_bytes)
        found = self._fetcher.fetch(request)
        return ReadResult(found.data, url, found.validator, found.last_modified)

    def search(self, url: str, options: ReadOptions) -> SearchResult:
        if PATTERN.search(parse_url(url).path):
            raise InputError(
                f"Unsupported search pattern URL '{url}'; patterns are for git targets, see docs/reading.md"
            )
        try:
            found = self.read(url, options)
        except NotFoundError:
            return SearchResult([])
        return SearchResult([ReadFile(url, found.data)], found.etag)

    def close(self) -> None:
        self._fetcher.close()
