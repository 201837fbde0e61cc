"""The article in a page's HTML."""

from typing import Any

from django.core.exceptions import ValidationError

#: Reading takes a millisecond for each, or less; the longest live blogs have some ten thousand.
MOST_ELEMENTS = 50_000


def tree_of(html: str) -> Any:
    """The elements of a page; None where it is none.

    Raises ValidationError `too_many_elements`.
    """
    # Here, not at the top: trafilatura is large and few requests bring HTML.
    from trafilatura import load_html

    tree = load_html(html)
    if tree is not None and sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        message = f"The page has more than {MOST_ELEMENTS:,} elements. Send its text as `text`."
        raise ValidationError(message, code="too_many_elements")
    return tree


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
