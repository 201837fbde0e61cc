"""Which articles are copies of one: the same text, or an agency's story with another headline."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from articles import events
from articles.intake.sketching import likeness, sketch
from articles.models import Article

#: The share of their runs of three words that copies have in common.
ALIKE = 0.7
#: Printed again after a longer time, “this year” is another year.
APART = timedelta(days=30)
#: Articles with a band in common that are compared with it, oldest first.
MOST_COMPARED = 20
#: Stored articles that are looked at for a few at once, before each of these is asked for alone.
MOST_TOGETHER = 100
#: Of the advisory lock under which copies are looked for.
LOCK = 7_2026


def articles_compare(articles: Sequence[Article]) -> list[Article | None]:
    """For each the article that it is a copy of, found now and kept; None for an original.

    Call it with leased articles, oldest first. Of the same text the oldest is the original, of
    near-copies the one compared first. One that has copies of its own stays one.
    """
    # Others wait while they are compared, so what can be is done before.
    return compared(articles, [sketch(article.text) for article in articles])


@transaction.atomic
def compared(articles: Sequence[Article], sketches: list[list[int]]) -> list[Article | None]:
    one_at_a_time()
    ids = [article.pk for article in articles]
    before = [(article.bands, article.copy_of_id) for article in articles]
    for article, bands in zip(articles, sketches, strict=True):
        article.bands = bands
    copied = set(Article.objects.filter(copy_of__in=ids).values_list("copy_of", flat=True))
    likely = likely_copies(articles)
    changed, found = [], []
    for place, article in enumerate(articles):
        original = None
        if article.pk not in copied:
            original = original_of(article, articles[:place], stored=article.pk in likely)
        article.copy_of = original
        found.append(original)
        if original:
            copied.add(original.pk)
        if before[place] != (article.bands, article.copy_of_id):
            changed.append(article)
        if original and original.pk != before[place][1]:
            after = {"original": str(original), "outlet": str(original.outlet)}
            events.record("article.copy_found", article, after=after)
    Article.objects.bulk_update(changed, ["bands", "copy_of"])
    return found


def one_at_a_time() -> None:
    """Of two copies that come at once, one must see the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def likely_copies(articles: Sequence[Article]) -> set[int]:
    """The ids of those that something stored may be the original of; mostly none."""
    ids = {article.pk for article in articles}
    bands = {band for article in articles for band in article.bands}
    same = Q(text_hash__in=[article.text_hash for article in articles])
    stored = Article.objects.filter(same | Q(bands__overlap=[*bands] or [0]), copy_of=None)
    rows = list(stored.values_list("pk", "text_hash", "bands")[:MOST_TOGETHER])
    if len(rows) == MOST_TOGETHER:
        return ids
    return {
        article.pk
        for article in articles
        for pk, text_hash, theirs in rows
        if pk != article.pk
        and (text_hash == article.text_hash or not {*theirs}.isdisjoint(article.bands))
    }


def original_of(article: Article, compared: Sequence[Article], *, stored: bool) -> Article | None:
    """Among what was `compared` just now, and among what is `stored` if asked for."""
    alike = [one for one in compared if may_be(one, article)]
    if stored:
        others = candidates(article).exclude(pk__in=[article.pk, *(one.pk for one in compared)])
        alike += others[:MOST_COMPARED]
    for candidate in sorted(alike, key=lambda one: one.pk):
        same = candidate.text_hash == article.text_hash
        near = abs(candidate.made_on - article.made_on) <= APART
        if near and (same or likeness(candidate.text, article.text) >= ALIKE):
            return candidate
    return None


def candidates(article: Article) -> QuerySet[Article]:
    """Originals that may say the same.

    Near-copies may be younger: workers that take two at once compare either first.
    """
    same = Q(text_hash=article.text_hash, pk__lt=article.pk)
    alike = same | Q(bands__overlap=article.bands or [0])
    return Article.objects.filter(alike, copy_of=None).select_related("outlet").order_by("pk")


def may_be(one: Article, article: Article) -> bool:
    """What `candidates` asks the database, of an older article at hand."""
    same = one.text_hash == article.text_hash
    return one.copy_of_id is None and (same or not {*one.bands}.isdisjoint(article.bands))
