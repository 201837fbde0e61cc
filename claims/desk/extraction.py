"""What the worker does with articles: extract, and have written what was found.

The extractor itself is plain Python in `claims/extraction/`; `claims.desk.recording` makes rows of
its results.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from django.conf import settings

from articles import services
from articles.copies import articles_compare
from articles.intake.language import detected
from articles.models import Article
from claims import extraction
from claims.desk.recording import Find, finds_write
from claims.models import Claim

WAITING = (Article.State.PENDING, Article.State.EXTRACTING)


@cache
def extractor() -> extraction.Extractor:
    """The worker's extractor; its pipelines load once per process."""
    return extraction.Extractor(settings.SPACY_MODELS)


def load_pipelines() -> None:
    """Load what reads texts now rather than when the first article waits for it."""
    extractor().load()


def articles_extract(articles: Sequence[Article]) -> list[Claim]:
    """Find the claims of articles that were leased to this worker, oldest first, and write them.

    Returns those that nobody made before. Safe to run twice: the lease lets one worker write, and
    what is known is refreshed. Whatever the extractor raises is the caller's to tell apart: see
    `claims.tasks`. Articles of one language are written in one transaction.
    """
    originals = dict(zip(articles, articles_compare(articles), strict=True))
    copies = [article for article, original in originals.items() if original in originals]
    claims = extracted({a: original for a, original in originals.items() if a not in copies})
    # What they are copies of is extracted by now, if it can be.
    return claims + extracted({copy: originals[copy] for copy in copies})


def extracted(articles: Mapping[Article, Article | None]) -> list[Claim]:
    """The same of articles whose originals, by article, are all others."""
    found: dict[str, list[Find]] = {}
    for article, original in articles.items():
        language = language_of(article)
        if original and original.state in WAITING:
            services.article_wait(article)
        elif not extractor().supports(language):
            services.article_finish(article, Article.State.UNSUPPORTED, language=language)
        else:
            found.setdefault(language, []).append(Find(article, original))
    return [claim for language, finds in found.items() for claim in finds_made(finds, language)]


def finds_made(finds: list[Find], language: str) -> list[Claim]:
    """Read what has to be read, and write it all."""
    unread = [find for find in finds if not find.known]
    texts = [(find.article.text, find.article.title) for find in unread]
    documents = extractor().extract_articles(texts, language=language) if texts else []
    for find, document in zip(unread, documents, strict=True):
        find.document = document
    return finds_write(finds, language)


def language_of(article: Article) -> str:
    """The language given, the outlet's or the detected one; “en-gb” is read as “en”."""
    language = article.language or article.outlet.language or detected(article.text)
    return language if extractor().supports(language) else language.partition("-")[0]
