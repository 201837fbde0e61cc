"""A draft of ours that starts from another desk's verdict: it is a source, and never our rating."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from articles import events
from claims.desk.changing import check_permission
from claims.desk.claims import claim_take
from claims.desk.deciding import decide
from claims.desk.rules import CLAIM_RULES
from claims.desk.searching import words_learn
from claims.desk.verdicts import Source, evidence_add
from claims.desk.wordings import claim_wordings_write, wording_key
from claims.models import (
    Claim,
    Claimant,
    ExternalMatch,
    ExternalVerdict,
    Verdict,
    Wording,
)
from claims.models.choices import EvidenceStance, MatchState
from claims.models.claims import slug_of

MOST_TITLE = 300


def external_draft(external: ExternalVerdict, *, claim: Claim | None = None, by: Any) -> Verdict:
    """A draft on `claim` with their review among its evidence; rating and words are left to us.

    Without `claim` it is on the claim that was confirmed to be theirs, else on one in their very
    words, else on a new one. A draft that is there already is used. Raises what `claim_take` and
    `evidence_add` raise.
    """
    check_permission(CLAIM_RULES["take"], by)
    with transaction.atomic():
        # Two who press the button at once make one claim.
        ExternalVerdict.objects.select_for_update().get(pk=external.pk)
        claim = claim or confirmed(external) or same_words(external) or made(external, by)
        draft = claim.verdicts.filter(state=Verdict.State.DRAFT).first()
        draft = draft or claim_take(claim, by=by)
        evidence_add(draft, source_of(external), by=by)
    return draft


def confirmed(external: ExternalVerdict) -> Claim | None:
    match = external.matches.filter(state=MatchState.CONFIRMED).order_by("-score", "id").first()
    return match.claim.surviving if match else None


def same_words(external: ExternalVerdict) -> Claim | None:
    language = external.language.partition("-")[0]
    key = wording_key(external.statement, language)
    known = Wording.objects.filter(key=key, claim__isnull=False)
    wording = known.select_related("claim__merged_into").order_by("claim_id").first()
    return wording.claim.surviving if wording and wording.claim else None


def made(external: ExternalVerdict, by: Any) -> Claim:
    """A claim in their words, confirmed to be the one that they checked."""
    claim = Claim(
        text=external.statement,
        claimant=claimant_called(external.claimant),
        made_on=external.claimed_on,
        language=external.language,
    )
    claim.slug = slug_of(claim.text, claim.uid)
    claim.save()
    events.record(
        "claim.from_elsewhere", claim, actor=by, after={"text": claim.text}, note=str(external)
    )
    claim_wordings_write(claim)
    match, _new = ExternalMatch.objects.get_or_create(
        claim=claim, external=external, defaults={"score": 1}
    )
    decide(match, MatchState.CONFIRMED, by=by)
    transaction.on_commit(lambda: words_learn([claim.pk]), robust=True)
    return claim


def claimant_called(name: str) -> Claimant | None:
    """The claimant whom we know by that name; what others call people makes nobody."""
    known = Q(name__iexact=name) | Q(aliases__name__iexact=name)
    return Claimant.objects.filter(known, merged_into=None).first() if name else None


def source_of(external: ExternalVerdict) -> Source:
    title = f"{external.publisher}: {external.title or external.statement}"
    return Source(url=external.url, stance=EvidenceStance.CONTEXT, title=title[:MOST_TITLE])
