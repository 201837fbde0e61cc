"""What is missing or wrong in a ClaimReview, told before it is published.

Errors stop publishing, warnings do not. Each rule names where it comes from:

* [G] Google, "Fact Check (ClaimReview) structured data"
* [S] the schema.org types ClaimReview, Claim and Rating
* [I] the IFCN code of principles: sources that readers can follow
* [M] a mistake seen in other trackers
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from claims.models import Appearance, Claim, Evidence, Rating, Verdict

ERROR, WARNING = "error", "warning"

#: Claims from here on are cut by those who show them [G].
CLAIM_CHARACTERS = 75
#: A rating is a word or a short phrase [G]; longer ones do not fit a badge.
RATING_CHARACTERS = 30
#: Words of an explanation that can hold a reason and what it rests on.
EXPLANATION_WORDS = 20

#: Words by which an English claim says that somebody made it.
SAID = re.compile(
    r"\b(according to|said|says|told|stated|tweeted|claim(s|ed) that)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `code` is stable; the rest is for a person."""

    code: str
    level: str
    message: str
    todo: str

    @property
    def blocks(self) -> bool:
        return self.level == ERROR


def lint(verdict: Verdict, *, today: date) -> list[Finding]:
    """What is wrong with `verdict`, were it published on `today`; errors first.

    Reads the claim with its appearances, their articles and attributions, the rating with its
    scale, and the evidence; writes nothing and asks no other host.
    """
    found = [
        *of_claim(verdict.claim, verdict.rating),
        *of_rating(verdict.rating),
        *of_words(verdict),
        *of_dates(verdict, today),
        *of_places(verdict.claim),
        *of_evidence(list(verdict.evidence.all())),
    ]
    return sorted(found, key=lambda finding: not finding.blocks)


def findings(verdict: Verdict) -> list[Finding]:
    """`lint` of a verdict as it stands in the database, today."""
    return findings_of_read(Verdict.objects.select_related("claim", "rating").get(pk=verdict.pk))


def findings_of_read(verdict: Verdict) -> list[Finding]:
    """The same of a verdict that was just read, whose rows are not read twice."""
    places = Appearance.objects.select_related("article__outlet", "attribution")
    prefetch_related_objects(
        [verdict],
        "evidence",
        "rating__scale__ratings",
        Prefetch("claim__appearances", queryset=places.defer("article__text")),
    )
    return lint(verdict, today=timezone.localdate())


def blocking(found: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.blocks]


def of_claim(claim: Claim, rating: Rating | None) -> Iterator[Finding]:
    """`claimReviewed`: short, in one language, and never the rating [G]."""
    text = " ".join(claim.text.split())
    if not text:
        yield Finding("claim_missing", ERROR, "The claim has no words.", "Word the claim.")
    if len(text) >= CLAIM_CHARACTERS:
        yield Finding(
            "claim_long",
            WARNING,
            f"The claim has {len(text)} characters; fewer than {CLAIM_CHARACTERS} are advised.",
            "Word it shorter, if it still says the same. Search engines may cut it.",
        )
    if rating and stamped(text, rating.name):
        yield Finding(
            "rating_in_claim",
            ERROR,
            f"The claim carries its rating, “{rating.name}”.",
            "Take the rating out of the claim's words: they say what was claimed, nothing more.",
        )
    elif rating and holds(text, rating.name):
        yield Finding(
            "rating_word_in_claim",
            WARNING,
            f"The claim holds the word “{rating.name}”, which is its rating.",
            "See that it is a word of the claim and not the verdict.",
        )
    if not claim.language:
        yield Finding(
            "language_missing",
            WARNING,
            "The language of the claim is not known.",
            "It is told as the desk's own; set its outlet's language for later articles.",
        )


def of_rating(rating: Rating | None) -> Iterator[Finding]:
    """`reviewRating`: a short name, and a number within its scale, from 1 up [G]."""
    if rating is None:
        yield Finding("rating_missing", ERROR, "There is no rating.", "Choose a rating.")
        return
    if not rating.name.strip():
        yield Finding("rating_name_missing", ERROR, "The rating has no name.", SCALE)
    if len(rating.name) > RATING_CHARACTERS:
        yield Finding(
            "rating_long",
            WARNING,
            f"The rating's name has {len(rating.name)} characters; {RATING_CHARACTERS} fit.",
            SCALE,
        )
    yield from of_number(rating)


SCALE = "An admin changes it under Rating scales."


def of_number(rating: Rating) -> Iterator[Finding]:
    if rating.value is None:
        return
    places = [step.value for step in rating.scale.ratings.all() if step.value is not None]
    if rating.value < 1 or rating.value not in places:
        yield Finding(
            "rating_out_of_scale",
            ERROR,
            f"The rating's number, {rating.value}, is not a place on its scale.",
            SCALE,
        )
    elif len(places) < 2:
        yield Finding(
            "scale_without_order",
            WARNING,
            "The scale has a single number, so the rating is told without one.",
            SCALE,
        )


def of_words(verdict: Verdict) -> Iterator[Finding]:
    """Title, explanation and note, as a reader meets them."""
    if not verdict.title:
        yield Finding(
            "title_missing",
            WARNING,
            "The verdict has no title.",
            "Add the question that it answers; feeds and search results show it first.",
        )
    elif verdict.rating and stamped(verdict.title, verdict.rating.name):
        yield Finding(
            "rating_in_title",
            WARNING,
            f"The title carries the rating, “{verdict.rating.name}”.",
            "Leave it out: a corrected rating would stand beside the old title.",
        )
    words = len(verdict.explanation.split())
    if not words:
        yield Finding(
            "explanation_missing", ERROR, "There is no explanation.", "Explain the rating."
        )
    elif words < EXPLANATION_WORDS:
        yield Finding(
            "explanation_short",
            WARNING,
            f"The explanation has {words} words.",
            "Say what was looked at, what it shows, and why that makes this rating.",
        )
    if verdict.corrects_id and not verdict.correction_note.strip():
        yield Finding(
            "correction_note_missing",
            ERROR,
            "The correction does not say what is corrected.",
            "Write the note that the public reads with it.",
        )


def of_dates(verdict: Verdict, today: date) -> Iterator[Finding]:
    """`datePublished` of the claim comes before that of its review [G, M]."""
    published = timezone.localdate(verdict.published_at) if verdict.published_at else today
    made = verdict.claim.made_on
    if made is None:
        yield Finding(
            "made_on_missing",
            WARNING,
            "It is not known when the claim was made.",
            "Set the day, if it can be found out; readers see how old a claim is.",
        )
    elif made > published:
        yield Finding(
            "made_after_publication",
            ERROR,
            f"The claim was made on {made:%Y-%m-%d}, after its review of {published:%Y-%m-%d}.",
            "Correct the day it was made on.",
        )
    yield from of_days_ahead(verdict, today)


def of_days_ahead(verdict: Verdict, today: date) -> Iterator[Finding]:
    review, expiry = verdict.review_on, verdict.expires_on
    if expiry and expiry <= today:
        yield Finding(
            "run_out",
            ERROR,
            "The day it expires on is here.",
            "Return it, and choose a later day or none.",
        )
    if review and review <= today:
        yield Finding(
            "review_due_at_once",
            WARNING,
            "The day of its next review is here.",
            "Choose a later day or none.",
        )
    elif review and expiry and review >= expiry:
        yield Finding(
            "review_after_expiry",
            WARNING,
            "It expires before it is to be reviewed.",
            "Choose an earlier day for the review.",
        )


def of_places(claim: Claim) -> Iterator[Finding]:
    """`itemReviewed`: where the claim was made, and by whom if anybody [G, S]."""
    places = list(claim.appearances.all())
    if not places:
        yield Finding(
            "no_appearance",
            WARNING,
            "The claim appears in no article.",
            "Add the article it was made in, so that readers can see it in its place.",
        )
    elif not any(place.article.url for place in places):
        yield Finding(
            "no_appearance_address",
            WARNING,
            "No article that the claim appears in has a URL.",
            "Readers and search engines cannot follow it; add one that can be read on the web.",
        )
    if claim.claimant_id is None and (says_who(places) or SAID.search(claim.text)):
        yield Finding(
            "claimant_missing",
            WARNING,
            "The words say who made the claim, the claim does not.",
            "Set its claimant; without one it is told as the outlet's own.",
        )
    if claim.made_on and any(published_before(place, claim.made_on) for place in places):
        yield Finding(
            "made_after_appearance",
            WARNING,
            "An article with the claim is older than the day that the claim was made on.",
            "Look at the dates of its articles, and correct the day.",
        )


def says_who(places: Iterable[Appearance]) -> bool:
    said = (place.attribution for place in places)
    return any(one is not None and one.source_start is not None for one in said)


def published_before(place: Appearance, day: date) -> bool:
    made_on = place.article.made_on
    return made_on is not None and made_on < day


def of_evidence(evidence: list[Evidence]) -> Iterator[Finding]:
    """Sources that a reader can open, or could when they were read [I]."""
    if not evidence:
        yield Finding("evidence_missing", ERROR, "There is no source.", "Add at least one source.")
    for source in evidence:
        yield from of_link(source)
    lone = [source for source in evidence if not source.archived_url]
    if lone:
        yield Finding(
            "archive_missing",
            WARNING,
            f"Sources without an archived copy: {len(lone)} of {len(evidence)}.",
            "Archive them, and give the copy's address; pages change and go away.",
        )


def of_link(source: Evidence) -> Iterator[Finding]:
    """A source that is gone blocks, unless it was archived; one that is silent may come back."""
    if source.link_state == Evidence.LinkState.DEAD:
        yield Finding(
            "evidence_archived" if source.archived_url else "evidence_dead",
            WARNING if source.archived_url else ERROR,
            f"“{source}” is gone: {source.link_note}.",
            "Readers are left with its archived copy."
            if source.archived_url
            else "Give its new address, or its archived copy.",
        )
    elif source.link_state in (Evidence.LinkState.UNREACHABLE, Evidence.LinkState.REFUSED):
        yield Finding(
            "evidence_unreachable",
            WARNING,
            f"“{source}” could not be looked at: {source.link_note}.",
            "Open it yourself, and add an archived copy.",
        )
    elif source.link_state == Evidence.LinkState.UNCHECKED:
        yield Finding(
            "evidence_unchecked",
            WARNING,
            f"“{source}” has not been looked at yet.",
            "The worker does so within minutes.",
        )


def stamped(text: str, rating: str) -> bool:
    """Whether `rating` is set off from `text` at its start or end, or is a phrase within it."""
    name = re.escape(rating.strip())
    before = rf"^\W*{name}\s*(?:[:;–—)\].!]|-\s)"
    after = rf"(?:[:;–—(\[.!]|\s-)\s*{name}\W*$"
    within = rf"\b{name}\b" if " " in rating.strip() else "(?!)"
    return bool(name) and bool(re.search(f"{before}|{after}|{within}", text, re.IGNORECASE))


def holds(text: str, rating: str) -> bool:
    return bool(re.search(rf"\b{re.escape(rating.strip())}\b", text, re.IGNORECASE))
