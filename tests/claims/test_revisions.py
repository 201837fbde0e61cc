"""An outlet changes an article after publication: what of our work stays, moves and is told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from articles.linking.models import Host, Link
from articles.linking.services import links_submit
from articles.linking.tasks import fetch_links
from articles.models import Article, ArticleRevision, Event
from articles.services import article_take
from claims.desk.anchoring import Span, anchored
from claims.desk.extraction import articles_extract
from claims.desk.respanning import appearance_respan
from claims.models import Appearance, Attribution, Claim, Notification
from claims.tasks import extract
from tests.asking import client_of
from tests.factories import AppearanceFactory, ClaimFactory, draft_verdict, user_in
from tests.papers import PARAGRAPHS, page

BUDGET = "The council will spend 3.2 million crowns on a new pier"
RATE = "The unemployment rate in the town fell to 4.1 percent in April"


@pytest.fixture
def article(site, paper, researcher) -> Article:
    """An article at `/a`, fetched."""
    paper.shows("/a", page(), etag='"1"')
    links_submit([f"{site.url}/a"], by=researcher)
    fetch_links()
    return Article.objects.get()


def looked_again(article: Article) -> Article:
    """The article after its page was asked for again."""
    Link.objects.update(next_at=timezone.now())
    Host.objects.update(next_at=timezone.now())
    fetch_links()
    article.refresh_from_db()
    return article


def place(article: Article, words: str, **claim) -> Appearance:
    """An appearance of `words` in the article."""
    start = article.text.index(words)
    return AppearanceFactory(
        article=article, start=start, end=start + len(words), claim=ClaimFactory(**claim)
    )


def stands(place: Appearance) -> bool:
    """Whether its offsets are those of its words, in the text that they count on."""
    place.refresh_from_db()
    text = place.revision.text if place.revision else place.article.text
    return text[place.start : place.end] == place.text


def kinds(claim: Claim) -> list[str]:
    return [event.kind for event in Event.objects.about(claim)]


def test_what_has_not_changed_is_asked_for_but_not_sent_and_leaves_no_trace(article, site):
    looked_again(article)
    assert site.asked[-1].headers["If-None-Match"] == '"1"'
    assert not ArticleRevision.objects.exists()
    link = Link.objects.get()
    assert (link.state, link.code) == ("stored", "")
    assert link.next_at > timezone.now()


def test_a_page_with_other_markup_and_the_same_words_is_no_revision(article, paper):
    paper.shows("/a", page(head="<meta name='x' content='y'>"))
    looked_again(article)
    assert not ArticleRevision.objects.exists()


def test_a_changed_article_keeps_its_former_text_and_places_move_along(article, paper, editor):
    before = article.text
    kept = place(article, BUDGET)
    paper.shows("/a", page("Correction: an earlier version named the wrong day.", *PARAGRAPHS))
    looked_again(article)
    assert article.text != before
    assert article.text.count("Correction: an earlier version") == 1
    former = article.revisions.get()
    assert (former.text, former.title) == (before, "Ferries ran late")
    assert stands(kept)
    assert kept.revision is None
    assert article.state == "pending"
    assert kinds(kept.claim) == []
    [event] = Event.objects.about(article).filter(kind="article.revised")
    assert event.actor is None


def test_another_headline_is_a_revision_too(article, paper):
    paper.shows("/a", page(title="Ferries ran late, but less so"))
    looked_again(article)
    assert article.title == "Ferries ran late, but less so"
    assert article.revisions.get().title == "Ferries ran late"


def test_a_passage_that_vanished_is_told_to_who_works_on_it(article, paper, client):
    author = user_in("researcher")
    gone, kept = place(article, RATE), place(article, BUDGET)
    draft_verdict(author, claim=gone.claim)
    version = Claim.objects.get(pk=gone.claim_id).version
    paper.shows("/a", page(*PARAGRAPHS[:2], "The office did not answer our questions on Monday."))
    looked_again(article)

    assert stands(gone)
    assert stands(kept)
    assert gone.revision == article.revisions.get()
    assert kept.revision is None
    gone.claim.refresh_from_db()
    assert gone.claim.version == version + 1
    assert kinds(gone.claim)[0] == "claim.place_vanished"
    told = Notification.objects.get()
    assert (told.to, told.claim, told.by) == (author, gone.claim, None)
    assert RATE in told.note

    client.force_login(author)
    shown = client.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
    assert "No longer in the article (1)" in shown
    bench = client.get(reverse("admin:claims_claim_change", args=[gone.claim_id])).content.decode()
    assert "No longer in the article, since" in bench
    assert RATE in bench
    found = client_of(author).get(f"/api/v1/articles/{article.uid}/appearances/").json()["results"]
    assert {one["text"]: bool(one["vanished_at"]) for one in found} == {RATE: True, BUDGET: False}
    assert "found a passage gone" in client.get("/admin/claims/notification/").content.decode()


def test_a_number_that_the_outlet_corrected_is_another_statement(article, paper):
    said = place(article, RATE)
    paper.shows("/a", page(*PARAGRAPHS[:2], PARAGRAPHS[2].replace("4.1 percent", "4.7 percent")))
    looked_again(article)
    said.refresh_from_db()
    assert said.revision is not None


def test_a_passage_in_slightly_other_words_is_followed_and_the_change_is_told(article, paper):
    said = place(article, BUDGET)
    reworded = PARAGRAPHS[1].replace("The council", "The town council")
    paper.shows("/a", page(PARAGRAPHS[0], reworded, PARAGRAPHS[2]))
    looked_again(article)
    assert stands(said)
    assert said.revision is None
    assert said.text == BUDGET.replace("The council", "The town council")
    assert kinds(said.claim) == ["claim.place_reworded"]


def test_a_passage_that_comes_back_is_in_sight_again(article, paper):
    said = place(article, RATE)
    paper.shows("/a", page(*PARAGRAPHS[:2]))
    looked_again(article)
    paper.shows("/a", page(PARAGRAPHS[2], *PARAGRAPHS[:2]))
    looked_again(article)
    assert stands(said)
    assert said.revision is None
    assert kinds(said.claim) == ["claim.place_back", "claim.place_vanished"]
    assert article.revisions.count() == 2


def test_extraction_of_the_new_text_finds_the_places_that_moved(article, paper, transactional_db):
    extract(article.pk)
    before = set(Appearance.objects.values_list("pk", flat=True))
    claims = Claim.objects.count()
    assert before
    paper.shows("/a", page("The mayor was asked about this on Monday.", *PARAGRAPHS))
    looked_again(article)
    extract(article.pk)
    article.refresh_from_db()
    assert article.state == "extracted"
    assert before <= set(Appearance.objects.in_sight().values_list("pk", flat=True))
    assert Claim.objects.count() == claims
    assert all(stands(one) for one in Appearance.objects.all())
    for found in Attribution.objects.filter(article=article):
        assert found.end <= len(article.text)


def test_a_worker_that_extracts_the_former_text_writes_nothing(article, paper):
    taken = article_take(article.pk)
    paper.shows("/a", page(*PARAGRAPHS[1:]))
    looked_again(article)
    assert articles_extract([taken]) == []
    article.refresh_from_db()
    assert (article.state, Appearance.objects.count()) == ("pending", 0)


def test_marking_a_vanished_passage_anew_is_refused(article, paper, editor, client):
    said = place(article, RATE)
    paper.shows("/a", page(*PARAGRAPHS[:2]))
    looked_again(article)
    client.force_login(editor)
    version = Claim.objects.get(pk=said.claim_id).version
    sent = {"version": version, "place": said.pk, "start": 0, "end": 7}
    url = reverse("admin:claims_claim_respan", args=[said.claim_id])
    shown = client.post(url, sent).content.decode()
    assert str(escape("The outlet has taken these words out of its article.")) in shown
    assert stands(said)


def test_a_place_marked_by_hand_moves_and_is_found_again_by_extraction(article, paper, editor):
    said = place(article, BUDGET)
    appearance_respan(said, start=said.start, end=said.end + 1, by=editor)
    paper.shows("/a", page("Correction: an earlier version named the wrong day.", *PARAGRAPHS))
    looked_again(article)
    assert stands(said)
    assert article.text[said.found_start : said.found_end] == BUDGET


def test_a_page_that_is_gone_leaves_the_article_and_says_so(article, paper, client, researcher):
    said = place(article, BUDGET)
    text = article.text
    paper.shows("/a", b"", 404)
    looked_again(article)
    assert (article.text, stands(said)) == (text, True)
    client.force_login(researcher)
    shown = client.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
    assert "It answered 404 Not Found." in shown
    assert Link.objects.get().state == "stored"


def test_a_page_that_now_shows_another_article_of_its_outlet_changes_none(
    article, paper, site, researcher
):
    other = (PARAGRAPHS[0] + " Nobody knew more.", PARAGRAPHS[1])
    paper.shows("/b", page(*other))
    links_submit([f"{site.url}/b"], by=researcher)
    Host.objects.update(next_at=timezone.now())
    fetch_links()
    text = article.text
    paper.shows("/a", page(*other))
    looked_again(article)
    assert article.text == text
    assert Link.objects.get(url__endswith="/a").code == "text_of_another"


def test_looks_grow_rarer_and_end(article, settings):
    link = Link.objects.get()
    settings.LINK_REFETCHES = [1, 24]
    waits = []
    for age in (0, 2, 30):
        Article.objects.update(received_at=timezone.now() - timedelta(hours=age))
        looked_again(article)
        link.refresh_from_db()
        waits.append(link.next_at and round((link.next_at - timezone.now()).total_seconds() / 3600))
    assert waits == [1, 22, None]


TEXT = "Ferries ran late nine times in May.\n\nTrains ran late too.\n\nFerries ran late in June."


@pytest.mark.parametrize(
    ("words", "after", "found"),
    [
        ("Trains ran late", f"New.\n\n{TEXT}", "Trains ran late"),
        ("Trains ran late", "Trains\nran  late today.", "Trains\nran  late"),
        ("Trains ran late", "Nothing here.", None),
        ("Trains ran late", "", None),
        ("Ferries ran late nine times", "Ferries ran late ten times in May.", None),
        ("Ferries ran late nine times", "Ferries ran not late nine times in May.", None),
        ("ran late", "Iran later. Trains ran late too.", "ran late"),
        ("Trains ran late", "Trains ran late" * 5_000, None),
    ],
)
def test_where_a_passage_is_found(words, after, found):
    start = TEXT.index(words)
    span = anchored(TEXT, Span(start, start + len(words)), after)
    assert (after[span.start : span.end] if span else None) == found


def test_of_two_places_with_the_same_words_the_one_in_the_same_surroundings_is_found():
    start = TEXT.rindex("Ferries ran late")
    after = f"Ferries ran late in July.\n\n{TEXT}\n\nFerries ran late again."
    span = anchored(TEXT, Span(start, start + len("Ferries ran late")), after)
    assert after[span.start :].startswith("Ferries ran late in June")
