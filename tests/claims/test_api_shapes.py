"""How a reader chooses the shape of an answer, and is told that nothing has changed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.http import http_date, parse_http_date
from rest_framework.test import APIClient

from articles.models import Article, Outlet
from claims.desk.correcting import verdict_correct
from claims.desk.verdicts import (
    verdict_approve,
    verdict_edit,
    verdict_publish,
    verdict_retract,
    verdict_submit,
)
from claims.models import Claim, Claimant
from tests.asking import client_of, errors, ids
from tests.factories import (
    AppearanceFactory,
    ClaimantFactory,
    ClaimFactory,
    ExternalVerdictFactory,
    MatchFactory,
    published_verdict,
    user_in,
)

API = "/api/v1"


@pytest.fixture
def desk(reader):
    return client_of(reader)


@pytest.fixture
def published(db):
    """A verdict on a claim whose claimant has another name."""
    claim = AppearanceFactory().claim
    claim.claimant.aliases.create(name="The Quill")
    return published_verdict(claim=claim)


def corrected(verdict):
    """`verdict`, and the one that replaced it."""
    author, editor = user_in("editor"), user_in("editor")
    draft = verdict_correct(verdict, note="Four, not five.", by=author)
    verdict_edit(draft, rating=draft.rating, explanation="Four.", correction_note="4.", by=author)
    verdict_submit(draft, by=author)
    verdict_approve(draft, by=editor)
    verdict_publish(draft, by=editor)
    verdict.refresh_from_db()
    return verdict, draft


def age(verdict, moment):
    """As if all of it had been written at `moment`."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # No triggers.
        for table, column in (
            ("articles_article", "changed_at"),
            ("articles_outlet", "changed_at"),
            ("articles_event", "at"),
            ("claims_claimant", "changed_at"),
            ("claims_ratingscale", "changed_at"),
            ("claims_claim", "updated_at"),
            ("claims_verdict", "updated_at"),
            ("claims_appearance", "created_at"),
        ):
            cursor.execute(f"UPDATE {table} SET {column} = %s", [moment])
        cursor.execute("SET session_replication_role = DEFAULT")


def lists(verdict):
    """Every list of rows, and one row of each."""
    place = verdict.claim.appearances.first()
    return {
        f"{API}/articles/": place.article.uid,
        f"{API}/outlets/": place.article.outlet.uid,
        f"{API}/claims/": verdict.claim.uid,
        f"{API}/claimants/": verdict.claim.claimant.uid,
        f"{API}/verdicts/": verdict.uid,
        f"{API}/external-verdicts/": ExternalVerdictFactory().uid,
    }


def test_every_list_and_row_gives_the_fields_that_are_asked_for(desk, published):
    for address, uid in lists(published).items():
        row = desk.get(f"{address}{uid}/").json()
        two = list(row)[:2]
        cut = {name: row[name] for name in two}

        assert desk.get(f"{address}{uid}/?fields={','.join(two)}").json() == cut
        rows = desk.get(f"{address}?fields={','.join(two)}").json()["results"]
        assert cut in rows
        assert all(list(one) == two for one in rows), address
        assert desk.get(f"{address}{uid}/?fields=").json() == row


@pytest.mark.parametrize("parameter", ["fields", "expand"])
@pytest.mark.parametrize("names", ["gull", "id,gull", "version;id", "%00"])
def test_a_name_that_is_no_field_is_told(desk, published, parameter, names):
    for address in (f"{API}/claims/", f"{API}/claims/{published.claim.uid}/"):
        answer = desk.get(f"{address}?{parameter}={names}")
        assert errors(answer) == (400, [(parameter, "invalid_choice")])


def test_a_claim_comes_with_its_verdict_in_full(desk, published):
    verdict = desk.get(f"{API}/verdicts/{published.uid}/").json()
    claim = f"{API}/claims/{published.claim.uid}/"

    short = desk.get(claim).json()
    full = desk.get(f"{claim}?expand=verdict,claimant").json()

    assert "explanation" not in short["verdict"]
    assert full["verdict"] == verdict
    assert full["claimant"] == desk.get(f"{API}/claimants/{full['claimant']['id']}/").json()
    assert full["claimant"]["aliases"] == ["The Quill"]
    assert {**full, "verdict": 0, "claimant": 0} == {**short, "verdict": 0, "claimant": 0}
    listed = desk.get(f"{API}/claims/?expand=verdict,claimant,appearances").json()["results"][0]
    assert (listed["verdict"], listed["claimant"]) == (full["verdict"], full["claimant"])
    assert listed["appearances"] == full["appearances"]
    assert desk.get(f"{API}/claims/").json()["results"][0]["appearances"] is None


def test_an_articles_appearances_come_with_verdicts_in_full(desk, published):
    article = published.claim.appearances.first().article
    address = f"{API}/articles/{article.uid}/appearances/"

    full = desk.get(f"{address}?expand=verdict,claim,claimant").json()["results"][0]

    assert full["verdict"] == desk.get(f"{API}/verdicts/{published.uid}/").json()
    assert full["claim"]["verdict"]["id"] == str(published.uid)
    assert full["claimant"]["aliases"] == ["The Quill"]


def test_what_was_corrected_comes_with_its_successor_in_full(published):
    old, new = corrected(published)
    address = f"{API}/verdicts/{old.uid}/?expand=successor"

    assert APIClient().get(address).json()["successor"]["explanation"] == "Four."
    listed = APIClient().get(f"{API}/verdicts/?expand=successor")
    assert errors(listed) == (400, [("expand", "invalid_choice")])
    assert APIClient().get(address).json()["successor"]["successor"] is None
    verdict_retract(new, note="Forged.", by=user_in("editor"))
    assert APIClient().get(address).json()["successor"]["explanation"] == ""


def test_the_public_reads_no_words_of_a_retracted_verdict_by_naming_them(published):
    verdict_retract(published, note="Forged.", by=user_in("editor"))
    address = f"{API}/verdicts/{published.uid}/?fields=state,title,explanation"

    assert APIClient().get(address).json() == {
        "state": "retracted",
        "title": "",
        "explanation": "",
    }


@pytest.mark.parametrize("count", [2, 6])
def test_expanded_lists_take_as_many_queries_for_many_as_for_few(
    desk, django_assert_num_queries, count
):
    for _ in range(count):
        published_verdict()
    desk.get(f"{API}/claims/")

    names = "claimant,verdict,ended_verdict,appearances"
    with django_assert_num_queries(14):
        rows = desk.get(f"{API}/claims/?expand={names}").json()["results"]

    assert len([row for row in rows if row["verdict"]["explanation"]]) == count


def test_every_read_is_304_for_who_has_it(desk, published):
    match = MatchFactory()
    claim = f"{API}/claims/{published.claim.uid}/"
    article = f"{API}/articles/{published.claim.appearances.first().article.uid}/"
    rows = [f"{address}{uid}/" for address, uid in lists(published).items()]
    rows.append(f"{API}/matches/{match.uid}/")
    others = [f"{claim}events/", f"{claim}matches/", f"{article}appearances/", f"{API}/events/"]
    others += [f"{API}/verdicts/{published.uid}/lint/", *lists(published)]

    for address in (*rows, *others):
        first = desk.get(address)
        again = desk.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b""), address
        assert again["ETag"] == first["ETag"]
        assert desk.get(address, HTTP_IF_NONE_MATCH='"gull"').status_code == 200, address
        assert desk.head(address)["ETag"] == first["ETag"], address
    for address in rows:
        first = desk.get(address)
        written = first["Last-Modified"]
        assert desk.get(address, HTTP_IF_MODIFIED_SINCE=written).status_code == 304, address
        before = http_date(parse_http_date(written) - 1)
        assert desk.get(address, HTTP_IF_MODIFIED_SINCE=before).status_code == 200, address


def test_another_shape_has_another_etag(desk, published):
    claim = f"{API}/claims/{published.claim.uid}/"
    whole = desk.get(claim)["ETag"]

    assert desk.get(f"{claim}?fields=id", HTTP_IF_NONE_MATCH=whole).status_code == 200
    assert desk.get(f"{claim}?expand=verdict", HTTP_IF_NONE_MATCH=whole).status_code == 200


@pytest.mark.parametrize(
    ("of", "change"),
    [
        ("articles", lambda v: Article.objects.update(last_error="Out of memory.")),
        ("articles", lambda v: Outlet.objects.update(name=Upper("name"))),
        ("outlets", lambda v: Outlet.objects.update(name=Upper("name"))),
        ("claimants", lambda v: Claimant.objects.update(role="Mayor")),
        ("claimants", lambda v: v.claim.claimant.aliases.create(name="Q")),
        ("claimants", lambda v: v.claim.claimant.aliases.get().delete()),
        ("claims", lambda v: Claimant.objects.update(role="Mayor")),
        ("claims", lambda v: Outlet.objects.update(name=Upper("name"))),
        ("claims", lambda v: v.rating.scale.ratings.update(name="Rather false")),
        ("claims", lambda v: verdict_retract(v, note="Forged.", by=user_in("editor"))),
        ("verdicts", lambda v: Claimant.objects.update(role="Mayor")),
        ("verdicts", lambda v: v.rating.scale.ratings.update(name="Rather false")),
        ("verdicts", lambda v: corrected(v)),
    ],
)
def test_what_changes_an_answer_moves_its_last_modified(desk, published, of, change):
    place = published.claim.appearances.first()
    rows = {
        "articles": place.article,
        "outlets": place.article.outlet,
        "claims": published.claim,
        "claimants": published.claim.claimant,
        "verdicts": published,
    }
    address = f"{API}/{of}/{rows[of].uid}/"
    # Until now: HTTP knows whole seconds, and all of this happens in one.
    long_ago = timezone.now() - timedelta(hours=1)
    age(published, long_ago)
    before = desk.get(address)
    assert parse_http_date(before["Last-Modified"]) <= long_ago.timestamp()

    change(published)

    after = desk.get(address, HTTP_IF_MODIFIED_SINCE=before["Last-Modified"])
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


def test_articles_are_found_by_title_address_and_date(desk):
    here = AppearanceFactory(
        article__title="Ferries ran LATE (again)",
        article__url="https://herald.example/news/late",
        article__published_at="2026-05-01T12:00:00Z",
    ).article
    other = AppearanceFactory(article__title="Gulls").article

    for query in (
        "q=late again",
        "q=(AGAIN)",
        "url=http://www.herald.example/news/late/?utm_source=x",
    ):
        assert ids(desk.get(f"{API}/articles/?{query}")) == [str(here.uid)], query
    for query in ("q=later", "url=https://herald.example/news", "url=https://a.example:99999/"):
        assert ids(desk.get(f"{API}/articles/?{query}")) == [], query
    by_date = ids(desk.get(f"{API}/articles/?ordering=published"))
    assert by_date == [str(other.uid), str(here.uid)]


def test_claimants_and_outlets_are_found(desk, published):
    gull = ClaimantFactory(name="Harbour Board", kind="organisation", wikidata_id="Q42")
    quill, outlet = published.claim.claimant, published.claim.appearances.first().article.outlet

    for query, found in (
        ("kind=organisation", gull),
        ("wikidata=q42", gull),
        ("q=board harb", gull),
        ("name=the quill", quill),
        (f"name={quill.uid}", quill),
    ):
        assert ids(desk.get(f"{API}/claimants/?{query}")) == [str(found.uid)], query
    assert ids(desk.get(f"{API}/outlets/?domain={outlet.domain.upper()}")) == [str(outlet.uid)]
    assert ids(desk.get(f"{API}/outlets/?q={outlet.name[-3:]}")) == [str(outlet.uid)]
    names = [row["name"] for row in desk.get(f"{API}/claimants/").json()["results"]]
    assert names == sorted(names)


def test_verdicts_are_found_by_outlet_and_topic(published):
    Claim.objects.filter(pk=published.claim_id).update(topics=["transport"])
    published_verdict()
    outlet = published.claim.appearances.first().article.outlet
    anyone = APIClient()

    for query in (f"outlet={outlet.domain}", "topic=transport"):
        assert ids(anyone.get(f"{API}/verdicts/?{query}")) == [str(published.uid)], query
    assert ids(anyone.get(f"{API}/verdicts/?topic=gulls")) == []


def test_a_merged_claims_verdict_in_full_is_that_of_the_other(desk, published):
    merged = ClaimFactory(status="merged", merged_into=published.claim)

    shown = desk.get(f"{API}/claims/{merged.uid}/?expand=verdict").json()

    assert shown["verdict"] == desk.get(f"{API}/verdicts/{published.uid}/").json()
