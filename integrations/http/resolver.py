"""From host names to addresses that may be connected to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable

from integrations.http.addresses import IPAddress, Reach, reach_of
from integrations.http.faults import AddressRefused, ReadFault

MAX_ADDRESSES = 16

# All addresses of a host name, in the order to try them. Raises OSError.
Resolve = Callable[[str], list[str]]


def resolve_by_system(hostname: str) -> list[str]:
    found = socket.getaddrinfo(hostname, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class CheckedResolver:
    """
    Gives only addresses that are no nearer than the host may be.

    ``reach`` says how near: by host name as URLs write it (IPv6 in brackets), and port.
    """

    def __init__(self, reach: Callable[[str, int], Reach], resolve: Resolve = resolve_by_system) -> None:
        self._reach = reach
        self._resolve = resolve

    def addresses_of(self, hostname: str, port: int) -> list[str]:
        """
        At least one. Raises AddressRefused if there are only others, ReadFault if there are none at all.
        """
        bare = hostname.removeprefix("[").removesuffix("]")
        written = f"[{bare}]" if ":" in bare else bare
        found = list(self._find(bare))
        limit = self._reach(written, port)
        allowed = [str(address) for address in found if reach_of(address) <= min(limit, Reach.LOOPBACK)]
        if not allowed:
            raise AddressRefused(_refusal(written, found[0], limit))
        return allowed[:MAX_ADDRESSES]

    def _find(self, hostname: str) -> Iterable[IPAddress]:
        try:
            return [ipaddress.ip_address(hostname)]
        except ValueError:
            pass
        try:
            found = [ipaddress.ip_address(text.partition("%")[0]) for text in self._resolve(hostname)]
        except (OSError, UnicodeError) as error:
            raise ReadFault(f"the host '{hostname}' has no known address ({error})") from None
        if not found:
            raise ReadFault(f"the host '{hostname}' has no known address")
        return found


def _refusal(hostname: str, address: IPAddress, limit: Reach) -> str:
    reach = reach_of(address)
    if reach == Reach.NEVER:
        return f"the host '{hostname}' has the address {address}, which is link-local, reserved or a metadata service"
    kind = "loopback" if reach == Reach.LOOPBACK else "private"
    way_out = "name it itself, without a wildcard," if limit == Reach.PRIVATE else "name it"
    return (
        f"the host '{hostname}' has the {kind} address {address}; to allow that,"
        f" {way_out} at 'backend.reading.allow' or 'integrations'"
    )
