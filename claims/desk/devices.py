"""Where a request comes from: the address and the browser behind it."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

#: Of several that a browser claims to be, the first is the one.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def client_address(request: HttpRequest) -> str | None:
    """Who asks: the peer or, behind `PROXY_COUNT` proxies, whom the outermost of them saw.

    Each proxy appends its peer to X-Forwarded-For; what stands left of ours anybody may write.
    None when there is no address, as behind a Unix socket.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(passed):
        peer = passed[-settings.PROXY_COUNT]
    try:
        return str(ip_address(peer.strip()))
    except ValueError:
        return None


def device_name(agent: str) -> str:
    """“Firefox on Linux” for a User-Agent header; it is only what the browser says of itself."""
    browser = next((name for sign, name in BROWSERS.items() if f"{sign}/" in agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return " on ".join(part for part in (browser, system) if part) or "Unknown device"
