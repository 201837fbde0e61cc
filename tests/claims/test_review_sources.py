"""Other desks' verdicts read by the clock, from who is believed; and drafts begun from one."""

import gzip
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from articles.models import Event, Host
from claims.desk.review_sources import source_add
from claims.models import (
    Claim,
    ExternalMatch,
    ExternalVerdict,
    ReviewPublisher,
    ReviewSource,
    Verdict,
)
from claims.tasks import poll_sources
from tests.asking import client_of, errors, refusal
from tests.factories import (
    AppearanceFactory,
    ClaimantFactory,
    ClaimFactory,
    ExternalMatchFactory,
    ExternalVerdictFactory,
    WordingFactory,
    published_verdict,
    user_in,
)
from tests.papers import Paper
from tests.reviews import feed, review
from tests.serving import Server

JSON = {"content_type": "application/json"}


def source(site: Server, path: str = "/feed.json", **fields) -> ReviewSource:
    given = {"name": "Checkers", "url": site.url + path, "publishers": ["checkers.example"]}
    return source_add(**{**given, **fields}, by=None)


def polled(one: ReviewSource) -> ReviewSource:
    ReviewSource.objects.filter(pk=one.pk).update(next_at=timezone.now())
    Host.objects.update(next_at=timezone.now())
    poll_sources()
    one.refresh_from_db()
    return one


def shows(paper: Paper, content, path: str = "/feed.json", **headers) -> None:
    paper.shows(path, json.dumps(content).encode(), **{**JSON, **headers})


# --- The clock --------------------------------------------------------------------------------


def test_a_feed_is_read_and_read_again_only_when_it_changed(site, paper, db):
    shows(paper, feed([review(1), review(2)], None), etag='"1"')
    one = polled(source(site))
    assert (one.failures, one.message) == (0, "")
    assert (one.counts["created"], one.counts["skipped"]) == (2, 1)
    assert ExternalVerdict.objects.count() == 2
    assert not Verdict.objects.exists()

    polled(one)
    assert site.asked[-1].headers["If-None-Match"] == '"1"'
    shows(paper, feed([review(1, datePublished="2026-06-01"), review(3)]), etag='"2"')
    one = polled(one)
    assert (one.counts["created"], one.counts["updated"]) == (1, 1)
    assert timedelta(hours=5) < one.next_at - timezone.now() < timedelta(hours=7)


def test_what_a_source_says_of_other_sites_is_not_believed(site, paper, db):
    spoofed = review(2, url="https://lantern.example/ferries")
    part = review(3, url="https://factcheck.checkers.example/ferries")
    near = review(4, url="https://notcheckers.example/ferries")
    shows(paper, feed([review(1), spoofed, part, near]))
    one = polled(source(site))
    assert (one.counts["created"], one.counts["refused"]) == (2, 2)
    sites = set(ExternalVerdict.objects.values_list("site", flat=True))
    assert sites == {"checkers.example", "factcheck.checkers.example"}


def test_a_source_without_publishers_tells_of_itself_alone(site, paper, db):
    shows(paper, feed([review(1), review(2, url=f"{site.url}/2")]))
    polled(source(site, publishers=[]))
    assert ExternalVerdict.objects.get().site == "127.0.0.1"


def test_a_page_with_json_ld_is_read_under_its_own_address(site, paper, db):
    told = json.dumps({**review(1), "url": None})
    html = f'<html><script type="application/ld+json">{told}</script></html>'.encode()
    paper.shows("/checks/ferries", html)
    polled(source(site, "/checks/ferries", publishers=[]))
    assert ExternalVerdict.objects.get().url == f"{site.url}/checks/ferries"


def test_a_packed_file_is_read(site, paper, db):
    packed = gzip.compress(json.dumps(feed([review(1)])).encode())
    paper.shows("/feed.json.gz", packed, content_type="application/gzip")
    assert polled(source(site, "/feed.json.gz")).counts["created"] == 1


@pytest.mark.parametrize(
    ("answer", "code", "stored"),
    [
        ({"body": b"", "status": 500}, "http_error", 0),
        ({"body": b"", "status": 404}, "http_error", 0),
        ({"body": b"<html>Log in</html>"}, "no_reviews", 0),
        ({"body": b"{}"}, "no_reviews", 0),
        ({"body": json.dumps(feed([review(1)], [review(2)])).encode()[:-4]}, "broken_off", 1),
        ({"body": b"[" + b" " * 2_000_000}, "too_large", 0),
    ],
)
def test_what_fails_is_told_and_what_came_before_it_is_kept(
    site, paper, db, client, settings, answer, code, stored
):
    settings.SOURCE_MAX_BYTES = 1_000_000
    paper.shows("/feed.json", **answer)
    one = polled(source(site))
    assert (one.code, one.failures) == (code, 1)
    assert one.next_at - timezone.now() > timedelta(hours=11)
    assert ExternalVerdict.objects.count() == stored
    client.force_login(user_in("reader"))
    listed = client.get(reverse("admin:claims_reviewsource_changelist")).content.decode()
    assert "Failing" in listed
    assert one.message in listed
    assert Event.objects.about(one).first().kind == "reviewsource.failed"


def test_a_source_of_items_without_end(site, paper, db, monkeypatch):
    monkeypatch.setattr("claims.desk.review_polling.MOST_ITEMS", 3)
    shows(paper, feed(review(1), {}, review(2), review(3)))
    one = polled(source(site))
    assert (one.code, one.message) == ("too_many_items", "It has more than 3 items.")
    assert ExternalVerdict.objects.count() == 2


def test_a_source_that_takes_its_workers_with_it_rests(site, paper, db):
    shows(paper, feed(review(1)))
    one = source(site)
    ReviewSource.objects.filter(pk=one.pk).update(lease=one.uid)
    one = polled(one)
    assert (one.failures, one.losses, ExternalVerdict.objects.count()) == (0, 0, 1)
    ReviewSource.objects.filter(pk=one.pk).update(lease=one.uid, losses=1)
    asked = len(site.asked)
    one = polled(one)
    assert (one.code, one.failures, one.lease, one.losses) == ("worker_lost", 1, None, 0)
    assert one.next_at - timezone.now() > timedelta(hours=11)
    assert len(site.asked) == asked


def test_robots_txt_counts_for_sources_too(site, paper, db):
    paper.shows("/robots.txt", b"User-agent: *\nDisallow: /feed.json")
    shows(paper, feed([review(1)]))
    assert polled(source(site)).code == "robots_disallowed"
    assert not ExternalVerdict.objects.exists()


def test_sources_are_kept_in_the_admin(client, editor, site, paper):
    shows(paper, feed([review(1)]))
    client.force_login(editor)
    sent = {
        "name": "Checkers",
        "url": f"{site.url}/feed.json",
        "publishers": "https://www.Checkers.example/about\n\nchecks.example, CHECKS.example",
        "active": "on",
    }
    add = reverse("admin:claims_reviewsource_add")
    assert client.post(add, sent).status_code == 302
    one = ReviewSource.objects.get()
    assert one.publishers == ["checkers.example", "checks.example"]
    change = reverse("admin:claims_reviewsource_change", args=[one.pk])
    assert "checkers.example\nchecks.example" in client.get(change).content.decode()
    client.post(reverse("admin:claims_reviewsource_poll", args=[one.pk]))
    poll_sources()
    assert "1 created" in client.get(change).content.decode()

    client.post(change, {**sent, "active": ""})
    one.refresh_from_db()
    assert not one.active
    wrong = client.post(add, {**sent, "name": "Other", "url": "http://me:pw@a.example/"})
    assert "Give it without a login" in wrong.content.decode()
    kinds = [event.kind for event in Event.objects.about(one)]
    assert kinds == ["reviewsource.changed", "reviewsource.asked", "reviewsource.added"]


def test_the_command_takes_what_named_publishers_say(tmp_path, db, capsys):
    path = tmp_path / "reviews.json"
    path.write_text(json.dumps(feed([review(1), review(2, url="https://lantern.example/x")])))
    call_command("import_claimreviews", str(path), "--publisher", "checkers.example")
    assert "1 created" in capsys.readouterr().out
    assert ExternalVerdict.objects.get().site == "checkers.example"


def listed(client, site: str, **fields) -> str:
    """The page after somebody puts a publisher on the desk's list."""
    sent = {"site": site, "active": "on", **fields}
    answer = client.post(reverse("admin:claims_reviewpublisher_add"), sent, follow=True)
    return answer.content.decode()


def test_once_the_desk_has_a_list_only_publishers_on_it_are_taken(site, paper, client, editor):
    shows(paper, feed([review(1), review(2, url="https://lantern.example/x")]), etag='"1"')
    one = polled(source(site, publishers=["checkers.example", "lantern.example"]))
    assert (one.counts["created"], one.etag) == (2, '"1"')
    ExternalVerdict.objects.all().delete()

    client.force_login(editor)
    empty = client.get(reverse("admin:claims_reviewpublisher_changelist")).content.decode()
    assert "everybody&#x27;s verdicts are taken" in empty or "everybody's verdicts" in empty
    listed(client, "https://www.Checkers.example/about")
    assert ReviewPublisher.objects.get().site == "checkers.example"
    one = polled(one)
    assert (one.counts["created"], one.counts["refused"]) == (1, 1), "read anew"
    assert ExternalVerdict.objects.get().site == "checkers.example"
    change = reverse("admin:claims_reviewpublisher_change", args=[ReviewPublisher.objects.get().pk])
    assert "Verdicts of it here" in client.get(change).content.decode()

    client.post(change, {"site": "checkers.example"})
    one = polled(one)
    assert one.counts["refused"] == 2, "switched off, it does not open the door to everybody"
    kinds = [event.kind for event in Event.objects.about(ReviewPublisher.objects.get())]
    assert kinds == ["reviewpublisher.changed", "reviewpublisher.added"]


def test_the_command_obeys_the_list_also_where_a_publisher_is_named(tmp_path, client, editor):
    path = tmp_path / "reviews.json"
    path.write_text(json.dumps(feed([review(1), review(2, url="https://lantern.example/x")])))
    client.force_login(editor)
    listed(client, "checkers.example")
    out = StringIO()
    call_command("import_claimreviews", str(path), "--publisher", "lantern.example", stdout=out)
    assert not ExternalVerdict.objects.exists()
    call_command("import_claimreviews", str(path), stdout=out)
    assert "1 created, 0 updated, 0 known, 0 skipped, 0 failed, 1 refused" in out.getvalue()
    assert ExternalVerdict.objects.get().site == "checkers.example"


@pytest.mark.parametrize("given", ["", "  ", "a b", "checkers.example/feed/", "CHECKERS.example"])
def test_what_is_no_site_is_not_listed(client, editor, given):
    client.force_login(editor)
    ReviewPublisher.objects.create(site="checkers.example")
    listed(client, given)
    assert ReviewPublisher.objects.count() == 1


# --- A draft begun from one -------------------------------------------------------------------


def start(by, external: ExternalVerdict, **body):
    return client_of(by).post(f"/api/v1/external-verdicts/{external.uid}/draft/", body)


def test_a_draft_from_a_verdict_elsewhere_has_it_as_a_source_and_not_as_its_rating(researcher):
    quill = ClaimantFactory(name="Mara Quill")
    external = ExternalVerdictFactory(claim_reviewed="Ferries were late 12 times in May.")
    answer = start(researcher, external)
    assert answer.status_code == 201, answer.content
    verdict = Verdict.objects.get()
    assert answer["Location"].endswith(f"/api/v1/verdicts/{verdict.uid}/")
    assert (verdict.state, verdict.rating, verdict.author) == ("draft", None, researcher)
    assert (verdict.explanation, verdict.title) == ("", "")
    evidence = verdict.evidence.get()
    assert (evidence.url, evidence.stance) == (external.url, "context")
    assert evidence.title == "Lantern Checks: How late were the ferries?"
    claim = verdict.claim
    assert (claim.text, claim.claimant, claim.language) == (external.statement, quill, "en")
    assert (claim.status, claim.assignee) == ("in_progress", researcher)
    assert ExternalMatch.objects.get().state == "confirmed"
    assert "Misleading" not in json.dumps(answer.json())


def test_pressing_the_button_twice_makes_one_claim_and_one_draft(researcher, client):
    external = ExternalVerdictFactory()
    client.force_login(researcher)
    page = reverse("admin:claims_externalverdict_change", args=[external.pk])
    assert "Start a draft" in client.get(page).content.decode()
    url = reverse("admin:claims_externalverdict_draft", args=[external.pk])
    first, again = client.post(url), client.post(url)
    assert first.url == again.url
    verdict = Verdict.objects.get()
    assert first.url == reverse("admin:claims_claim_change", args=[verdict.claim_id])
    assert verdict.evidence.count() == 1
    bench = client.get(first.url).content.decode()
    assert external.url in bench


def test_a_draft_on_a_claim_that_is_possibly_the_same(researcher, client):
    match = ExternalMatchFactory()
    client.force_login(researcher)
    page = reverse("admin:claims_externalverdict_change", args=[match.external_id])
    assert "Start a draft on this claim" in client.get(page).content.decode()
    url = reverse("admin:claims_externalverdict_draft", args=[match.external_id])
    client.post(url, {"claim": match.claim_id})
    assert Verdict.objects.get().claim == match.claim
    match.refresh_from_db()
    assert match.state == "suggested"  # Whether it is the same is an editor's to say.


def test_a_claim_of_ours_in_their_very_words_is_used(researcher):
    claim = AppearanceFactory(claim=ClaimFactory(text="Ferries were late 12 times in May.")).claim
    WordingFactory(claim=claim)
    start(researcher, ExternalVerdictFactory(claim_reviewed="Ferries were late 12 times in May!"))
    assert Verdict.objects.get().claim == claim
    assert Claim.objects.count() == 1


def test_a_claim_that_is_published_is_refused(researcher):
    verdict = published_verdict()
    answer = start(researcher, ExternalVerdictFactory(), claim=str(verdict.claim.uid))
    assert refusal(answer) == (409, "wrong_state")
    assert verdict.evidence.count() == 1


def test_a_claim_that_is_not_there_is_told(researcher):
    answer = start(
        researcher, ExternalVerdictFactory(), claim="5f0c1a52-2a3b-4f7e-8a55-0d6c1d3f9e10"
    )
    assert errors(answer) == (400, [("claim", "unknown_claim")])
    assert not Claim.objects.exists()


def test_readers_start_none(reader, client):
    external = ExternalVerdictFactory()
    assert refusal(start(reader, external)) == (403, "not_allowed")
    client.force_login(reader)
    page = reverse("admin:claims_externalverdict_change", args=[external.pk])
    assert "Start a draft" not in client.get(page).content.decode()
    url = reverse("admin:claims_externalverdict_draft", args=[external.pk])
    assert client.post(url).status_code == 403
    assert not Claim.objects.exists()
