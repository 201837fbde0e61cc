"""The article in a page's HTML."""

from django.core.exceptions import ValidationError


def main_text(html: str) -> str:
    """Title, main text and nothing else of a page, paragraphs parted by empty lines.

    Raises ValidationError `no_article_in_html` when the page holds none.
    """
    # Here, not at the top: trafilatura is large and few requests bring HTML.
    from trafilatura import extract

    text = extract(html, include_comments=False, include_tables=False, favor_precision=True)
    if not text:
        raise ValidationError(
            "No article was found in the HTML. Send its text as `text`.",
            code="no_article_in_html",
        )
    return text.replace("\n", "\n\n")
