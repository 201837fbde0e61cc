"""Asking other people's servers, without being led anywhere that is not public.

`fetch` is the one way out: articles and feeds (GET), sources of verdicts (HEAD), webhooks (POST).
docs/fetching.md says what it refuses, and why it is built on the standard library.
"""

from articles.intake.fetching.answers import Fetched, Limits, Validators
from articles.intake.fetching.errors import FetchError, Trouble
from articles.intake.fetching.fetcher import fetch

__all__ = ["FetchError", "Fetched", "Limits", "Trouble", "Validators", "fetch"]
