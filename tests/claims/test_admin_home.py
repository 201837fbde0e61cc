"""The home page: what waits, what is late, the figures, the machine; every number has its list."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Import, ImportedArticle
from claims.admin import sizes
from claims.desk import claims as claim_services
from claims.desk import verdicts as verdict_services
from claims.desk.correcting import verdict_correct
from claims.desk.heartbeat import heartbeat_write
from claims.desk.notifications import notify
from claims.models import Claim, Heartbeat, Verdict
from tests import factories

HOME = "/admin/"
COUNT = re.compile(r'data-count="([^"]+)"[^>]*>([\d,]+\+?)<')


@pytest.fixture(autouse=True)
def signed_in(client, editor):
    client.force_login(editor)


def numbers(client) -> list[tuple[str, str]]:
    """(address of the list, number) of everything that the page counts."""
    page = client.get(HOME).content.decode()
    return [(unescape(url), number) for url, number in COUNT.findall(page)]


def number(client, name: str) -> int:
    return client.get(HOME).context["lists"][name].size.number


def rows_of(client, url: str) -> int:
    context = client.get(url).context
    if "cl" in context:
        return context["cl"].result_count
    return context["page"].paginator.count if "page" in context else context["size"]


def ago(**time):
    return timezone.now() - timedelta(**time)


@pytest.fixture
def busy(client, editor, other_editor, researcher):
    """A desk with something of everything that the page counts."""
    old = factories.published_verdict(researcher, other_editor)
    Verdict.objects.filter(pk=old.pk).update(published_at=ago(days=20))
    soon = factories.published_verdict(researcher, other_editor)
    today = timezone.localdate()
    Verdict.objects.filter(pk=soon.pk).update(expires_on=today + timedelta(days=3), review_on=today)
    over = factories.published_verdict(researcher, other_editor)
    verdict_services.verdict_expire(over)
    third = factories.user_in("editor")
    again = factories.published_verdict(researcher, other_editor)
    draft = verdict_correct(again, note="Five, not four.", by=third)
    verdict_services.verdict_submit(draft, by=third)
    verdict_services.verdict_approve(draft, by=other_editor)
    verdict_services.verdict_publish(draft, by=other_editor)
    late = factories.submitted_verdict(researcher)
    Verdict.objects.filter(pk=late.pk).update(submitted_at=ago(days=9))
    approved = factories.submitted_verdict(researcher)
    verdict_services.verdict_approve(approved, by=other_editor)
    factories.submitted_verdict(editor)
    mine = factories.AppearanceFactory().claim
    claim_services.claim_assign(mine, to=editor, by=other_editor)
    claim_services.claim_take(factories.AppearanceFactory().claim, by=editor)
    Claim.objects.filter(pk=mine.pk).update(assigned_at=ago(days=4), created_at=ago(days=30))
    factories.MatchFactory()
    for state in ("pending", "failed", "set_aside", "unsupported_language"):
        factories.ArticleFactory(state=state, intake="paste")


def test_every_number_leads_to_a_list_of_so_many(client, busy):
    found = numbers(client)
    assert len(found) > 40
    assert sum(number != "0" for _, number in found) > 20
    for url, number in found:
        assert rows_of(client, url) == int(number), url


def test_what_waits_for_whom(client, busy, other_editor, researcher):
    assert number(client, "mine") == 2
    assert number(client, "told") == 1
    assert number(client, "approve") == 1
    assert number(client, "publish") == 1
    assert number(client, "pairs") == 1
    for one in (other_editor, researcher):
        client.force_login(one)
        assert number(client, "mine") == (0 if one == other_editor else 1)
        assert number(client, "told") == (0 if one == other_editor else 5)


def test_what_is_late(client, busy, settings):
    late = {name: number(client, name) for name in ("late_claims", "late_reviews", "expiring")}
    assert late == {"late_claims": 1, "late_reviews": 1, "expiring": 1}
    assert (number(client, "ran_out"), number(client, "review")) == (1, 1)
    settings.LATE_DAYS, settings.EXPIRES_SOON_DAYS = 5, 2
    assert (number(client, "late_claims"), number(client, "late_reviews")) == (0, 1)
    assert number(client, "expiring") == 0


def test_a_claim_given_back_is_late_from_then_on(editor, other_editor, researcher):
    verdict = factories.submitted_verdict(researcher)
    Claim.objects.filter(pk=verdict.claim_id).update(assigned_at=ago(days=9))
    verdict_services.verdict_return(verdict, note="Name the log.", by=editor)
    assert Claim.objects.get(pk=verdict.claim_id).assigned_at > ago(minutes=1)
    claim = factories.AppearanceFactory().claim
    claim_services.claim_assign(claim, to=researcher, by=editor)
    Claim.objects.filter(pk=claim.pk).update(assigned_at=ago(days=9))
    claim.refresh_from_db()
    claim_services.claim_assign(claim, to=researcher, by=other_editor)
    assert claim.assigned_at < ago(days=8)
    claim_services.claim_assign(claim, to=editor, by=other_editor)
    assert claim.assigned_at > ago(minutes=1)


def test_a_claim_checked_again_after_it_ran_out_is_not_late_any_more(client, busy, other_editor):
    [ran_out] = Verdict.objects.ran_out()
    factories.published_verdict(ran_out.author, other_editor, claim=ran_out.claim)
    assert number(client, "ran_out") == 0


def figure(client, name: str):
    return next(f for f in client.get(HOME).context["figures"] if f.name == name)


def test_a_correction_is_no_second_verdict(client, busy):
    columns = [row.cells for row in figure(client, "Claims in, verdicts out").rows]
    assert sum(out.value for _, out in columns) == 4
    assert sum(came.value for came, _ in columns) == Claim.objects.count()
    assert columns[-1][1].value == 3


def test_the_median_runs_from_the_first_article_to_the_verdict(client, researcher, other_editor):
    for days in (1, 2, 9):
        verdict = factories.published_verdict(researcher, other_editor)
        place = verdict.claim.appearances.get()
        out = Verdict.objects.get(pk=verdict.pk).published_at
        arrived = out - timedelta(days=days)
        Article.objects.filter(pk=place.article_id).update(received_at=arrived)
        factories.AppearanceFactory(claim=verdict.claim)
    drawn = figure(client, "From article to verdict")
    *before, now = drawn.rows
    assert (drawn.columns[0].name, now.cells[0].text) == ("Days", "2.0 days")
    assert {row.cells[0].text for row in before} == {"—"}


def test_ratings_by_claimant_and_outlet(client, researcher, other_editor):
    verdict = factories.published_verdict(researcher, other_editor)
    claim = verdict.claim
    second = factories.AppearanceFactory(claim=claim).article.outlet.name
    first = claim.appearances.order_by("id").first().article.outlet.name
    [row] = figure(client, "Ratings by claimant").rows
    assert (row.name, [cell.text for cell in row.cells]) == (claim.claimant.name, ["1"])
    outlets = figure(client, "Ratings by outlet")
    assert [column.name for column in outlets.columns] == ["Mostly false"]
    assert sorted((r.name, r.cells[0].text) for r in outlets.rows) == sorted(
        [(first, "1"), (second, "1")]
    )


def test_whether_a_worker_answered(client):
    assert "No worker has answered yet." in client.get(HOME).content.decode()
    heartbeat_write()
    page = client.get(HOME).content.decode()
    assert "A worker answered" in page
    Heartbeat.objects.update(at=ago(minutes=12))
    page = client.get(HOME).content.decode()
    assert "No worker has answered for 12\xa0minutes." in page
    assert "Start worker and beat." in page


def test_the_article_that_waits_longest_and_the_last_one(client):
    for title, days in (("Oldest", 3), ("Older", 2), ("Newest", 1)):
        article = factories.ArticleFactory(title=title, state="pending")
        Article.objects.filter(pk=article.pk).update(received_at=ago(days=days))
    Article.objects.filter(title="Newest").update(state="extracted")
    articles = client.get(HOME).context["articles"]
    assert (articles["oldest"].title, articles["newest"].title) == ("Oldest", "Newest")


def imported(state: str, **fields) -> Import:
    number = Import.objects.count()
    return Import.objects.create(
        name=f"{number}.csv", path="gone", sha256=str(number), size=1, state=state, **fields
    )


def test_the_last_import_and_what_became_of_its_rows(client):
    assert "None yet." in client.get(HOME).content.decode().partition("Imports of files")[2]
    for work, stored in ((imported("finished"), 4), (imported("running"), 2)):
        for _ in range(stored):
            ImportedArticle.objects.create(article=factories.ArticleFactory(), by=work)
    Import.objects.filter(pk=work.pk).update(rows_read=3, created=2, failed=1)
    work.failures.create(number=3, errors=[{"field": "text", "code": "x", "message": "No text."}],
                         content=b"{}")  # fmt: skip
    imported("draft")
    page = client.get(HOME)
    shown = page.content.decode().partition("Imports of files")[2]
    for told in ("1.csv", "Running", "<b>1</b> of its rows failed"):
        assert told in shown
    assert page.context["lists"]["imported"].size.number == 2
    assert page.context["lists"]["imports_going"].size.number == 1
    for name in ("imported", "imports_going"):
        one = page.context["lists"][name]
        assert rows_of(client, one.url) == one.size.number, name
    failed = f"/admin/articles/import/{work.pk}/change/"
    assert f'href="{failed}#failed"' in shown
    assert 'id="failed"' in client.get(failed).content.decode()


def test_an_import_that_could_not_go_on_says_why(client):
    imported("failed", error="The archive is damaged.")
    shown = client.get(HOME).content.decode().partition("Imports of files")[2]
    assert "The archive is damaged." in shown


def test_past_the_limit_a_number_says_so(client):
    rows = [Claim(text=f"Claim {n}.", slug=f"claim-{n}") for n in range(sizes.MOST + 1)]
    Claim.objects.bulk_create(rows[1:])
    page = client.get(HOME).context["lists"]
    assert str(page["anyone"].size) == "1,000"
    rows[0].save()
    page = client.get(HOME).context["lists"]
    assert str(page["anyone"].size) == "1,000+"


def test_few_queries_and_no_more_of_them_for_more_rows(client, busy, editor, other_editor):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(HOME)
        assert not [q for q in queries if '"articles_article"."text"' in q["sql"]]
        return len(queries)

    asked()
    few = asked()
    for _ in range(8):
        factories.published_verdict(other_editor, editor)
        factories.submitted_verdict(factories.user_in("researcher"))
        factories.MatchFactory()
        notify("mentioned", to=editor, about=factories.ClaimFactory(), by=other_editor)
        claim_services.claim_take(factories.AppearanceFactory().claim, by=editor)
    Claim.objects.exclude(assignee=None).update(assigned_at=ago(days=9))
    assert asked() == few < 30


def test_every_role_has_a_home_and_who_has_none_is_told(client, busy):
    for role in ("reader", "researcher", "admin"):
        client.force_login(factories.user_in(role))
        assert client.get(HOME).status_code == 200
        for url, number in numbers(client):
            assert rows_of(client, url) == int(number), (role, url)
    client.force_login(factories.UserFactory())
    assert "You have no role at this desk yet." in client.get(HOME).content.decode()
