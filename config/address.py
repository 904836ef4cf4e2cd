"""Where the web processes listen."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from common.app_config import AppConfig
from common.errors import CallboardError
from identity.policy import listen_address

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  only compared with
HERE = ("127.0.0.1", "::1", "localhost")


class AddressError(CallboardError):
    """Nobody can listen there. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """``host`` is an IP address."""

    host: str
    port: int
    scheme: str = "http"

    @property
    def page_url(self) -> str:
        """What a person on this machine may open."""
        if self.host in (*EVERYWHERE, *HERE):
            return f"{self.scheme}://localhost:{self.port}/"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}/"


def find_address(config: AppConfig, *, host: str | None, port: int | None) -> Address:
    """Flags win over ``backend.listen``. Raises ConfigError, and AddressError if the host has no address."""
    configured = listen_address(config)
    name = host or configured.host
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise AddressError(
            f"cannot listen on '{name}': this machine knows no such host; name another by --host"
        ) from None
    scheme = "https" if config.get("backend.https") else "http"
    return Address(str(found[0][4][0]), configured.port if port is None else port, scheme)


def ensure_free(address: Address) -> None:
    """
    Raise AddressError if nobody can listen there, or somebody does already.

    Our web processes share the port, so without this a second server would take half of the first one's requests.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            raise AddressError(_explain(address, error)) from None


def _explain(address: Address, error: OSError) -> str:
    place = f"port {address.port} of {address.host}"
    if error.errno == errno.EADDRINUSE:
        return f"{place} is in use by another program; stop that one, or name another port by --port"
    if error.errno == errno.EACCES:
        return f"{place} is for the system's own services; name one above 1023 by --port"
    return f"cannot listen on {place}: {error.strerror}; name another by --host and --port"
