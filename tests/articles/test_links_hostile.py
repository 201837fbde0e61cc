"""Pages made to do harm: each is refused or read as far as it is sound.

Nothing is timed here: what would take minutes or gigabytes, read as it stands, would show.
"""

import gzip
import json

import pytest
from django.core.exceptions import ValidationError

from articles.intake.pages import page_read
from articles.linking.models import Link
from articles.linking.tasks import fetch_links
from articles.models import Article
from tests.articles.giving import give
from tests.papers import PARAGRAPHS, page
from tests.serving import Handler

MB = 1_000_000
TEXT = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
HEAD = "<!DOCTYPE html><html><head><title>Ferries</title></head><body><article>"


def read(html: str) -> str:
    return page_read(html.encode(), url="https://a.example/ferries").text


@pytest.mark.parametrize(
    "html",
    [
        HEAD + "<div>" * MB + TEXT,
        HEAD + "<p>x" * MB + TEXT,
        f"{HEAD}<p {' '.join(f'a{n}=1' for n in range(400_000))}>{TEXT}",
    ],
    ids=["deep", "wide", "attributes"],
)
def test_a_page_of_too_much(html):
    with pytest.raises(ValidationError) as caught:
        read(html)
    assert caught.value.code == "too_many_elements"


def linked(value: str) -> str:
    return page(head=f'<script type="application/ld+json">{value}</script>').decode()


@pytest.mark.parametrize(
    "html",
    [
        linked("[" * MB + "]" * MB),
        linked(f"[{'[],' * 300_000}0]"),
        linked(json.dumps({"@type": "Article", "articleBody": "<" * 4 * MB})),
        linked(json.dumps({"@type": "Article", "headline": "<x" * 2 * MB})),
        linked('{"author": ' + '"person" "name ' * 200_000),
        linked("9" * MB),
        page(title="- " * MB).decode().replace("<h1>" + "- " * MB + "</h1>", ""),
        page(head=f'<meta name="author" content="{"a@" * MB}">').decode(),
        f"<!DOCTYPE {'/' * MB}>{HEAD}{TEXT}",
        "\0" * MB + HEAD + TEXT,
    ],
    ids=["nested", "lists", "body", "headline", "broken", "number", "title", "meta", "type", "nul"],
)
def test_what_surrounds_an_article_spoils_it_not(html):
    assert PARAGRAPHS[0] in read(html)


def endless(asked: Handler) -> None:
    asked.send_response(200)
    asked.send_header("Content-Type", "text/html")
    asked.end_headers()
    asked.go_on(b"<p>Ferries ran late." * 1000)


HOSTILE = {
    "without end": (endless, "too_large"),
    "a bomb": (
        lambda asked: asked.send(
            200, gzip.compress(bytes(100 * MB)), content_type="text/html", content_encoding="gzip"
        ),
        "too_large",
    ),
    "too deep": (
        lambda asked: asked.send(200, b"<div>" * MB, content_type="text/html"),
        "too_many_elements",
    ),
    "in circles": (lambda asked: asked.send(302, location=asked.path), "too_many_redirects"),
    "inside": (lambda asked: asked.send(302, location="http://[::ffff:10.0.0.1]/"), "not_public"),
    "a film": (lambda asked: asked.send(200, b"x", content_type="video/mp4"), "wrong_type"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_fails_and_the_next_link_is_fetched(site, paper, researcher, name):
    paper.pages["/hostile"], code = HOSTILE[name]
    paper.shows("/good", page())
    give(researcher, f"{site.url}/hostile", f"{site.url}/good")
    fetch_links()
    fetch_links()
    hostile = Link.objects.get(url__endswith="/hostile")
    assert (hostile.state, hostile.code, hostile.lease) == ("failed", code, None)
    assert hostile.message
    assert PARAGRAPHS[0] in Article.objects.get().text
