"""What the worker does with a claim it found: is it one that we know, or that others checked?

The same sentence again joins its claim by itself; what is likely the same is suggested. Only
people decide: `claims.desk.matches`.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone

from claims.desk.errors import TRANSIENT
from claims.desk.reading import claims_have_news
from claims.desk.thresholds import matching_settings
from claims.desk.wordings import wording_key
from claims.matching.candidates import Text
from claims.matching.facts import compare
from claims.matching.index import Found, Owner, Search, nearest_each
from claims.matching.joining import joins
from claims.matching.same import anchored
from claims.models import (
    Claim,
    ExternalMatch,
    ExternalVerdict,
    Match,
    Wording,
)
from claims.models.matching import ONE_MERGED

log = logging.getLogger(__name__)

State = Match.State
#: By the ids of two rows, what a match of them says.
Pairs = dict[tuple[int, int], dict[str, Any]]
#: Of wordings and the least score, what is likely the same.
Likely = Callable[[Sequence[Wording], float], Pairs]
#: Suggested for one claim; an editor reads no more.
MOST_SUGGESTED = 5
#: How far apart a sentence like "it fell this year" still says the same.
SAME_DAYS = timedelta(days=7)
#: Matched in one transaction, whose rows an editor has to wait for.
AT_ONCE = 20


# --- The same sentence again ------------------------------------------------------------------


class Known:
    """The claims that sentences of articles repeat; within the transaction that writes them.

    Those that are `beside` are locked as well.
    """

    def __init__(self, texts: Iterable[str], language: str, *, beside: Iterable[int] = ()) -> None:
        self.language = language
        self.joins_alone = matching_settings().joins_alone
        self.wordings: dict[str, list[tuple[Claim, str]]] = {}
        keys = sorted({wording_key(text, language) for text in texts}) if self.joins_alone else []
        wordings: list[Wording] = []
        if keys:
            lock(keys)
            rows = Wording.objects.filter(key__in=keys, external=None).exclude(kind="title")
            wordings = list(rows.order_by("claim_id"))
        claims = claims_standing({*beside, *(row.claim_id for row in wordings if row.claim_id)})
        for row in wordings:
            if known := claims.get(row.claim_id or 0):
                self.wordings.setdefault(row.key, []).append((known, row.text))

    def claim(self, new: Claim) -> Claim | None:
        """The claim that `new` is; None when it is not sure, or when several could be meant."""
        same = {
            claim.uid: claim
            for claim, text in self.wordings.get(wording_key(new.text, self.language), [])
            if joins(text, new.text, language=self.language) and says_the_same(claim, new)
        }
        return next(iter(same.values())) if len(same) == 1 else None

    def add(self, new: Claim) -> None:
        """A later sentence may repeat it."""
        if self.joins_alone:
            key = wording_key(new.text, self.language)
            self.wordings.setdefault(key, []).append((new, new.text))


def says_the_same(known: Claim, new: Claim) -> bool:
    """Whether two claims of the same words claim the same.

    Words that point at a speaker or a day say the same from the same mouth at the same time only.
    """
    if known.language != new.language:
        return False
    if anchored(new.text, language=new.language):
        return True
    if known.claimant_id is None or known.claimant_id != new.claimant_id:
        return False
    if known.made_on is None or new.made_on is None:
        return False
    return abs(known.made_on - new.made_on) <= SAME_DAYS


def claims_standing(ids: Collection[int]) -> dict[int, Claim]:
    """Of the claims with these ids those that nobody has merged, by id, locked.

    Nobody merges them until the transaction ends: a place that joins one then goes along.
    """
    if not ids:
        return {}
    claims = Claim.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = claims.filter(pk__in=ids).select_related("claimant")
    return {claim.pk: claim for claim in found if claim.merged_into_id is None}


def lock(keys: Sequence[str]) -> None:
    """Until the transaction ends, nobody else writes a claim of these words.

    Two workers with the same sentence would otherwise both take it for new. Sorted keys: two
    workers that share several wait, and do not deadlock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key",
            [sorted(keys)],
        )


# --- Suggestions ------------------------------------------------------------------------------


def claims_match(claims: Iterable[Claim]) -> None:
    """Look for likely matches of each claim, and say that it was done; safe to run again."""
    ids = [claim.pk for claim in claims]
    suggest_from = matching_settings().suggest_from
    beyond = ExternalVerdict.objects.exists()
    wordings = Wording.objects.filter(claim__in=ids, kind=Wording.Kind.CLAIM).order_by("pk")
    pairs = compared(claims_likely, wordings, suggest_from)
    elsewhere = compared(externals_likely, wordings, suggest_from) if beyond else {}
    with transaction.atomic():
        ours = held(ids)
        near = {pair: said for pair, said in pairs.items() if ours & {*pair}}
        far = {pair: said for pair, said in elsewhere.items() if pair[0] in ours}
        news = claims_suggest(near, held=ours) | externals_suggest(far, held=ours)
        now = timezone.now()
        Claim.objects.filter(pk__in=ours - news).update(matched_at=now)
        # At once: each writing of a claim is one to all of its indexes.
        Claim.objects.filter(pk__in=news).update(
            matched_at=now, news_at=Greatest("news_at", Value(now))
        )


def held(claims: Collection[int]) -> set[int]:
    """Of these claims those that nobody else has in hand, locked.

    The sweep takes what an extraction has just written for left over, and matches it as well: each
    would wait for the other's rows.
    """
    free = Claim.objects.select_for_update(no_key=True, skip_locked=True).order_by("pk")
    return set(free.filter(pk__in=claims).values_list("pk", flat=True))


def externals_match(externals: Iterable[ExternalVerdict]) -> None:
    """Look for the desk's claims that each of other desks' verdicts answers."""
    ids = [external.pk for external in externals]
    suggest_from = matching_settings().suggest_from
    wordings = Wording.objects.filter(external__in=ids).order_by("pk")
    answered = compared(claims_answered, wordings, suggest_from)
    with transaction.atomic():
        externals_suggest(answered)
        ExternalVerdict.objects.filter(pk__in=ids).update(matched_at=timezone.now())


def compared(likely: Likely, wordings: Iterable[Wording], suggest_from: float) -> Pairs:
    """What is likely the same as some wordings: together, as that costs the least.

    One that cannot be matched is logged and left; the next sweep would meet the same error. Which
    one that is shows when each is taken by itself.
    """
    wordings = list(wordings)
    try:
        # By itself, a query that fails undoes nothing; in a transaction it would undo it all.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return likely(wordings, suggest_from)
    except TRANSIENT:
        raise
    except Exception:
        if len(wordings) > 1:
            alone = [compared(likely, [wording], suggest_from) for wording in wordings]
            return {pair: said for pairs in alone for pair, said in pairs.items()}
        log.exception("wording %s: not matched", wordings[0].pk)
        return {}


def matching_due() -> int:
    """Match some of what waits for it; returns how much. Workers side by side take their own."""
    with transaction.atomic():
        waiting = Claim.objects.filter(matched_at=None).exclude(status="merged").order_by("pk")
        claims = list(waiting.select_for_update(skip_locked=True, no_key=True)[:AT_ONCE])
        claims_match(claims)
    with transaction.atomic():
        others = ExternalVerdict.objects.filter(matched_at=None).order_by("pk")
        externals = list(others.select_for_update(skip_locked=True, no_key=True)[:AT_ONCE])
        externals_match(externals)
    return len(claims) + len(externals)


def suggestions_mend() -> None:
    """Look anew where a claim was merged in the moment in which it was suggested."""
    stray = Match.objects.filter(ONE_MERGED, state=State.SUGGESTED)
    pairs = list(stray.values_list("claim_id", "other_id"))
    if pairs:
        ids = {pk for pair in pairs for pk in pair}
        Claim.objects.filter(pk__in=ids, merged_into=None).update(matched_at=None)
        stray.delete()


def text_of(wording: Wording) -> Text:
    """A wording as the ranking reads it."""
    vector = None if wording.vector is None else np.asarray(wording.vector, np.float32)
    return Text(wording.text, tuple(wording.words), vector, wording.language)


def found_like(
    wordings: Sequence[Wording], owner: Owner, suggest_from: float
) -> Iterator[tuple[Wording, Text, Found]]:
    """Each wording, its text, and each claim or external verdict whose texts may say the same."""
    for embedder in dict.fromkeys(wording.embedder for wording in wordings):
        alike = [wording for wording in wordings if wording.embedder == embedder]
        searches = [search_of(wording, owner) for wording in alike]
        found = nearest_each(searches, owner, embedder=embedder, limit=MOST_SUGGESTED)
        for wording, search, its in zip(alike, searches, found, strict=True):
            for one in its:
                if one.score >= suggest_from:
                    yield wording, search.text, one


def search_of(wording: Wording, owner: Owner) -> Search:
    own = [wording.claim_id] if owner == "claim" and wording.claim_id else []
    return Search(text_of(wording), without=own)


def claims_likely(wordings: Sequence[Wording], suggest_from: float) -> Pairs:
    """By (older, newer) claim, what a suggestion of the two says."""
    pairs: Pairs = {}
    for wording, query, one in found_like(wordings, "claim", suggest_from):
        own = wording.claim_id or 0
        pair = min(own, one.id), max(own, one.id)
        pairs[pair] = evidence(one, query, from_query=own < one.id)
    return pairs


def externals_likely(wordings: Sequence[Wording], suggest_from: float) -> Pairs:
    """By claim and external verdict, for claims' wordings."""
    return {
        (wording.claim_id or 0, one.id): evidence(one, query, from_query=True)
        for wording, query, one in found_like(wordings, "external", suggest_from)
    }


def claims_answered(wordings: Sequence[Wording], suggest_from: float) -> Pairs:
    """By claim and external verdict, for other desks' wordings; the first of those says it."""
    pairs: Pairs = {}
    for wording, query, one in found_like(wordings, "claim", suggest_from):
        pair = one.id, wording.external_id or 0
        if pair not in pairs:
            pairs[pair] = evidence(one, query, from_query=False)
    return pairs


def claims_suggest(pairs: Pairs, *, held: Collection[int] = ()) -> set[int]:
    """Suggest what is new, and say anew what is suggested; a decision stays as it is.

    Claims that are new in it have news. Of those that are `held`, locked, the ids are returned: it
    is the caller's to write that down.
    """
    known = Match.objects.filter(claim__in={a for a, _b in pairs}, other__in={b for _a, b in pairs})
    rows = {(row.claim_id, row.other_id): row for row in known}
    again = [rows[pair] for pair in sorted(pairs.keys() & rows.keys())]
    for row in again:
        for name, value in pairs[row.claim_id, row.other_id].items():
            setattr(row, name, value)
    suggested = [row for row in again if row.state == State.SUGGESTED]
    Match.objects.bulk_update(suggested, ["score", "agreeing", "differing"])
    added = suggestions_add(Match, "other", {p: said for p, said in pairs.items() if p not in rows})
    return news_told({pk for pair in added for pk in pair}, held)


def externals_suggest(pairs: Pairs, *, held: Collection[int] = ()) -> set[int]:
    """Suggest the pairs of which nothing is known yet; returns as `claims_suggest` does."""
    if not pairs:
        return set()
    ours, theirs = {a for a, _b in pairs}, {b for _a, b in pairs}
    known = ExternalMatch.objects.filter(claim__in=ours, external__in=theirs)
    decided = set(known.values_list("claim_id", "external_id"))
    new = {pair: said for pair, said in pairs.items() if pair not in decided}
    added = suggestions_add(ExternalMatch, "external", new)
    return news_told({claim for claim, _external in added}, held)


def news_told(claims: set[int], held: Collection[int]) -> set[int]:
    """Claims have news; returns those that are held."""
    ours = claims & {*held}
    claims_have_news(claims - ours)
    return ours


def suggestions_add(
    model: type[Match | ExternalMatch], other: str, pairs: Pairs
) -> list[tuple[int, int]]:
    """Of the pairs, of claims and `other`, those that were new: they are suggested.

    Another worker may have suggested the same pair first. One statement says which were, as
    Django's inserts do not.
    """
    if not pairs:
        return []
    rows = [{"ours": a, "theirs": b, **said} for (a, b), said in pairs.items()]
    sql = f"""
        INSERT INTO {model._meta.db_table} (
            uid, claim_id, {other}_id, state, score, agreeing, differing, version, created_at,
            updated_at
        )
        SELECT gen_random_uuid(), ours, theirs, %s, score, agreeing, differing, 1, %s, %s
        FROM jsonb_to_recordset(%s::jsonb) AS pairs(
            ours bigint, theirs bigint, score double precision, agreeing jsonb, differing jsonb
        )
        ORDER BY ours, theirs ON CONFLICT DO NOTHING RETURNING claim_id, {other}_id
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(sql, [State.SUGGESTED, now, now, json.dumps(rows)])
        return cursor.fetchall()


def evidence(one: Found, query: Text, *, from_query: bool) -> dict[str, Any]:
    """The score, and what speaks for and against it.

    “Here” is the match's own claim, which is the query's or the one that was found.
    """
    texts = query.text, one.ranked.candidate.texts[0].text
    facts = compare(*(texts if from_query else reversed(texts)))
    said = " ".join(facts.agreeing)
    words = [f"both say “{word}”" for word in one.ranked.shared if word not in said]
    return {
        "score": one.score,
        "agreeing": [*facts.agreeing, *words],
        "differing": list(facts.differing),
    }
