"""The main job without a browser: through the API with keys, and from the command line."""

import io
import json
import time
import urllib.request

import pytest
from django.core.management import call_command

from articles.models import Article
from tests.conftest import wait_until
from tests.factories import OutletFactory, api_key, rating_scale, user_in

TEXT = (
    "HARLOW BAY - The city closed 14 of its 40 libraries between 2019 and 2025, "
    "Mayor Mara Quill said on Monday.\n\n“Ridership doubled,” she added.\n"
)


class Client:
    """A program with a key, or with none."""

    def __init__(self, desk: str, user=None) -> None:
        self.desk = desk
        self.headers = {"Content-Type": "application/json"}
        if user:
            self.headers["Authorization"] = f"Token {api_key(user)}"

    def __call__(self, method: str, path: str, body: dict | None = None) -> dict:
        url = path if path.startswith("http") else f"{self.desk}/api/v1/{path}"
        data = json.dumps(body or {}).encode() if method != "GET" else None
        request = urllib.request.Request(url, data=data, headers=self.headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


@pytest.fixture
def clients(desk):
    OutletFactory(name="Harbour Herald", domain="herald.example")
    rating_scale()
    return Client(desk, user_in("researcher")), Client(desk, user_in("editor")), Client(desk)


def extracted(client: Client, article_id: str) -> list[dict]:
    deadline = time.monotonic() + 45
    while client("GET", f"articles/{article_id}/")["extraction"]["state"] != "extracted":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    found = client("GET", f"articles/{article_id}/appearances/")
    return found["results"] if isinstance(found, dict) else found


def rate_and_publish(researcher: Client, editor: Client, claim_id: str) -> str:
    researcher("POST", f"claims/{claim_id}/take/")
    verdict = researcher("GET", f"claims/{claim_id}/")["open_verdict"]["id"]
    words = {"rating": "true", "explanation": "The register says so.", "title": "14 of 40?"}
    researcher("PATCH", f"verdicts/{verdict}/", words)
    source = {"url": "https://register.example/", "stance": "supports", "quotation": "26 are open."}
    researcher("POST", f"verdicts/{verdict}/evidence/", source)
    researcher("POST", f"verdicts/{verdict}/submit/")
    editor("POST", f"verdicts/{verdict}/approve/")
    editor("POST", f"verdicts/{verdict}/publish/")
    return verdict


def test_through_the_api(desk, clients):
    researcher, editor, anyone = clients
    article = researcher(
        "POST",
        "articles/",
        {"text": TEXT, "title": "Libraries", "url": "https://herald.example/l"},
    )
    assert article["extraction"]["state"] == "pending"
    [libraries] = [a for a in extracted(researcher, article["id"]) if "14 of its 40" in a["text"]]
    verdict = rate_and_publish(researcher, editor, libraries["claim"]["id"])

    [published] = anyone("GET", "verdicts/")["results"]
    assert (published["id"], published["rating"]["slug"]) == (verdict, "true")
    [carried] = [a for a in extracted(researcher, article["id"]) if "14 of its 40" in a["text"]]
    assert carried["verdict"]["id"] == verdict
    [item] = anyone("GET", f"{desk}/claimreview.json")["dataFeedElement"]
    assert item["item"][0]["itemReviewed"]["author"]["name"] == "Mara Quill"


def test_from_the_command_line(desk, clients, tmp_path):
    researcher, editor, anyone = clients
    report = tmp_path / "report.txt"
    report.write_text(f"Libraries\n\n{TEXT}")
    out = io.StringIO()
    call_command("import_articles", str(report), "--outlet", "Harbour Herald", stdout=out)
    assert "1 created, 0 duplicate, 0 failed" in out.getvalue()
    article = Article.objects.get()
    wait_until(lambda: Article.objects.filter(state=Article.State.EXTRACTED).exists())
    rate_and_publish(researcher, editor, str(article.appearances.first().claim.uid))
    assert len(anyone("GET", "verdicts/")["results"]) == 1
