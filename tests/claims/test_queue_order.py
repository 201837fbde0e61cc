"""The queue's priority, flags, topics and what a new appearance does to them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles.events import Event
from claims.desk import claims as services
from claims.desk import merging
from claims.desk.errors import Refused
from claims.models import Claim, Topic
from claims.models.priority import WEEK, priority_of
from tests import factories

QUEUE = "/admin/claims/claim/"


def place(text: str, *, days: float = 0, score: float = 0.5, **fields) -> Claim:
    """A claim that was made once, so many days ago."""
    at = timezone.now() - timedelta(days=days)
    made = factories.AppearanceFactory(
        article__published_at=at, claim__text=text, claim__check_worthiness=score, **fields
    )
    # The article came when it was published; the factory's have just come.
    type(made.article).objects.filter(pk=made.article_id).update(received_at=at)
    made.claim.refresh_from_db()
    return made.claim


def order(client) -> list[str]:
    return [claim.text for claim in client.get(QUEUE).context["cl"].result_list]


def test_worth_places_age_and_flag_make_the_order(client, editor):
    client.force_login(editor)
    place("Old and worthy.", days=70, score=0.95)
    place("Of today.", score=0.5)
    place("Worthy, of last week.", days=7, score=0.9)
    flagged = place("Flagged.", days=14, score=0.4)
    often = place("Said often.", days=7, score=0.5)
    for _time in range(20):
        factories.AppearanceFactory(
            claim=often, article__published_at=timezone.now() - timedelta(days=7)
        )
    services.claim_flag(flagged, by=editor)
    assert order(client) == [
        "Flagged.", "Said often.", "Worthy, of last week.", "Of today.", "Old and worthy."
    ]  # fmt: skip


def test_the_order_of_today_is_that_of_every_later_day_and_the_page_shows_its_sum(client, editor):
    client.force_login(editor)
    claims = [place(f"Claim {n}.", days=3 * n, score=0.3 + 0.08 * n) for n in range(6)]
    for now in (timezone.now(), timezone.now() + timedelta(days=900)):
        weeks = now.timestamp() / WEEK.total_seconds()
        for claim in claims:
            own = claim.priority - weeks
            assert priority_of(claim, now).total == pytest.approx(own, abs=1e-4)
    shown = client.get(f"{QUEUE}{claims[0].pk}/change/").content.decode()
    assert "log-odds of check-worthiness 0.30" in shown
    assert "-0.85" in shown
    assert "log-odds of check-worthiness + ln(places)" in client.get(QUEUE).content.decode()


def test_what_is_old_is_below_0_and_its_terms_add_up(client, editor):
    client.force_login(editor)
    for days in (500, 300, 900):
        place(f"{days} days old.", days=days, score=0.3)
    page = client.get(QUEUE)
    assert order(client) == ["300 days old.", "500 days old.", "900 days old."]
    for number, terms in (
        ("−43.7", "−0.8 worth, − 42.9 weeks old"),
        ("−72.3", "−0.8 worth, − 71.5 weeks old"),
        ("−129.4", "−0.8 worth, − 128.6 weeks old"),
    ):
        assert f"{number}<small>{terms}</small>" in page.content.decode().replace("\xa0", " ")
    newest = page.context["cl"].result_list[0]
    page = client.get(f"{QUEUE}{newest.pk}/change/")
    shown = page.context["priority"]
    assert "Priority: -43.7" in page.content.decode()
    terms = (shown.worth, shown.places, shown.flag, -shown.age)
    assert round(sum(terms), 2) == round(shown.total, 2) == -43.70


@pytest.mark.parametrize("digits", [1, 2])
@pytest.mark.parametrize("places", [1, 3, 7])
@pytest.mark.parametrize("worth", [0.0, 0.31, 0.5, 0.77, 1.0])
def test_rounded_terms_add_up_to_the_rounded_sum(worth, places, digits):
    at = timezone.now()
    claim = Claim(check_worthiness=worth, place_count=places, last_made_at=at - WEEK * 3.14159)
    exact, shown = priority_of(claim, at), priority_of(claim, at).rounded(digits)
    assert round(shown.total, digits) == round(exact.total, digits)
    assert shown.age == pytest.approx(exact.age, abs=2 * 10**-digits)


def test_an_article_dated_in_the_future_is_no_newer_than_the_day_it_came(db):
    made = factories.AppearanceFactory(
        article__published_at=timezone.now() + timedelta(days=4000)
    ).claim
    made.refresh_from_db()
    assert made.last_made_at <= timezone.now()


def test_merging_and_splitting_carry_places_and_headlines_along(client, editor):
    client.force_login(editor)
    kept, gone = place("Kept."), place("Gone.", article__title="Walrus ashore")
    merging.claim_merge(gone, into=kept, by=editor)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.place_count, gone.place_count) == (2, 0)
    found = client.get(f"{QUEUE}?q=walrus&status=all").context["cl"].result_list
    assert [row.pk for row in found] == [kept.pk]


def test_who_may_flag_and_tag_and_what_is_recorded(editor, researcher, reader):
    claim = place("Ferries ran late.")
    with pytest.raises(PermissionDenied):
        services.claim_flag(claim, by=researcher)
    with pytest.raises(PermissionDenied):
        services.claim_tag(claim, add=["ferries"], by=reader)
    services.claim_flag(claim, by=editor)
    services.claim_tag(claim, add=["Ferries ", "ferries", "May"], by=researcher)
    services.claim_tag(claim, add=["harbour"], remove=["MAY"], by=researcher)
    services.claim_unflag(claim, by=editor)
    claim.refresh_from_db()
    assert (claim.flagged, claim.topics) == (False, ["ferries", "harbour"])
    kinds = Event.objects.about(claim).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["claim.flagged", "claim.tagged", "claim.tagged", "claim.unflagged"]
    assert set(Topic.objects.values_list("name", flat=True)) == {"ferries", "may", "harbour"}


def test_what_is_there_already_leaves_no_event_and_what_is_published_cannot_be_flagged(editor):
    claim = place("Ferries ran late.")
    services.claim_tag(claim, add=["ferries"], by=editor)
    services.claim_tag(claim, add=["FERRIES"], by=editor)
    assert Event.objects.about(claim).filter(kind="claim.tagged").count() == 1
    with pytest.raises(Refused):
        services.claim_flag(factories.published_verdict().claim, by=editor)


def test_the_workbench_flags_and_sets_topics(client, editor):
    client.force_login(editor)
    claim = place("Ferries ran late.")
    services.claim_tag(claim, add=["may"], by=editor)
    client.post(f"{QUEUE}{claim.pk}/flag/", {"version": claim.version})
    claim.refresh_from_db()
    client.post(f"{QUEUE}{claim.pk}/tag/", {"version": claim.version, "topics": "Ferries, harbour"})
    claim.refresh_from_db()
    assert (claim.flagged, claim.topics) == (True, ["ferries", "harbour"])
    page = client.get(f"{QUEUE}{claim.pk}/change/").content.decode()
    assert "Take the flag away" in page
    assert 'value="ferries, harbour"' in page
