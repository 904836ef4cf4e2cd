"""
The cookies of signing in, with the names, paths and attributes that Backstage gives them.

The refresh token is sealed for its provider and environment: it is good for no other, and no page can read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from identity.sign_in.sealing import seal, unseal
from integrations.whatwg import parse_url

NONCE_SECONDS = 10 * 60
MAX_VALUE = 4000
MAX_CHUNKS = 20
CALLBACK = "/handler/frame"


@dataclass(frozen=True, slots=True)
class SignInCookies:
    """Of one provider in one environment. ``callback_url`` is where the provider sends people back to."""

    provider: str
    env: str
    callback_url: str
    app_origin: str
    session_duration: timedelta

    def set_nonce(self, response: HttpResponse, nonce: str, origin: str) -> None:
        self._set(response, f"{self.provider}-nonce", nonce, NONCE_SECONDS, origin, "/handler")

    def nonce(self, request: HttpRequest) -> str:
        return request.COOKIES.get(f"{self.provider}-nonce", "")

    def clear_nonce(self, response: HttpResponse) -> None:
        self._set(response, f"{self.provider}-nonce", "", 0, "", "/handler")

    def set_refresh_token(self, request: HttpRequest, response: HttpResponse, token: str, origin: str) -> None:
        value = seal(token, owner=self._owner)
        chunks = [value[start : start + MAX_VALUE] for start in range(0, len(value), MAX_VALUE)]
        name = f"{self.provider}-refresh-token"
        names = [name] if len(chunks) == 1 else [f"{name}-{number}" for number in range(len(chunks))]
        self._clear(request, response, set(self._refresh_names(request)) - set(names), origin)
        for part, chunk in zip(names, chunks, strict=True):
            self._set(response, part, chunk, self._seconds, origin)

    def refresh_token(self, request: HttpRequest) -> str | None:
        """None also for one that is not of this provider and environment."""
        value = "".join(request.COOKIES[name] for name in self._refresh_names(request))
        return unseal(value, owner=self._owner) if value else None

    def set_scope(self, response: HttpResponse, scope: str, origin: str) -> None:
        self._set(response, f"{self.provider}-granted-scope", scope, self._seconds, origin)

    def scope(self, request: HttpRequest) -> str:
        return request.COOKIES.get(f"{self.provider}-granted-scope", "")

    def clear_session(self, request: HttpRequest, response: HttpResponse, origin: str) -> None:
        self._clear(request, response, set(self._refresh_names(request)), origin)
        self._clear(request, response, {f"{self.provider}-granted-scope"} & request.COOKIES.keys(), origin)

    @property
    def _owner(self) -> str:
        return f"{self.provider}:{self.env}"

    @property
    def _seconds(self) -> int:
        return int(self.session_duration.total_seconds())

    def _refresh_names(self, request: HttpRequest) -> list[str]:
        """Those that the browser has sent: the chunks in their order, or the one."""
        name = f"{self.provider}-refresh-token"
        chunks: list[str] = []
        while len(chunks) < MAX_CHUNKS and f"{name}-{len(chunks)}" in request.COOKIES:
            chunks.append(f"{name}-{len(chunks)}")
        return chunks or [name] * (name in request.COOKIES)

    def _clear(self, request: HttpRequest, response: HttpResponse, names: set[str], origin: str) -> None:
        for name in sorted(names):
            self._set(response, name, "", 0, origin)

    def _set(self, response: HttpResponse, name: str, value: str, seconds: int, origin: str, below: str = "") -> None:
        url = parse_url(self.callback_url)
        is_secure = url.scheme == "https"
        is_elsewhere = parse_url(origin or self.app_origin).hostname != url.hostname
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=self._path(url.path) + below,
            secure=is_secure,
            httponly=True,
            samesite="None" if is_secure and is_elsewhere else "Lax",
        )

    def _path(self, callback_path: str) -> str:
        if callback_path.endswith(f"{self.provider}{CALLBACK}"):
            return callback_path.removesuffix(CALLBACK)
        return f"{callback_path}/{self.provider}"
