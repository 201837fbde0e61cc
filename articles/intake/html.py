"""The article in a page's HTML."""

from collections.abc import Mapping
from typing import Any, NoReturn

from django.core.exceptions import ValidationError

#: Reading takes a millisecond for each, or less; the longest live blogs have some ten thousand.
MOST_ELEMENTS = 50_000
#: Of one element. Each is compared with all the others, more than once.
MOST_ATTRIBUTES = 1_000
#: Characters of a document type.
MOST_TYPE = 2_000
PIECE = 1 << 16


class Counter:
    """Counts what lxml reads of a page before any of it is kept."""

    def __init__(self) -> None:
        self.elements = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            refuse(f"The page has more than {MOST_ELEMENTS:,} elements.")
        if len(attributes) > MOST_ATTRIBUTES:
            refuse(f"An element of the page has more than {MOST_ATTRIBUTES:,} attributes.")

    def end(self, _tag: str) -> None:
        return

    def close(self) -> None:
        return


def refuse(message: str) -> NoReturn:
    raise ValidationError(f"{message} Send its text as `text`.", code="too_many_elements")


def tree_of(html: str) -> Any:
    """The elements of a page; None where it is none.

    Raises ValidationError `too_many_elements`.
    """
    # Here, not at the top: trafilatura is large and few requests bring HTML.
    from trafilatura import load_html

    check_elements(html)
    return load_html(without_long_type(html))


def without_long_type(html: str) -> str:
    """trafilatura looks for its end from each of its characters."""
    long = "doctype" in html[:50].lower() and ">" not in html[:MOST_TYPE]
    return html.partition(">")[2] if long else html


def check_elements(html: str) -> None:
    from lxml.etree import HTMLParser, LxmlError

    parser = HTMLParser(target=Counter(), huge_tree=True)
    try:
        for start in range(0, len(html), PIECE):
            parser.feed(html[start : start + PIECE])
        parser.close()
    except (LxmlError, ValueError):
        return  # No page; who reads it says so.


def main_text(html: str) -> str:
    """Title, main text and nothing else of a page, paragraphs parted by empty lines.

    Raises ValidationError `no_article_in_html` when the page holds none, or as `tree_of`.
    """
    from trafilatura import extract

    tree = tree_of(html)
    text = tree is not None and extract(
        tree, include_comments=False, include_tables=False, favor_precision=True
    )
    if not text:
        raise ValidationError(
            "No article was found in the HTML. Send its text as `text`.",
            code="no_article_in_html",
        )
    return text.replace("\n", "\n\n")
