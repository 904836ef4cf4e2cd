"""Which paths need credentials, and where to listen."""

from __future__ import annotations

from dataclasses import dataclass

from common.app_config import AppConfig

DEFAULT_PORT = 7007
EVERYWHERE = "0.0.0.0"  # noqa: S104  what Backstage does, and only behind the auth policy
LOOPBACK = "127.0.0.1"
API_PREFIX = "/api/"
PUBLIC_PATHS = frozenset({"/.backstage/health/v1/readiness", "/.backstage/health/v1/liveness"})
# Signing in cannot need credentials; the admin has its own login, and its pages' style lies under /static/.
PUBLIC_PREFIXES = ("/api/auth/", "/admin/", "/static/")
# Webhooks have no token of ours: they prove themselves by their signatures (comms/events). Who has one may show it.
OWN_PROOF_PREFIX = "/api/events/http/"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_public(path: str) -> bool:
    """True for what anybody may ask for. Everything else needs credentials, also what does not exist."""
    return path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIXES)


def proves_itself(path: str) -> bool:
    """True for what needs no credentials of ours, but counts them where they are given."""
    return path.startswith(OWN_PROOF_PREFIX)


def plugin_of(path: str) -> str:
    """The plugin that a path belongs to; empty for pages, which belong to none."""
    return path.removeprefix(API_PREFIX).partition("/")[0] if path.startswith(API_PREFIX) else ""


@dataclass(frozen=True, slots=True)
class ListenAddress:
    host: str
    port: int


def listen_address(config: AppConfig) -> ListenAddress:
    """
    ``backend.listen``: ``{ host, port }``, a port, ``<port>``, ``:<port>`` or ``<host>:<port>``. Raises ConfigError.

    Without a host: everywhere; but if everybody may do everything, on this machine only.
    """
    host, port = _read_listen(config)
    if not 0 <= port <= 65535:
        raise config.error(_port_key(config), "a port from 0 to 65535")
    return ListenAddress(host or _host_by_policy(config), port)


def default_host(config: AppConfig) -> str:
    """The host to listen on if no flag names one."""
    return listen_address(config).host


def _read_listen(config: AppConfig) -> tuple[str, int]:
    listen = config.get("backend.listen")
    if isinstance(listen, dict):
        return config.string("backend.listen.host", ""), config.integer("backend.listen.port", DEFAULT_PORT)
    if listen is None:
        return "", DEFAULT_PORT
    if isinstance(listen, bool) or not isinstance(listen, str | int):
        raise config.error("backend.listen", "<port> or <host>:<port>")
    host, _, port = str(listen).rpartition(":")
    if not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise config.error("backend.listen", "<port> or <host>:<port>")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _port_key(config: AppConfig) -> str:
    return "backend.listen.port" if isinstance(config.get("backend.listen"), dict) else "backend.listen"


def _host_by_policy(config: AppConfig) -> str:
    return LOOPBACK if config.boolean("backend.auth.dangerouslyDisableDefaultAuthPolicy", False) else EVERYWHERE
