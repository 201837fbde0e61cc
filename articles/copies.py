"""Which articles are copies of one: the same text, or an agency's story with another headline."""

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


def article_compare(article: Article) -> Article | None:
    """The article that this one is a copy of, found now and kept; None for an original.

    Call it with a leased article. Of the same text the oldest is the original, of near-copies the
    one compared first. One that has copies of its own stays one.
    """
    # Others wait while it is compared, so what can be is done before.
    return compared(article, sketch(article.text))


@transaction.atomic
def compared(article: Article, bands: list[int]) -> Article | None:
    one_at_a_time()
    original = None if article.copies.exists() else original_of(article, bands)
    if (bands, original) != (article.bands, article.copy_of):
        Article.objects.filter(pk=article.pk).update(bands=bands, copy_of=original)
        if original and original != article.copy_of:
            after = {"original": str(original), "outlet": str(original.outlet)}
            events.record("article.copy_found", article, after=after)
    article.bands, article.copy_of = bands, original
    return original


def one_at_a_time() -> None:
    """Of two copies that come at once, one must see the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def original_of(article: Article, bands: list[int]) -> Article | None:
    for candidate in candidates(article, bands)[:MOST_COMPARED]:
        same = candidate.text_hash == article.text_hash
        near = abs(candidate.made_on - article.made_on) <= APART
        if near and (same or likeness(candidate.text, article.text) >= ALIKE):
            return candidate
    return None


def candidates(article: Article, bands: list[int]) -> QuerySet[Article]:
    """Originals that may say the same.

    Near-copies may be younger: workers that take two at once compare either first.
    """
    same = Q(text_hash=article.text_hash, pk__lt=article.pk)
    originals = Article.objects.filter(same | Q(bands__overlap=bands or [0]), copy_of=None)
    return originals.exclude(pk=article.pk).select_related("outlet").order_by("pk")
