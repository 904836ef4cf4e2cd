"""A parsed URL, and its text."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import InputError

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "file": None}


class InvalidUrlError(InputError):
    """What was given is not an absolute URL, and not a relative one either if there was a base."""

    def __init__(self, text: str) -> None:
        shown = text if len(text) <= 200 else f"{text[:200]}…"
        super().__init__(f"Invalid URL '{shown}'; expected one such as 'https://example.com/catalog-info.yaml'")


@dataclass(frozen=True, slots=True)
class Url:
    """
    The parts of a URL, normalised and percent-encoded. Names follow JavaScript's ``URL``, except that a part which
    is not there is None.

    ``path`` begins with ``/``, or is anything at all if ``is_opaque`` (as in ``mailto:alice``).
    """

    scheme: str
    username: str = ""
    password: str = ""
    hostname: str | None = None
    port: int | None = None  # None for the scheme's own
    path: str = ""
    query: str | None = None
    fragment: str | None = None
    is_opaque: bool = False

    @property
    def is_special(self) -> bool:
        return self.scheme in DEFAULT_PORTS

    @property
    def effective_port(self) -> int | None:
        return self.port if self.port is not None else DEFAULT_PORTS.get(self.scheme)

    @property
    def host(self) -> str:
        """``hostname:port``, without the port if it is the scheme's own."""
        return (self.hostname or "") + (f":{self.port}" if self.port is not None else "")

    @property
    def origin(self) -> tuple[str, str, int | None]:
        return self.scheme, self.hostname or "", self.effective_port

    @property
    def has_userinfo(self) -> bool:
        return bool(self.username or self.password)

    @property
    def search(self) -> str:
        return f"?{self.query}" if self.query else ""

    def __str__(self) -> str:
        authority = "" if self.hostname is None else f"//{self._userinfo}{self.host}"
        if self.hostname is None and not self.is_opaque and self.path.startswith("//"):
            authority = "/."
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}:{authority}{self.path}{query}{fragment}"

    @property
    def _userinfo(self) -> str:
        if not self.has_userinfo:
            return ""
        password = f":{self.password}" if self.password else ""
        return f"{self.username}{password}@"
