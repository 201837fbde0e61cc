"""`claims:search`: the desk's published verdicts, and those of other publishers, for a query.

First comes what says nearly the same as the query, by meaning where the language has a model; then
what holds all of its words, the newest first. Without a query it is all of one publisher.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from articles.intake.language import recognised
from articles.intake.urls import site
from claims.desk.searching import Sought, claims_found, sought
from claims.models import Claim, ExternalVerdict, Verdict
from claims.models.external import ExternalVerdictQuerySet
from claims.models.verdicts import VerdictQuerySet
from claims.publishing.addresses import host
from claims.publishing.google.errors import invalid
from claims.publishing.google.paging import Hit, Newest, Ranked, Segment

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
#: Characters of a query that are read.
LONGEST = 1_000
#: Of either kind that are put in order by how near they are; what is behind has all the words.
MOST_NEAR = 100


@dataclass(frozen=True)
class Search:
    """What is asked. `language` is without region, `site` a host without "www."; "" is any."""

    query: str
    language: str = ""
    site: str = ""
    since: date | None = None

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Search":
        """From the parameters of `claims:search`. Raises ApiError."""
        query = " ".join(given.get("query", "")[:LONGEST].split())
        publisher = host(given.get("reviewPublisherSiteFilter", ""))
        if not query and not publisher:
            raise invalid("query", "It is required, unless reviewPublisherSiteFilter is given.")
        days = given.get("maxAgeDays", 0)
        return cls(query, primary(given.get("languageCode", "")), publisher, oldest(days))

    def segments(self) -> Sequence[Segment]:
        """The answers, in the order in which they are told."""
        if not self.query:
            return [newest_here(self.here), newest_elsewhere(self.elsewhere)]
        near = self.near
        words = sought(self.query)
        ours = self.here.filter(claim__in=claims_found(Claim.objects.order_by(), words))
        # What a word is taken for are words of our claims, which theirs need not hold.
        asked = [Sought(one.word, known=True).asked() for one in words]
        theirs = self.elsewhere.with_words(asked)
        return [
            Ranked(near),
            newest_here(ours.exclude(pk__in=keys(near, Verdict))),
            newest_elsewhere(theirs.exclude(pk__in=keys(near, ExternalVerdict))),
        ]

    @cached_property
    def here(self) -> VerdictQuerySet:
        """The desk's own published verdicts that may answer."""
        rows = Verdict.objects.published()
        if self.site not in ("", site(settings.PUBLIC_URL)):
            return rows.none()
        if self.language:
            rows = rows.filter(spoken("claim__language", self.language, settings.LANGUAGE_CODE))
        if self.since:
            made = Q(claim__made_on__gte=self.since)
            rows = rows.filter(made | Q(updated_at__date__gte=self.since))
        return rows

    @cached_property
    def elsewhere(self) -> ExternalVerdictQuerySet:
        """The verdicts of other publishers that may answer."""
        rows = ExternalVerdict.objects.defer("data")
        if settings.SEARCH_PUBLISHERS != ["*"]:
            rows = rows.filter(site__in=settings.SEARCH_PUBLISHERS)
        if self.site:
            rows = rows.filter(site=self.site)
        if self.language:
            rows = rows.filter(spoken("language", self.language))
        if self.since:
            rows = rows.filter(Q(claimed_on__gte=self.since) | Q(reviewed_on__gte=self.since))
        return rows

    @cached_property
    def near(self) -> list[Hit]:
        """What says nearly the same, nearest first, of both kinds together."""
        # Here, not at the top: numpy and the models take memory that only who searches should take.
        from claims.desk.answers import NEAR, UNDECIDED, Question, claims_near, near

        language = self.language or recognised(self.query, settings.SPACY_MODELS)
        [question] = Question.of([self.query], language)
        claims = Claim.objects.filter(verdicts__in=self.here)
        ours = claims_near(question, claims, owner="published", limit=MOST_NEAR, least=NEAR)
        theirs = near(question, "external", self.elsewhere, UNDECIDED, MOST_NEAR, NEAR)
        verdicts = self.here.filter(claim__in=[one.row.pk for one in ours])
        told = {verdict.claim_id: verdict for verdict in verdicts}
        hits = [hit(one, told[one.row.pk]) for one in ours if one.row.pk in told]
        return sorted([*hits, *(hit(one, one.row) for one in theirs)], key=lambda one: one.key)


def hit(answer: Any, row: Verdict | ExternalVerdict) -> Hit:
    """The same sentence first, then by score; of two alike, ours before others'."""
    kind = int(isinstance(row, ExternalVerdict))
    return Hit(row, (int(not answer.exact), -answer.score, kind, answer.row.pk))


def keys(hits: Sequence[Hit], kind: type[Verdict] | type[ExternalVerdict]) -> list[int]:
    return [hit.row.pk for hit in hits if isinstance(hit.row, kind)]


def newest_here(verdicts: VerdictQuerySet) -> Newest:
    """By first publication and claim, both of which a correction leaves alone."""
    return Newest(verdicts, "published_at", "claim_id", ("-published_at", "-claim_id"))


def newest_elsewhere(externals: ExternalVerdictQuerySet) -> Newest:
    newest = F("reviewed_on").desc(nulls_last=True)
    return Newest(externals, "reviewed_on", "id", (newest, "-id"))


def spoken(field: str, language: str, unsaid: str = "") -> Q:
    """Rows in `language` of any region; also those that do not say, when `unsaid` is it."""
    found = Q(**{field: language}) | Q(**{f"{field}__istartswith": f"{language}-"})
    return found | Q(**{field: ""}) if unsaid.partition("-")[0] == language else found


def primary(code: str) -> str:
    """The language of a BCP 47 code: as with Google, its region does not count."""
    if code and not LANGUAGE.fullmatch(code):
        raise invalid("language_code", "A BCP 47 code, as “en” or “sr-Latn”.")
    return re.split("[-_]", code.lower())[0]


def oldest(days: int) -> date | None:
    """The day from which claim or review must be; None for 0 days, which is any age."""
    if not days:
        return None
    today = timezone.localdate()
    return today - timedelta(days=min(days, (today - date.min).days))
