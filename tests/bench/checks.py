"""How long `POST /api/v1/check/` takes for a sentence and for a text of 500 words, in-process.

Among 2,000 claims of the desk, half of them with a published verdict, and 2,000 of other desks.
"""

import statistics
import time
from itertools import islice

from django.test import Client
from django.utils import timezone

from claims.desk.embedding import wordings_embed, wordings_of_new_claims
from claims.desk.wordings import wordings_of_externals_write
from claims.models import Claim, Rating, Verdict
from claims.models.claims import slug_of
from config.settings import BASE_DIR
from tests import factories
from tests.bench.sentences import sentences

KNOWN = 2_000
WORDS = 500
RUNS = 9
SENTENCE = "Nurses in Denyarwes lost 65 percent of its members between 2018 and 2024."


def report() -> None:
    write(KNOWN)
    text = news(WORDS)
    client = Client()
    first = timed(client, SENTENCE)[0]
    print(f"check: {KNOWN} claims and {KNOWN} of other desks, median of {RUNS}, milliseconds")
    print(f"  the first, which loads the models  {first:7.0f}")
    for name, asked in (("one sentence", SENTENCE), (f"{WORDS} words of news", text)):
        runs = [timed(client, asked) for _run in range(RUNS)]
        spent = statistics.median(milliseconds for milliseconds, _claims in runs)
        print(f"  {name:<34} {spent:7.0f}, {runs[0][1]} claims")


def news(words: int) -> str:
    """Paragraphs of the seeds' articles up to so many words."""
    paths = sorted((BASE_DIR / "seeds" / "articles").glob("*.txt"))
    taken, count = [], 0
    for paragraph in (p for path in paths for p in path.read_text().split("\n\n")):
        taken.append(paragraph)
        count += len(paragraph.split())
        if count >= words:
            break
    return "\n\n".join(taken)


def timed(client: Client, text: str) -> tuple[float, int]:
    """Milliseconds, and how many claims were in it."""
    start = time.perf_counter()
    response = client.post("/api/v1/check/", {"text": text}, content_type="application/json")
    spent = (time.perf_counter() - start) * 1000
    assert response.status_code == 200, response.content
    return spent, len(response.json()["claims"])


def write(count: int) -> None:
    """Claims and other desks' verdicts, embedded, in as few statements as may be."""
    texts = [text for text, _place in sentences(2 * count, seed=1)]
    claims = Claim.objects.bulk_create(claim(text) for text in texts[:count])
    wordings_of_new_claims(claims)
    author, editor = factories.user_in("researcher"), factories.user_in("editor")
    factories.rating_scale()
    shared = {
        "state": "published",
        "rating": Rating.objects.get(slug="mostly-false"),
        "explanation": "The log says so.",
        "author": author,
        "approved_by": editor,
        "published_at": timezone.now(),
    }
    published = islice(claims, count // 2)
    Verdict.objects.bulk_create(Verdict(claim=one, **shared) for one in published)
    others = [factories.ExternalVerdictFactory(claim_reviewed=text) for text in texts[count:]]
    wordings_of_externals_write(others)
    while wordings_embed():
        pass


def claim(text: str) -> Claim:
    one = Claim(text=text, language="en", status="published")
    one.slug = slug_of(text, one.uid)
    return one
