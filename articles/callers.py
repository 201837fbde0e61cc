"""Who asks: the address behind a request, and one name for whoever limits and answers count on."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

#: What one household or server has of IPv6 addresses: to be limited as one caller.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str | None:
    """Who asks: the peer or, behind `PROXY_COUNT` proxies, whom the outermost of them saw.

    Each proxy appends its peer to X-Forwarded-For; what stands left of ours anybody may write.
    None when there is no address, as behind a Unix socket.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(passed):
        peer = passed[-settings.PROXY_COUNT]
    return address_in(peer)


@lru_cache(maxsize=1024)
def address_in(given: str) -> str | None:
    """Remembered: taking an address apart costs a tenth of an answer that is kept."""
    try:
        return str(ip_address(given.strip()))
    except ValueError:
        return None


def caller_of(request: Any) -> str:
    """“key:7”, “user:3” or “address:192.0.2.4”, of a request of REST framework."""
    if request.auth is not None:
        return f"key:{request.auth.pk}"
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return network_of(request)


def network_of(request: Any) -> str:
    """“address:192.0.2.4” or, of IPv6, “address:2001:db8:1:2::/64”: the caller without a name."""
    return network_at(client_address(request) or "::")


@lru_cache(maxsize=1024)
def network_at(given: str) -> str:
    """Remembered, as `address_in`."""
    address = ip_address(given)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address):
        return f"address:{ip_network((address, IPV6_PREFIX), strict=False)}"
    return f"address:{address}"
