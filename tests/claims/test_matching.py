"""The same claim made again, in the same words and in others, as the worker meets it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from articles.events import Event
from articles.models import Article
from claims import tasks
from claims.desk import claims as desk
from claims.desk import embedding, merging, splitting, verdicts
from claims.desk.wordings import claim_wordings_write
from claims.models import Appearance, Claim, Match, MatchingSettings, Wording
from tests.conftest import wait_until
from tests.factories import ArticleFactory, ClaimFactory, MatchFactory, published_verdict

pytestmark = pytest.mark.django_db

QUAYS = "Harlow Bay closed 14 of its 32 quays between 2019 and 2024"
DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)


def extracted(text: str, **fields) -> Article:
    """An article that the worker has read."""
    article = ArticleFactory(text=text, language="en", **fields)
    tasks.extract(article.pk)
    article.refresh_from_db()
    assert article.state == Article.State.EXTRACTED, article.last_error
    return article


def said(sentence: str, by: str = "Mayor Mara Quill", **fields) -> Article:
    return extracted(f"“{sentence},” {by} told the council.", **fields)


def claim_of(article: Article) -> Claim:
    return Claim.objects.get(appearances__article=article)


def test_the_same_sentence_again_joins_its_claim_and_its_history_says_so():
    first = claim_of(said(QUAYS))
    again = said(QUAYS, by="Councillor Otis Wren")
    assert claim_of(again) == first
    assert Claim.objects.count() == 1
    event = Event.objects.about(first).get(kind="claim.appeared")
    assert event.after["article"] == str(again.uid)
    assert event.actor is None


def test_a_joined_appearance_has_its_own_speaker():
    said(QUAYS)
    again = said(QUAYS, by="Councillor Otis Wren")
    place = Appearance.objects.get(article=again)
    assert place.attribution.claimant.name == "Otis Wren"
    assert place.claim.claimant.name == "Mara Quill"


def test_the_same_in_another_spelling_joins():
    first = claim_of(said("Unemployment in Merrowland fell by 3% between 2019 and 2024"))
    again = said("Unemployment in Merrowland fell by three per cent between 2019 and 2024")
    assert claim_of(again) == first


@pytest.mark.parametrize(
    "other",
    [
        "Harlow Bay closed 15 of its 32 quays between 2019 and 2024",
        "Harlow Bay did not close 14 of its 32 quays between 2019 and 2024",
        "Merrow Bay closed 14 of its 32 quays between 2019 and 2024",
        "Harlow Bay closed 14 of its 32 quays between 2019 and 2023",
        "Harlow Bay opened 14 of its 32 quays between 2019 and 2024",
    ],
)
def test_another_fact_is_another_claim_and_the_suggestion_says_what_differs(other):
    first = claim_of(said(QUAYS))
    second = claim_of(said(other))
    assert second != first
    match = Match.objects.get(claim=first, other=second)
    assert match.state == "suggested"
    assert match.differing


def test_a_likely_match_is_suggested_with_what_speaks_for_it():
    first = claim_of(said(QUAYS))
    second = claim_of(
        said("Fourteen of the 32 quays in Harlow Bay were closed from 2019 to 2024, nearly half")
    )
    match = Match.objects.get()
    assert (match.claim, match.other) == (first, second)
    assert match.score >= MatchingSettings().suggest_from
    assert any("quays" in reason for reason in match.agreeing)
    assert second.matched_at


def test_what_has_nothing_to_do_with_it_is_not_suggested():
    said(QUAYS)
    said("Doctors at Emmet hospital treated 1,200 patients with measles in 2024")
    assert Claim.objects.count() == 2
    assert not Match.objects.exists()


def test_words_that_point_at_a_speaker_join_from_the_same_mouth_only():
    sentence = "We have cut waiting lists by 14 percent since last year"
    first = claim_of(said(sentence, published_at=DAY))
    assert claim_of(said(sentence, by="Premier Edda Holt", published_at=DAY)) != first
    assert claim_of(said(sentence, published_at=DAY + timedelta(days=2))) == first
    assert claim_of(said(sentence, published_at=DAY + timedelta(days=400))) != first


def test_an_appearance_before_the_first_known_one_moves_the_day_it_was_made():
    first = claim_of(said(QUAYS, published_at=DAY))
    said(QUAYS, published_at=DAY - timedelta(days=30))
    said(QUAYS, published_at=None)
    first.refresh_from_db()
    assert first.made_on == (DAY - timedelta(days=30)).date()


def test_a_sentence_twice_in_one_article_is_one_claim_with_two_appearances():
    article = extracted(
        f"“{QUAYS},” Mayor Mara Quill told the council.\n\n"
        f"“{QUAYS},” Councillor Otis Wren repeated."
    )
    assert Claim.objects.count() == 1
    assert article.appearances.count() == 2


def test_a_desk_that_wants_no_joining_gets_a_suggestion_instead():
    MatchingSettings.objects.create(pk=1, joins_alone=False)
    first = claim_of(said(QUAYS))
    second = claim_of(said(QUAYS, by="Councillor Otis Wren"))
    assert first != second
    assert Match.objects.get().score > 0.9


def test_a_joined_claim_keeps_its_verdict_and_its_version(editor):
    first = claim_of(said(QUAYS))
    verdict = published_verdict(claim=first)
    first.refresh_from_db()
    said(QUAYS)
    again = Claim.objects.get()
    assert (again.version, again.status) == (first.version, "published")
    assert again.verdicts.get() == verdict
    assert again.appearances.count() == 2


def test_an_earlier_wording_is_recognised_and_an_edited_claim_is_matched_anew(editor):
    first = claim_of(said(QUAYS))
    other = claim_of(said("Nearly half of the quays of Harlow Bay were shut down by 2024"))
    Match.objects.all().delete()
    desk.claim_word(
        first, text="Harlow Bay shut 14 of 32 quays by 2024.", claimant=first.claimant, by=editor
    )
    assert claim_of(said(QUAYS)) == first
    tasks.match()
    assert Match.objects.filter(claim=first, other=other).exists()
    assert not Wording.objects.filter(vector=None).exists()


def test_the_title_of_a_published_verdict_is_compared_and_goes_with_it(editor):
    claim = claim_of(said(QUAYS))
    verdict = published_verdict(claim=claim)
    assert claim.wordings.get(kind="title").text == verdict.title
    verdicts.verdict_retract(verdict, note="The log was wrong.", by=editor)
    assert not claim.wordings.filter(kind="title").exists()


def test_a_merged_claim_is_recognised_by_its_words_and_again_after_a_split(editor):
    first = claim_of(said(QUAYS))
    words = "Nearly half of the quays of Harlow Bay were shut down by 2024"
    other = said(words)
    merging.claim_merge(claim_of(other), into=first, by=editor)
    assert claim_of(said(words)) == first
    back = splitting.claim_split(first, appearances=other.appearances.all(), by=editor)
    assert claim_of(said(words)) == back
    assert claim_of(said(QUAYS)) == first
    tasks.match()
    assert back.wordings.get().vector is not None
    assert not Match.objects.of(first).of(back).waiting().exists()


def test_a_sentence_that_was_split_off_joins_neither_by_itself(editor):
    first = claim_of(said(QUAYS))
    again = said(QUAYS, by="Councillor Otis Wren")
    assert claim_of(again) == first
    apart = splitting.claim_split(first, appearances=again.appearances.all(), by=editor)
    assert apart.claimant.name == "Otis Wren"
    tasks.match()
    assert claim_of(again) == apart
    assert Match.objects.of(first).of(apart).get().state == "rejected"
    third = claim_of(said(QUAYS, by="Alderman Ruth Vale"))
    assert third not in (first, apart)
    assert Match.objects.of(third).waiting().count() == 2


def test_a_claim_merged_while_it_was_suggested_is_suggested_as_its_target(editor):
    first = claim_of(said(QUAYS))
    other = claim_of(said("By 2024 Harlow Bay had closed 14 of its 32 quays"))
    target = claim_of(said("Doctors at Emmet hospital treated 1,200 patients in 2024"))
    Match.objects.all().delete()
    merging.claim_merge(first, into=target, by=editor)
    MatchFactory(claim=first, other=other)
    tasks.match()
    [match] = Match.objects.of(other)
    assert {match.claim, match.other} == {target, other}


def test_a_decided_pair_is_left_as_it_is():
    first = claim_of(said(QUAYS))
    second = claim_of(said("Harlow Bay closed 15 of its 32 quays between 2019 and 2024"))
    Match.objects.update(state="rejected", decided_at=timezone.now())
    Claim.objects.update(matched_at=None)
    tasks.match()
    match = Match.objects.get()
    assert (match.claim, match.other, match.state) == (first, second, "rejected")


def test_what_the_worker_was_killed_over_is_matched_by_the_next_sweep():
    first = claim_of(said(QUAYS))
    second = claim_of(said("Harlow Bay closed 15 of its 32 quays between 2019 and 2024"))
    Match.objects.all().delete()
    Claim.objects.filter(pk=second.pk).update(matched_at=None)
    Wording.objects.update(vector=None, embedder="")
    tasks.match()
    assert Match.objects.get().claim == first
    assert not Claim.objects.filter(matched_at=None).exists()


def test_vectors_of_another_model_are_made_anew_and_nothing_twice():
    claim = claim_of(said(QUAYS))
    vector = claim.wordings.get().vector
    Wording.objects.update(embedder="an older model 0.1")
    assert embedding.wordings_embed() == 1
    assert embedding.wordings_embed() == 0
    assert claim.wordings.get().vector == vector


def test_a_language_without_a_model_is_matched_by_its_words():
    texts = (
        "Die Arbeitslosigkeit in Merrowland sank zwischen 2019 und 2024 um drei Prozent.",
        "Zwischen 2019 und 2024 sank in Merrowland die Arbeitslosigkeit um drei Prozent.",
        "Der Hafen hat sieben Fähren verkauft.",
    )
    claims = [ClaimFactory(text=text, language="de") for text in texts]
    for claim in claims:
        claim_wordings_write(claim)
    tasks.match()
    assert not Wording.objects.exclude(vector=None).exists()
    match = Match.objects.get()
    assert {match.claim, match.other} == set(claims[:2])


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_sentence_make_one_claim():
    articles = [
        ArticleFactory(text=f"“{QUAYS},” {who} told the council.", language="en")
        for who in ("Mayor Mara Quill", "Councillor Otis Wren", "Premier Edda Holt")
    ]
    start = Barrier(len(articles))

    def work(article: Article) -> None:
        start.wait()
        try:
            tasks.extract(article.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(articles)) as pool:
        list(pool.map(work, articles))
    assert Claim.objects.count() == 1
    assert Appearance.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_sentence_found_while_its_claim_is_merged_is_on_no_merged_claim(editor):
    known = claim_of(said(QUAYS))
    target = claim_of(said("Doctors at Emmet hospital treated 1,200 patients in 2024"))
    article = ArticleFactory(text=f"“{QUAYS},” Otis Wren told the council.", language="en")

    def work() -> None:
        try:
            tasks.extract(article.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            merging.claim_merge(known, into=target, by=editor)
            found = pool.submit(work)
            wait_until(somebody_waits)
        found.result()
    assert not Appearance.objects.filter(claim__status="merged").exists()
    assert Appearance.objects.count() == 3


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_matching_asks_no_more_for_many_known_claims_than_for_few(django_assert_max_num_queries):
    said(QUAYS)
    claim = claim_of(said("Doctors at Emmet hospital treated 1,200 patients in 2024"))
    with django_assert_max_num_queries(12):
        tasks.match_found([claim])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE claims_wording")
    with django_assert_max_num_queries(12):
        tasks.match_found([claim])
