"""The claims queue: order, rows, filters, search, bulk actions, the empty queue."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.events import Event
from claims.admin.claims import ClaimAdmin
from claims.models import Claim
from tests import factories

QUEUE = "/admin/claims/claim/"


@pytest.fixture(autouse=True)
def signed_in(client, editor, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client.force_login(editor)


def texts(client, query: str = "") -> list[str]:
    return [claim.text for claim in client.get(QUEUE + query).context["cl"].result_list]


def claim(text: str, **fields) -> Claim:
    place = factories.AppearanceFactory()
    fields = {"slug": text.lower().replace(" ", "-").strip("."), "text": text, **fields}
    Claim.objects.filter(pk=place.claim_id).update(**fields)
    place.claim.refresh_from_db()
    return place.claim


def test_best_first_with_what_an_editor_needs(client, editor):
    claim("Lesser.", check_worthiness=0.4)
    best = claim("Best.", check_worthiness=0.9, assignee=editor)
    factories.ClaimFactory(text="Own.", slug="own", check_worthiness=0.5, claimant=None)
    assert texts(client) == ["Best.", "Own.", "Lesser."]
    page = client.get(QUEUE).content.decode()
    place = best.appearances.get()
    for shown in (
        best.claimant.name,
        "Indirect",
        "Outlet’s own",
        "0.90",
        "names a quantity",
        place.article.title,
        place.article.outlet.name,
        "Edda",
        reverse("admin:claims_claim_change", args=[best.pk]),
    ):
        assert shown in page


def test_the_number_of_queries_does_not_grow_with_the_rows(client, researcher):
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(QUEUE)
        return len(queries)

    factories.AppearanceFactory.create_batch(3)
    client.get(QUEUE)
    few = asked()
    factories.AppearanceFactory.create_batch(27)
    for row in Claim.objects.all()[:10]:
        Claim.objects.filter(pk=row.pk).update(assignee=researcher)
        factories.AppearanceFactory(claim=row)
    assert asked() == few < 30


def test_the_queue_never_reads_the_texts_of_articles(client):
    factories.AppearanceFactory.create_batch(3)
    with CaptureQueriesContext(connection) as queries:
        client.get(QUEUE)
    assert not [q for q in queries if '"articles_article"."text"' in q["sql"]]


def test_filters(client, editor, researcher):
    rated = factories.published_verdict(researcher)
    mine = claim("Mine.", assignee=editor)
    claim("German.", language="de")
    claim("Dismissed.", status="dismissed", dismissal="No.")
    place = mine.appearances.get()

    assert "Dismissed." not in texts(client)
    assert texts(client, "?status=dismissed") == ["Dismissed."]
    assert len(texts(client, "?status=all")) == 4
    assert rated.claim.text not in texts(client)
    assert texts(client, "?status=published") == [rated.claim.text]
    assert texts(client, "?assignee=me") == ["Mine."]
    assert texts(client, "?assignee=nobody") == ["German."]
    assert texts(client, f"?assignee={researcher.pk}&status=all") == [rated.claim.text]
    assert texts(client, "?language=de") == ["German."]
    assert texts(client, f"?outlet={place.article.outlet_id}") == ["Mine."]
    assert texts(client, f"?rating={rated.rating_id}") == [rated.claim.text]
    assert texts(client, f"?claimant__id__exact={mine.claimant_id}") == ["Mine."]
    for nonsense in (
        "?status=x",
        "?assignee=x",
        "?outlet=x",
        "?rating=%00",
        "?p=99999",
        f"?assignee={'9' * 5000}",
    ):
        assert client.get(QUEUE + nonsense).status_code in (200, 302)


def test_search_reads_claim_claimant_and_headline(client):
    claim("Crabs are fewer.")
    by_name = claim("Second.")
    by_title = claim("Third.")
    factories.AppearanceFactory(claim=by_title, article__title="A harbour in winter")
    assert texts(client, "?q=crabs") == ["Crabs are fewer."]
    assert texts(client, f"?q={by_name.claimant.name}")[0] == "Second."
    assert texts(client, "?q=winter+third") == ["Third."]
    assert texts(client, "?q=%27%25%5C") == []


def test_dismissing_many_needs_a_reason_that_stays_with_them(client):
    rows = [claim("One."), claim("Two.")]
    picked = {"_selected_action": [row.pk for row in rows]}
    page = client.post(QUEUE, {"action": "dismiss", **picked})
    assert "Dismiss 2 claims" in page.content.decode()
    again = client.post(f"{QUEUE}dismiss/", {**picked, "reason": " "})
    assert again.status_code == 422
    assert "Say why" in again.content.decode()
    assert Claim.objects.filter(status="dismissed").count() == 0
    client.post(f"{QUEUE}dismiss/", {**picked, "reason": "A matter of taste."})
    assert Claim.objects.filter(dismissal="A matter of taste.").count() == 2
    assert Event.objects.filter(kind="claim.dismissed").count() == 2


def test_a_step_for_many_comes_back_to_the_same_filters_and_page(client, editor, monkeypatch):
    monkeypatch.setattr(ClaimAdmin, "list_per_page", 2)
    for n in range(5):
        claim(f"Of May {n}.", topics=["may"], check_worthiness=0.9 - n / 10)
    claim("Of June.", topics=["june"])
    query = "?topic=may&p=3"
    [last] = client.get(QUEUE + query).context["cl"].result_list
    picked = {"_selected_action": [last.pk]}

    page = client.post(QUEUE + query, {"action": "dismiss", **picked}).content.decode()
    assert f'action="{QUEUE}dismiss/?topic=may&amp;p=3"' in page
    assert f'href="{QUEUE}?topic=may&amp;p=3"' in page
    answer = client.post(f"{QUEUE}dismiss/{query}", {**picked, "reason": "A matter of taste."})
    assert answer.url == QUEUE + query
    # The page's only row has left it: the last page that is there, of the same filters.
    shown = client.get(answer.url, follow=True)
    assert shown.redirect_chain == [(f"{QUEUE}?topic=may&p=2", 302)]
    assert [row.text for row in shown.context["cl"].result_list] == ["Of May 2.", "Of May 3."]
    assert "1 claim dismissed." in shown.content.decode()


def test_assigning_many_to_me_tells_what_could_not_be_done(client, editor):
    free, published = claim("Free."), factories.published_verdict().claim
    answer = client.post(
        f"{QUEUE}?status=all",
        {"action": "assign_to_me", "_selected_action": [free.pk, published.pk]},
        follow=True,
    )
    free.refresh_from_db()
    published.refresh_from_db()
    assert (free.assignee, published.assignee == editor) == (editor, False)
    told = [str(m) for m in answer.context["messages"]]
    assert told[0] == "1 claim assigned to you."
    assert "is published" in told[1]


def test_an_empty_queue_says_what_to_do(client):
    page = client.get(QUEUE).content.decode()
    assert "Paste one, and its claims are here" in page
    assert reverse("admin:articles_article_add") in page
    assert "No claim fits" in client.get(f"{QUEUE}?q=crab").content.decode()


def test_the_first_page_shows_what_waits(client, editor, researcher):
    claim("Mine to check.", assignee=editor, status="triaged")
    claim("Anyone’s.")
    review = factories.submitted_verdict(researcher)
    public = factories.published_verdict(researcher)
    factories.ArticleFactory(state="failed")
    page = client.get("/admin/").content.decode()
    for shown in ("Mine to check.", "Anyone’s.", review.claim.text, public.claim.text,
                  "state__exact=failed", "Waiting for my approval"):  # fmt: skip
        assert shown in page
