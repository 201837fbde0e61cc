"""The worker's application without matching: claims are found and stored, and left to be matched.

It leaves out the search for likely matches, and the vectors of wordings, which only that reads.
"""

from collections.abc import Iterable
from typing import Any

from celery.signals import worker_init

from config.celery import app

__all__ = ["app"]

app.conf.beat_schedule = {
    name: entry for name, entry in app.conf.beat_schedule.items() if entry["task"] != "claims.match"
}


@worker_init.connect
def leave_out(**_: Any) -> None:
    """In the worker, before its processes are forked; there are models by then."""
    from claims import tasks
    from claims.desk import recording
    from claims.desk.wordings import Kind, wording_built
    from claims.models import Wording

    def wordings(claims: Iterable[Any], _ahead: Any) -> list[Wording]:
        rows = [wording_built(c.text, Kind.CLAIM, c.language, claim=c) for c in claims]
        return Wording.objects.bulk_create(rows)

    recording.vectors_ahead = lambda _texts, _language: {}
    recording.wordings_of_new_claims = wordings
    tasks.match_found = lambda claims: None
