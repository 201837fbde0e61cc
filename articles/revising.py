"""What becomes of an article that its outlet changed after publication.

`Article.text` is what the outlet shows now. What it said before is a revision; who keeps offsets
into the text moves them in the same transaction. docs/decisions/0007 says why.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import events
from articles.intake.text import check_text, text_hash
from articles.models import Article, ArticleRevision
from articles.services import announce, next_wake
from articles.signals import article_revised


def article_revise(article: Article, *, title: str, text: str) -> ArticleRevision | None:
    """The article now reads `text` under `title`: keep what it said before, and extract it anew.

    Returns the former text; None when nothing has changed. The machine's own: nobody edits an
    article. Raises ValidationError, `text_of_another` where another of the outlet says the same.
    """
    check_text(text)
    digest = text_hash(text)
    with transaction.atomic():
        current = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
        title = title or current.title
        if (digest, title) == (current.text_hash, current.title):
            return None
        check_only(current, digest)
        former = ArticleRevision.objects.create(
            article=current, title=current.title, text=current.text, text_hash=current.text_hash,
            shown_from=current.revised_at or current.received_at,
        )  # fmt: skip
        now_reads(current, title, text, digest)
        told = {"title": former.title, "characters": len(former.text)}
        after = {"title": title, "characters": len(text)}
        events.record("article.revised", current, before=told, after=after)
        article_revised.send(sender=Article, article=current, former=former)
    return former


def check_only(article: Article, digest: str) -> None:
    others = Article.objects.filter(outlet=article.outlet_id, text_hash=digest)
    if other := others.exclude(pk=article.pk).first():
        message = f"The page now has the text of another article, “{other}”."
        raise ValidationError(message, code="text_of_another")


def now_reads(article: Article, title: str, text: str, digest: str) -> None:
    """Write the new words. A worker that is extracting the old ones loses its lease."""
    article.title, article.text, article.text_hash = title, text, digest
    article.revised_at = timezone.now()
    article.state, article.attempts, article.last_error = Article.State.PENDING, 0, ""
    article.lease = article.lease_until = None
    article.wake_at = next_wake()
    article.save()
    announce(article.pk)
