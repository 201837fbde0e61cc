"""A fetched page, read into an article: trafilatura's text, and what the page says of itself."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import ValidationError

from articles.intake import charsets
from articles.intake.html import tree_of
from articles.intake.language import detected
from articles.intake.linked_data import MOST_NAME, MOST_TITLE, Described, described, moment, words
from articles.intake.text import CONTROL, SURROGATE, cleaned
from articles.intake.urls import site

#: Shorter is no report: “Please enable JavaScript”, “Subscribe to read on”.
LEAST_TEXT = 100
#: Characters of JSON that trafilatura is given, which takes their square of time for some; what is
#: longer we have read before. And of a title, or of what the page's head says else.
MOST_JSON, MOST_LABEL = 20_000, 2_000


@dataclass(frozen=True)
class Page:
    """An article as its page has it. `url` is its own address, `publisher` what it calls itself."""

    url: str
    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    language: str = ""
    publisher: str = ""


def page_read(body: bytes, *, url: str, charset: str = "") -> Page:
    """The article on a page of HTML that was fetched from `url`.

    What the page says of itself in JSON-LD goes before what is read from its looks. Raises
    ValidationError `no_article_in_html` or `too_many_elements`.
    """
    # Here, not at the top: trafilatura is large, and only a worker fetches.
    from trafilatura import bare_extraction

    tree = tree_of(charsets.readable(body, charset, charsets.declared(body)))
    if tree is None:
        raise nothing()
    told = described(tree.xpath('//script[contains(@type, "ld+json")]/text()'))
    address = own_address(tree, url)
    cut_costly(tree)
    read: Any = bare_extraction(
        tree, url=url, with_metadata=True, include_comments=False, include_tables=False,
        favor_precision=True,
    )  # fmt: skip
    text = printable(read.text or "").replace("\n", "\n\n") if read else ""
    if len(text) < LEAST_TEXT:
        text = printable(told.text)
    if len(text) < LEAST_TEXT:
        raise nothing()
    page = Page(url=address, text=cleaned(text), language=language(tree, told, text))
    return with_metadata(page, told, tree, read)


def cut_costly(tree: Any) -> None:
    """Cut what trafilatura would look through again and again for titles, authors and dates."""
    for script in tree.xpath('//script[contains(@type, "json")]'):
        if len(script.text or "") > MOST_JSON:
            script.text = ""
    for title in tree.iter("title"):
        title.text = (title.text or "")[:MOST_LABEL]
    for meta in tree.xpath(f"//meta[string-length(@content) > {MOST_LABEL}]"):
        meta.set("content", meta.get("content")[:MOST_LABEL])


def nothing() -> ValidationError:
    return ValidationError("No article was found on this page.", code="no_article_in_html")


def with_metadata(page: Page, told: Described, tree: Any, read: Any) -> Page:
    """`page` with title, authors, date and publisher, as far as they are known."""
    authors = told.authors or tuple((getattr(read, "author", "") or "").split("; "))
    title = told.title or words(getattr(read, "title", ""))
    published = tree.xpath('string(//meta[@property="article:published_time"]/@content)')
    return replace(
        page,
        title=shortened(printable(title), MOST_TITLE),
        authors=tuple(printable(name) for name in authors if 0 < len(name) <= MOST_NAME),
        published_at=told.published_at
        or moment(published)
        or moment(getattr(read, "date", "") or ""),
        publisher=shortened(
            printable(told.publisher or words(getattr(read, "sitename", ""))), MOST_NAME
        ),
    )


def own_address(tree: Any, url: str) -> str:
    """What the page calls its canonical address, if that is a page of the same site; else `url`."""
    given = tree.xpath('string(//link[@rel="canonical"]/@href)').strip()
    try:
        found = urljoin(url, given)
        parts = urlsplit(found)
        same = site(found) == site(url) and parts.port == urlsplit(url).port
    except ValueError:
        return url
    # Some sites name their front page on every page; all their articles would be one.
    page = parts.scheme in ("http", "https") and len(parts.path) > 1 and "@" not in parts.netloc
    return found if same and page else url


def language(tree: Any, told: Described, text: str) -> str:
    """The code that the page names, if its text reads like it; templates often name another."""
    named = (told.language or str(tree.get("lang") or "")).strip().lower().replace("_", "-")
    found = detected(text)
    return named if named.partition("-")[0] == found and len(named) <= 12 else found


def printable(value: str) -> str:
    """Without the characters that no field may hold: nobody can mend somebody else's page."""
    return SURROGATE.sub("", CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))


def shortened(value: str, most: int) -> str:
    return value if len(value) <= most else f"{value[: most - 1]}…"
