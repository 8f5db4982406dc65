"""Which network an address on the internet belongs to: what one household or office has, not one machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection


def prefix(host: str) -> str:
    """ "203.0.113.0/24", "2001:db8:1:200::/56"; a host that is no IP address is a network of its own.

    A /56 is what one customer gets (RIPE-690); an IPv4 address inside an IPv6 one counts as itself.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    inner = getattr(address, "ipv4_mapped", None)
    if inner is not None:
        address = inner
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 56), strict=False))


def is_in(host: str, networks: Collection[str]) -> bool:
    """Whether an address is in one of these, written "10.0.0.0/8" or "10.0.0.7"."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network, strict=False) for network in networks)
