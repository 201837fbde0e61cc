"""Verdicts of other desks: shown in the admin, the API and on a claim's page, never as our own."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from claims.desk.matches import (
    external_match_confirm,
    external_match_reject,
    external_match_reopen,
)
from claims.models import ExternalVerdict
from tests.asking import client_of, errors, ids
from tests.factories import (
    AppearanceFactory,
    ExternalMatchFactory,
    ExternalVerdictFactory,
    published_verdict,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/claims/externalverdict/"
SCRIPT = "</script><script>alert(1)</script>\"'&"


def confirmed(claim, editor, **fields):
    match = ExternalMatchFactory(claim=claim, external=ExternalVerdictFactory(**fields))
    return external_match_confirm(match, by=editor)


def page(client, verdict) -> str:
    return client.get(verdict.get_absolute_url()).content.decode()


# --- Beside a claim ---------------------------------------------------------------------------


def test_readers_of_the_api_see_the_confirmed_ones_beside_the_claim(reader, editor):
    claim = AppearanceFactory().claim
    address = f"/api/v1/claims/{claim.uid}/"
    match = confirmed(claim, editor, url="https://checkers.example/ferries", rating_value=2)
    suggested = ExternalMatchFactory(claim=claim)
    external_match_reject(ExternalMatchFactory(claim=claim), by=editor)
    confirmed(AppearanceFactory().claim, editor)

    shown = client_of(reader).get(address).json()

    assert shown["external"] == [
        {
            "publisher": {"name": "Lantern Checks", "site": "checkers.example"},
            "url": "https://checkers.example/ferries",
            "title": "How late were the ferries?",
            "rating": "Misleading",
            "reviewed_on": "2026-05-11",
        }
    ]
    assert shown["verdict"] is None
    external_match_reopen(match, by=editor)
    external_match_confirm(suggested, by=editor)
    shown = client_of(reader).get(address).json()["external"]
    assert [one["url"] for one in shown] == [suggested.external.url]


def test_a_published_claim_shows_them_with_publisher_host_and_link(client, editor):
    verdict = published_verdict()
    assert "Checked elsewhere" not in page(client, verdict)
    match = confirmed(
        verdict.claim, editor, title=SCRIPT, publisher=f"Checks {SCRIPT}", language="pt-br"
    )
    ExternalMatchFactory(claim=verdict.claim, external__publisher="Only Suggested")

    shown = page(client, verdict)

    section = shown.partition('id="elsewhere"')[2].partition("</section>")[0]
    assert "Checked elsewhere" in section
    assert f'href="{match.external.url}" rel="nofollow noopener external"' in section
    assert "checkers.example" in section
    assert '<q lang="pt-br">Misleading</q>' in section
    assert "<script" not in section
    assert "Only Suggested" not in shown
    external_match_reopen(match, by=editor)
    assert "Checked elsewhere" not in page(client, verdict)


def test_the_title_stands_in_for_none(client, editor):
    verdict = published_verdict()
    confirmed(verdict.claim, editor, title="", reviewed_on=None, language="")
    shown = page(client, verdict)
    assert ">Ferries were late" in shown.partition('id="elsewhere"')[2]
    assert "None" not in shown


def test_they_are_in_nothing_that_we_publish_as_our_own(client, editor):
    verdict = published_verdict()
    ours = client.get(f"/api/v1/verdicts/{verdict.uid}/").json()
    confirmed(verdict.claim, editor, rating="zqx-theirs", publisher="zqx-theirs")

    shown = page(client, verdict)
    block = shown.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(block)["@type"] == "ClaimReview"
    assert "zqx-theirs" not in block
    for address in ("/", "/claimreview.json", "/feeds/verdicts.atom", "/api/v1/verdicts/"):
        answer = client.get(address)
        content = answer.getvalue() if answer.streaming else answer.content
        assert b"zqx-theirs" not in content, address
    assert client.get(f"/api/v1/verdicts/{verdict.uid}/").json() == ours


def test_a_known_page_is_not_304_when_what_is_elsewhere_changes(client, editor):
    verdict = published_verdict()
    match = ExternalMatchFactory(claim=verdict.claim)
    address = verdict.get_absolute_url()
    later = timezone.now() + timedelta(seconds=5)
    changes = [
        lambda: external_match_confirm(match, by=editor),
        lambda: ExternalVerdict.objects.update(rating="False"),
        lambda: external_match_reopen(match, by=editor),
    ]
    for change in changes:
        known = {"If-None-Match": client.get(address)["ETag"]}
        assert client.get(address, headers=known).status_code == 304
        change()
        assert client.get(address, headers=known).status_code == 200
    since = {"If-Modified-Since": http_date(later.timestamp())}
    assert client.get(address, headers=since).status_code == 304
    external_match_confirm(match, by=editor)
    ExternalVerdict.objects.update(updated_at=later + timedelta(seconds=5))
    assert client.get(address, headers=since).status_code == 200


# --- The API for the desk ---------------------------------------------------------------------


def test_one_verdict_as_its_publisher_has_it(reader):
    external = ExternalVerdictFactory(
        rating_value=2, worst_rating=1, best_rating=5, claimed_on=date(2026, 5, 4)
    )
    shown = client_of(reader).get(f"/api/v1/external-verdicts/{external.uid}/").json()
    assert shown["publisher"] == {"name": "Lantern Checks", "site": "checkers.example"}
    assert shown["claim"] == external.claim_reviewed
    numbers = (shown["rating_value"], shown["worst_rating"], shown["best_rating"])
    assert (shown["rating"], numbers) == ("Misleading", (2, 1, 5))
    assert (shown["claimed_on"], shown["reviewed_on"]) == ("2026-05-04", "2026-05-11")
    assert "data" not in shown


def test_lists_by_site_language_and_words(reader):
    client, address = client_of(reader), "/api/v1/external-verdicts/"
    first = ExternalVerdictFactory(claim_reviewed="Tea (green) costs 3.5% more", reviewed_on=None)
    second = ExternalVerdictFactory(site="other.example", language="de")

    def found(query: str) -> list[str]:
        return ids(client.get(f"{address}?{query}"))

    assert found("") == [str(second.uid), str(first.uid)]
    assert found("site=OTHER.example") == found("language=de") == [str(second.uid)]
    assert found("q=(green) tea") == found("q=3.5%25") == [str(first.uid)]
    assert found("q=tea coffee") == []
    assert found("ordering=reviewed_on") == [str(second.uid), str(first.uid)]
    following = client.get(f"{address}?ordering=reviewed_on&page_size=1").json()["next"]
    assert ids(client.get(following)) == [str(first.uid)]
    assert errors(client.get(f"{address}?since=soon")) == (400, [("since", "invalid")])


# --- The admin --------------------------------------------------------------------------------


def listed(client, query: str = "") -> list[ExternalVerdict]:
    return list(client.get(LIST + query).context["cl"].result_list)


def test_the_list_is_searched_and_filtered(client, reader):
    client.force_login(reader)
    old = ExternalVerdictFactory(reviewed_on=date(2020, 1, 1), claim_reviewed="Tea costs more")
    undated = ExternalVerdictFactory(reviewed_on=None, site="other.example", language="de")
    new = ExternalVerdictFactory(reviewed_on=date(2026, 5, 12))

    assert listed(client) == [new, old, undated]
    assert listed(client, "?q=costs+TEA") == [old]
    assert listed(client, "?site=other.example") == listed(client, "?language=de") == [undated]
    assert listed(client, "?site=nowhere.example") == []
    for odd in ("?q=%5B%28", "?o=1.-2.3.4", "?q=%00"):
        assert client.get(LIST + odd).status_code == 200


def test_a_row_shows_publisher_rating_scale_and_where_the_link_leads(client, reader):
    client.force_login(reader)
    external = ExternalVerdictFactory(
        publisher=f"Lantern {SCRIPT}", rating_value=1.5, worst_rating=0, best_rating=10
    )
    for address in (LIST, reverse("admin:claims_externalverdict_change", args=[external.pk])):
        shown = client.get(address).content.decode()
        assert external.claim_reviewed in shown
        assert "Lantern &lt;/script&gt;" in shown
        assert "“Misleading”" in shown
        assert "1.5 on a scale from 0 to 10" in shown
        link = f'href="{external.url}" target="_blank" rel="noopener noreferrer">checkers.example<'
        assert link in shown


def test_its_page_leads_to_the_claims_it_was_matched_with(client, reader, editor):
    client.force_login(reader)
    match = ExternalMatchFactory()
    address = reverse("admin:claims_externalverdict_change", args=[match.external_id])
    shown = client.get(address).content.decode()
    assert reverse("admin:claims_claim_change", args=[match.claim_id]) in shown
    assert "Suggested" in shown
    external_match_confirm(match, by=editor)
    assert "Confirmed" in client.get(address).content.decode()
    assert client.post(address, {"rating": "True"}).status_code == 403


def test_the_list_asks_as_often_for_many_rows(client, reader):
    client.force_login(reader)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    ExternalVerdictFactory()
    few = asked()
    ExternalVerdictFactory.create_batch(10)
    assert asked() == few
