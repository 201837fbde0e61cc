"""Pages of newspapers that are not there, for tests of links and feeds."""

import json
from collections.abc import Callable

from tests.serving import Handler

PARAGRAPHS = (
    "Ferries ran late nine times in May, the harbourmaster Ines Vale said on Monday at the pier.",
    "The council will spend 3.2 million crowns on a new pier, said Jonas Teller, the town's mayor.",
    "The unemployment rate in the town fell to 4.1 percent in April, according to the mayor's "
    "office, which had counted 6.3 percent a year before that.",
)


def page(
    *paragraphs: str, title: str = "Ferries ran late", linked: dict | None = None, head: str = ""
) -> bytes:
    """A page of HTML with an article on it; `linked` is what it says in JSON-LD."""
    told = f'<script type="application/ld+json">{json.dumps(linked)}</script>' if linked else ""
    text = "".join(f"<p>{one}</p>" for one in paragraphs or PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"{head}{told}</head><body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>"
        f"{text}</article><footer>Imprint</footer></body></html>"
    ).encode()


def news_article(**fields) -> dict:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Ferries ran late in May",
        "author": [{"@type": "Person", "name": "Mara Quill"}, {"name": "Jonas Teller"}],
        "datePublished": "2026-05-04T12:30:00+02:00",
        "publisher": {"@type": "Organization", "name": "Harbour Herald"},
        "inLanguage": "en-GB",
        **fields,
    }


class Paper:
    """What a site answers, by path; a test changes it while it serves. Without `robots`: 404."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[Handler], None]] = {}

    def __call__(self, asked: Handler) -> None:
        answer = self.pages.get(asked.path)
        if answer:
            answer(asked)
        else:
            asked.send(404, b"nothing here")

    def shows(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer `path` with this from now on; with `etag`, only to who has not got it."""
        headers = {"content_type": "text/html; charset=utf-8", **headers}

        def answer(asked: Handler) -> None:
            tag = headers.get("etag")
            if tag and asked.headers.get("If-None-Match") == tag:
                asked.send(304, etag=tag)
            else:
                asked.send(status, body, **headers)

        self.pages[path] = answer
