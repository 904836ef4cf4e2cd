"""The pages that may have people sign in, and be told the outcome: the app's, and ``experimentalExtraAllowedOrigins``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from common.app_config import AppConfig
from common.errors import InputError, NotAllowedError
from common.glob_pattern import compile_glob
from integrations.whatwg import is_url, parse_url

EXTRA = "auth.experimentalExtraAllowedOrigins"
DEFAULT_APP_URL = "http://localhost:3000"
# A host name has at most 253 characters; patterns are not tried on anything longer than a URL of one.
MAX_ORIGIN = 300
MAX_REDIRECT = 2000
MAX_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """``app`` is the origin of ``app.baseUrl``."""

    app: str
    others: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        app_url = config.string("app.baseUrl", DEFAULT_APP_URL)
        origin = _origin(app_url)
        if origin is None:
            raise config.error("app.baseUrl", "the URL of the app, as in 'https://backstage.example.com'")
        # In Backstage's matcher of origins no star crosses a slash, and case does not count.
        patterns = (re.sub(r"\*{2,}", "*", pattern) for pattern in config.string_list(EXTRA, []))
        return cls(origin, tuple(compile_glob(pattern, ignore_case=True) for pattern in patterns))

    def check(self, text: str) -> str:
        """The origin of a page's URL. Raises InputError if it is none, NotAllowedError for a stranger's."""
        origin = _origin(text)
        if origin is None:
            raise InputError("App origin is invalid, failed to parse")
        if not self._allows(origin):
            raise NotAllowedError(f"Origin '{origin}' is not allowed")
        return origin

    def check_redirect(self, text: str) -> str:
        """The URL to go to afterwards, as browsers read it. Raises NotAllowedError if it leads to a stranger."""
        origin = _origin(text)
        if origin is None or not self._allows(origin) or len(text) > MAX_REDIRECT or text.count("&") > MAX_PARAMETERS:
            raise NotAllowedError(f"Redirect URL '{text[:200]}' is not allowed, it is not a page of the app")
        return str(parse_url(text))

    def _allows(self, origin: str) -> bool:
        return origin == self.app or (
            len(origin) <= MAX_ORIGIN and any(pattern.match(origin) for pattern in self.others)
        )


def _origin(text: str) -> str | None:
    """As browsers write it; None for what is no page on the web, or has a name and password in it."""
    if not is_url(text):
        return None
    url = parse_url(text)
    return f"{url.scheme}://{url.host}" if url.scheme in ("http", "https") and not url.has_userinfo else None
