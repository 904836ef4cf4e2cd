"""Which network addresses a host may turn out to have."""

from __future__ import annotations

import enum
import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Reach(enum.IntEnum):
    """How near an address is; also, how near the addresses of a host may be at most."""

    PUBLIC = 0
    PRIVATE = 1
    LOOPBACK = 2
    NEVER = 3


NEVER: tuple[Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",  # this host
            "169.254.0.0/16",  # link-local, and the metadata service of most clouds
            "100.100.100.200/32",  # metadata, Alibaba
            "192.0.0.192/32",  # metadata, Oracle
            "168.63.129.16/32",  # the platform's own service, Azure
            "224.0.0.0/3",  # multicast, reserved, broadcast
            "::/128",
            "fe80::/10",
            "ff00::/8",
            "fd00:ec2::/32",  # metadata, Amazon
            "fd20:ce::254/128",  # metadata, Google
            "fd00:42::42/128",  # metadata, Scaleway
        ),
    )
)
# IPv6 networks that carry an IPv4 address, and how many bits lie behind it.
CARRIERS: tuple[tuple[Network, int], ...] = (
    (ipaddress.ip_network("::ffff:0:0/96"), 0),  # mapped
    (ipaddress.ip_network("::ffff:0:0:0/96"), 0),  # translated
    (ipaddress.ip_network("64:ff9b::/96"), 0),  # NAT64
    (ipaddress.ip_network("2002::/16"), 80),  # 6to4
    (ipaddress.ip_network("::/96"), 0),  # compatible, long gone
)
UNCLEAR = (ipaddress.ip_network("2001::/32"), ipaddress.ip_network("64:ff9b:1::/48"))  # Teredo; local NAT64


def reach_of(address: IPAddress) -> Reach:
    """How near ``address`` is, judged by the IPv4 address that it carries if it does."""
    if any(address in network for network in NEVER):
        return Reach.NEVER
    if address.is_loopback:
        return Reach.LOOPBACK
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in UNCLEAR):
            return Reach.NEVER
        for network, shift in CARRIERS:
            if address in network:
                return reach_of(ipaddress.IPv4Address(int(address) >> shift & 0xFFFFFFFF))
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE
