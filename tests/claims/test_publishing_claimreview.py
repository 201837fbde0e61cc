"""ClaimReview as importers read it: each test names a rule or a mistake that others made."""

import json
from datetime import UTC, date, datetime

import pytest

from claims.desk import correcting
from claims.desk import verdicts as services
from claims.models import Claimant, Rating, Verdict
from claims.publishing.claimreview import claim_review, json_ld
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimantFactory,
    ClaimFactory,
    RatingFactory,
    published_verdict,
)

pytestmark = pytest.mark.django_db


def review_of(**claim) -> dict:
    """The ClaimReview of a published verdict on a claim with these fields."""
    claim = AppearanceFactory(claim=ClaimFactory(**claim)).claim
    return built(published_verdict(claim=claim))


def built(verdict: Verdict) -> dict:
    return claim_review(Verdict.objects.published().get(pk=verdict.pk))


def rate(verdict: Verdict, rating: Rating) -> dict:
    Verdict.objects.filter(pk=verdict.pk).update(rating=rating)
    return built(verdict)


def values(node):
    """Every value in a tree of dictionaries and lists."""
    if isinstance(node, dict):
        node = list(node.values())
    return [v for item in node for v in values(item)] if isinstance(node, list) else [node]


def test_it_is_a_claim_review_at_the_address_of_its_page(settings):
    settings.PUBLIC_URL = "https://desk.example"
    verdict = published_verdict()
    review = built(verdict)
    assert review["@context"] == "https://schema.org"
    assert review["@type"] == "ClaimReview"
    assert review["@id"] == review["url"] == f"https://desk.example/claims/{verdict.claim.slug}/"


def test_the_claim_is_dated_when_it_was_made_not_when_it_was_checked():
    review = review_of(made_on=date(2019, 3, 2))
    assert review["itemReviewed"]["datePublished"] == "2019-03-02"
    assert not review["datePublished"].startswith("2019")


@pytest.mark.parametrize(("kind", "type"), [("person", "Person"), ("organisation", "Organization")])
def test_the_claimant_is_what_it_is(kind, type):
    author = review_of(claimant=ClaimantFactory(kind=kind, name="Mara", wikidata_id="Q42"))
    assert author["itemReviewed"]["author"] == {
        "@type": type,
        "name": "Mara",
        "sameAs": "https://www.wikidata.org/entity/Q42",
    }


def test_a_role_is_the_job_of_a_person_and_of_no_organisation():
    claimant = ClaimantFactory(role="Mayor of Harlow Bay")
    verdict = published_verdict(claim=AppearanceFactory(claim__claimant=claimant).claim)
    assert built(verdict)["itemReviewed"]["author"]["jobTitle"] == "Mayor of Harlow Bay"
    Claimant.objects.update(kind="organisation")
    assert "jobTitle" not in built(verdict)["itemReviewed"]["author"]


def test_no_claimant_no_author():
    assert "author" not in review_of(claimant=None)["itemReviewed"]


def test_what_was_claimed_is_the_claims_own_words_and_never_the_rating():
    text = (
        "Ferries ran late  forty times in May,\nmore often than in any month since records began."
    )
    review = review_of(text=text)
    assert review["claimReviewed"] == " ".join(text.split())
    assert review["reviewRating"]["alternateName"] not in review["claimReviewed"]


def test_numbers_of_a_rating_are_numbers_within_its_own_scale():
    assert built(published_verdict())["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Mostly false",
        "ratingValue": 2,
        "bestRating": 5,
        "worstRating": 1,
    }


def test_a_rating_outside_the_order_has_a_name_only():
    verdict = published_verdict()
    review = rate(verdict, Rating.objects.get(slug="unproven"))
    assert review["reviewRating"] == {"@type": "Rating", "alternateName": "Unproven"}


def test_a_scale_with_one_number_has_no_best_above_its_worst():
    verdict = published_verdict()
    alone = RatingFactory(scale__slug="alone", scale__name="Alone", scale__default=False)
    review = rate(verdict, alone)
    assert review["reviewRating"] == {"@type": "Rating", "alternateName": "Mostly false"}


def test_appearances_are_a_list_of_objects_and_the_first_is_the_earliest():
    claim = ClaimFactory()
    for year in (2025, 2023, 2024):
        article = ArticleFactory(
            title=f"In {year}",
            url=f"https://a.example/{year}",
            state="extracted",
            published_at=datetime(year, 1, 1, tzinfo=UTC),
            outlet__name=f"Outlet {year}",
        )
        AppearanceFactory(claim=claim, article=article)
    item = built(published_verdict(claim=claim))["itemReviewed"]
    assert [work["headline"] for work in item["appearance"]] == ["In 2023", "In 2024", "In 2025"]
    assert item["firstAppearance"] == {
        "@type": "CreativeWork",
        "url": "https://a.example/2023",
        "headline": "In 2023",
        "publisher": {"@type": "Organization", "name": "Outlet 2023"},
        "datePublished": "2023-01-01T00:00:00+00:00",
    }


def test_an_article_where_the_claim_stands_twice_is_one_appearance():
    place = AppearanceFactory()
    AppearanceFactory(claim=place.claim, article=place.article, start=2)
    review = built(published_verdict(claim=place.claim))
    assert len(review["itemReviewed"]["appearance"]) == 1


def test_an_article_without_address_is_no_appearance_and_hides_no_first():
    claim = ClaimFactory()
    pasted = ArticleFactory(
        url="", published_at=datetime(2020, 1, 1, tzinfo=UTC), state="extracted"
    )
    AppearanceFactory(claim=claim, article=pasted)
    AppearanceFactory(claim=claim)
    item = built(published_verdict(claim=claim))["itemReviewed"]
    assert len(item["appearance"]) == 1
    assert "firstAppearance" not in item


def test_nothing_unknown_is_in_it():
    article = ArticleFactory(url="", title="", published_at=None, state="extracted")
    claim = AppearanceFactory(
        article=article, claim__claimant=None, claim__made_on=None, claim__language=""
    ).claim
    verdict = published_verdict(claim=claim)
    Verdict.objects.update(title="")
    review = built(verdict)
    assert not [value for value in values(review) if value in (None, "", [], {})]
    assert review["itemReviewed"] == {"@type": "Claim"}
    assert review["inLanguage"] == "en"


def test_the_desk_is_the_author_of_the_review(settings):
    settings.PUBLIC_URL = "https://desk.example"
    settings.PUBLISHER = {"name": "The Desk", "logo": "/static/logo.png"}
    assert built(published_verdict())["author"] == {
        "@type": "Organization",
        "name": "The Desk",
        "url": "https://desk.example/",
        "logo": "https://desk.example/static/logo.png",
    }


def test_a_correction_moves_the_date_of_change_and_keeps_the_first(editor, other_editor):
    first = published_verdict()
    day = datetime(2026, 1, 1, tzinfo=UTC)
    Verdict.objects.update(published_at=day, updated_at=day)
    draft = correcting.verdict_correct(Verdict.objects.get(), note="Misread.", by=editor)
    assert built(first)["dateModified"] == "2026-01-01T00:00:00+00:00"
    services.verdict_submit(draft, by=editor)
    services.verdict_approve(draft, by=other_editor)
    services.verdict_publish(draft, by=other_editor)
    review = built(draft)
    assert review["datePublished"] == "2026-01-01T00:00:00+00:00"
    assert review["dateModified"] > "2026-01-02"


def replace(verdict: Verdict, by, approver, *, note: str, **fields) -> Verdict:
    """Correct a published verdict with `note`, all the way."""
    draft = correcting.verdict_correct(verdict, note=note, by=by)
    services.verdict_edit(
        draft, **{"rating": draft.rating, "title": draft.title, "explanation": draft.explanation,
                  "correction_note": note, **fields}, by=by
    )  # fmt: skip
    services.verdict_submit(draft, by=by)
    services.verdict_approve(draft, by=approver)
    return services.verdict_publish(draft, by=approver)


def test_every_correction_is_told_with_its_outcome_newest_first(editor, other_editor):
    first = published_verdict()
    assert "correction" not in built(first)
    second = replace(first, editor, other_editor, note="A word was missing.")
    third = replace(
        second, editor, other_editor, note="The log of May was misread.",
        rating=Rating.objects.get(slug="true"),
    )  # fmt: skip
    first.refresh_from_db()
    second.refresh_from_db()
    assert built(third)["correction"] == [
        {
            "@type": "CorrectionComment",
            "name": "The rating changed",
            "text": "The log of May was misread.",
            "datePublished": second.ended_at.isoformat(timespec="seconds"),
        },
        {
            "@type": "CorrectionComment",
            "name": "The rating stands",
            "text": "A word was missing.",
            "datePublished": first.ended_at.isoformat(timespec="seconds"),
        },
    ]


def test_a_correction_in_the_making_is_not_told(editor):
    verdict = published_verdict()
    correcting.verdict_correct(verdict, note="The log was misread.", by=editor)
    assert "correction" not in built(verdict)


def test_json_for_a_page_cannot_end_its_element():
    told = {"text": "</script><!-- & \u2028 “é”"}
    written = json_ld(told)
    assert not set("<>&\u2028") & set(written)
    assert "“é”" in written
    assert json.loads(written) == told
