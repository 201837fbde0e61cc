"""A desk with one row in every state that an endpoint starts from."""

from django.utils import timezone

from claims.desk.correcting import verdict_correct
from claims.desk.matches import match_reject
from claims.desk.verdicts import verdict_approve, verdict_retract
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    ExternalMatchFactory,
    MatchFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
    user_in,
)


def desk_of_rows() -> None:
    """Make them; `user_in` makes who asks for them."""
    author, editor = user_in("researcher"), user_in("editor")
    AppearanceFactory(article__outlet__name="Harbour Herald")
    AppearanceFactory(claim=AppearanceFactory().claim)
    ClaimFactory(status="dismissed", dismissal="In jest.", claimant=None, made_on=None)
    draft_verdict(author)
    submitted_verdict(author)
    verdict_approve(submitted_verdict(author), by=editor)
    published_verdict(author, editor)
    verdict_retract(published_verdict(author, editor), note="The log was forged.", by=editor)
    verdict_correct(published_verdict(author, editor), note="Four, not five.", by=editor)
    MatchFactory()
    match_reject(MatchFactory(), by=editor)
    ExternalMatchFactory(state="confirmed", decided_by=editor, decided_at=timezone.now())
