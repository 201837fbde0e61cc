"""Where a URL leads: its host is looked up once, and every address of it must be public."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult

from django.conf import settings

from articles.intake.fetching.errors import FetchError, Trouble

PORTS = {"http": 80, "https": 443}
#: The IPv6 addresses that are given out to the world; whatever else is routed is ours or nobody's.
GLOBAL_V6 = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
#: Public by its number, and yet answered by the machine's own cloud.
METADATA = (ip_address("168.63.129.16"),)


@dataclass(frozen=True)
class Place:
    """One looked-up address, as the socket module takes it."""

    family: int
    sockaddr: Any


def public_places(parts: SplitResult) -> list[Place]:
    """The addresses of a URL's host, best first.

    Raises FetchError `not_public` when the URL or any address is not for everybody, and what
    `socket.getaddrinfo` raises.
    """
    check_url(parts)
    port = port_of(parts)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    places = [Place(family, sockaddr) for family, _, _, _, sockaddr in found]
    for place in places:
        check_address(address_of(place), port)
    return places


def check_url(parts: SplitResult) -> None:
    if parts.scheme not in PORTS or not parts.hostname:
        raise refused("only http and https are asked")
    if parts.username is not None or parts.password is not None:
        raise refused("it names a login")


def check_address(address: IPv4Address | IPv6Address, port: int) -> None:
    if within_desk(address):
        return
    if not public(address):
        raise refused("its address is not public")
    if port not in PORTS.values():
        raise refused("its port is not one of the web")


def refused(message: str) -> FetchError:
    return FetchError(Trouble.NOT_PUBLIC, message)


def port_of(parts: SplitResult) -> int:
    return PORTS[parts.scheme] if parts.port is None else parts.port


def address_of(place: Place) -> IPv4Address | IPv6Address:
    """The address without its zone, which only a link-local one has."""
    return ip_address(str(place.sockaddr[0]).partition("%")[0])


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether everybody can ask `address`; one that wraps another counts as that one."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and address not in METADATA
    inner = address.ipv4_mapped or address.sixtofour or nat64(address)
    if inner is not None:
        return public(inner)
    return address in GLOBAL_V6 and address.is_global and address.teredo is None


def nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None


def within_desk(address: IPv4Address | IPv6Address) -> bool:
    """Whether the desk itself names the network, as that of its own archive."""
    return any(address in ip_network(network) for network in settings.FETCH_NETWORKS)
