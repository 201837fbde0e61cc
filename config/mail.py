"""How e-mail leaves the desk: one address for the server, one for the sender."""

from typing import Any
from urllib.parse import urlsplit

from environs import Env

#: Seconds; a server that hangs must not hold the worker.
PATIENCE = 10


def mail_settings(env: Env, public_url: str) -> dict[str, Any]:
    """Django's `EMAIL_…` settings; without `EMAIL_URL` e-mails are printed by the worker."""
    found = env.dj_email_url("EMAIL_URL", "console:")
    sender = f"Plumbline <plumbline@{urlsplit(public_url).hostname}>"
    return {
        **found,
        "EMAIL_TIMEOUT": found["EMAIL_TIMEOUT"] or PATIENCE,
        "DEFAULT_FROM_EMAIL": env.str("EMAIL_FROM", "") or sender,
    }
