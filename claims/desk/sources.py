"""Sources that the desk has used before, known again by their address."""

from dataclasses import dataclass

from articles.intake.urls import normalised_url
from articles.models import Article
from claims.models import Evidence


@dataclass(frozen=True)
class KnownSource:
    """What the desk holds of a source: its title, and where a copy of it is kept."""

    title: str
    archived_url: str
    #: What it was last used for, in words.
    used: str


def source_key(url: str) -> str:
    """The one address of `url`; empty when it is none."""
    try:
        return normalised_url(url)[:2000]
    except ValueError:
        return ""


def source_known(url: str) -> KnownSource | None:
    """What is known of the source at `url`: from evidence, else from an article of the desk."""
    key = source_key(url)
    if not key:
        return None
    used = Evidence.objects.filter(normalised_url=key).select_related("verdict__claim")
    # One row may lack what another has: a copy is worth more than the last title.
    last = used.order_by("-id").first()
    if last is not None:
        whole = used.exclude(archived_url="").order_by("-id").first() or last
        title = whole.title or last.title
        return KnownSource(title, whole.archived_url, f"evidence on “{last.verdict.claim}”")
    article = Article.objects.filter(normalised_url=key).select_related("outlet").first()
    if article is None or not article.title:
        return None
    return KnownSource(article.title, "", f"an article of {article.outlet.name}")


def archived_copy(url: str) -> str:
    """The copy of the source at `url` that was named last; empty when none was."""
    known = source_known(url)
    return known.archived_url if known else ""
