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
    copied = set(Article.objects.filter(copy_of__in=ids).values_list("copy_of", flat=True))
    changed, found = [], []
    for place, (article, bands) in enumerate(zip(articles, sketches, strict=True)):
        before = article.bands, article.copy_of_id
        article.bands = bands
        original = None if article.pk in copied else original_of(article, articles[:place])
        article.copy_of = original
        found.append(original)
        if original:
            copied.add(original.pk)
        if before != (bands, article.copy_of_id):
            changed.append(article)
        if original and original.pk != before[1]:
            after = {"original": str(original), "outlet": str(original.outlet)}
            events.record("article.copy_found", article, after=after)
    Article.objects.bulk_update(changed, ["bands", "copy_of"])
    return found


def one_at_a_time() -> None:
    """Of two copies that come at once, one must see the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def original_of(article: Article, compared: Sequence[Article]) -> Article | None:
    """Among what is stored, and what was `compared` just now and is not stored yet."""
    stored = candidates(article).exclude(pk__in=[article.pk, *(one.pk for one in compared)])
    alike = [*stored[:MOST_COMPARED], *(one for one in compared if may_be(one, article))]
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
