"""A subscriber on loopback, as good or as bad as a test wants it."""

import json
from collections.abc import Sequence
from typing import Any

from standardwebhooks.webhooks import Webhook

from claims.desk.webhooks.endpoints import CHOSEN, endpoint_create
from claims.models import WebhookEndpoint
from tests.factories import user_in
from tests.serving import Asked, Server


def subscribed(
    server: Server | None, kinds: Sequence[str] = CHOSEN, **fields: Any
) -> WebhookEndpoint:
    """An endpoint at `server`, or at none; told of everything."""
    url = f"{server.url}/hook" if server else "https://subscriber.example/hook"
    how = {"name": "Harbour CMS", "url": url, "kinds": kinds, "by": user_in("admin"), **fields}
    return endpoint_create(**how)


def read(asked: Asked, secret: str) -> dict[str, Any]:
    """The message, once Standard Webhooks' own verifier has found its signature right."""
    return Webhook(secret).verify(asked.body, dict(asked.headers))


def unverified(server: Server) -> list[tuple[str, str]]:
    """(type, claim's text) of each message, in the order in which they came."""
    told = [json.loads(asked.body) for asked in server.asked]
    return [(one["type"], one["data"].get("claim", {}).get("text", "")) for one in told]
