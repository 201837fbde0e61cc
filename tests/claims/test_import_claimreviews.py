"""`manage.py import_claimreviews`: every item is stored, recognised, or told what is wrong."""

import gzip
import io
import json
import os
import re
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Event
from claims.models import ExternalVerdict, Wording
from tests.conftest import ROOT, database_url
from tests.reviews import feed, review

pytestmark = pytest.mark.django_db

COUNTS = ("created", "updated", "known", "skipped", "failed")


@pytest.fixture
def stored(tmp_path):
    """Write a file, import it, and answer its counts."""

    def run(content, *options: str, name: str = "reviews.json") -> dict[str, int]:
        path = tmp_path / name
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = io.StringIO()
        try:
            call_command("import_claimreviews", str(path), *options, stdout=out)
        finally:
            run.said = out.getvalue()
        return counts(run.said)

    run.failed = tmp_path / "reviews.json.failed.jsonl"
    return run


def counts(said: str) -> dict[str, int]:
    """What a run says, without the zeros."""
    found = {name: int(count) for count, name in re.findall(r"(\d+) (\w+)[,\s]", said)}
    assert tuple(found) == COUNTS
    return {name: count for name, count in found.items() if count}


def failures(stored) -> list[tuple[int, str, str]]:
    """(item, field, code) of all that failed."""
    lines = [json.loads(line) for line in stored.failed.read_text().splitlines()]
    return [(one["item"], e["field"], e["code"]) for one in lines for e in one["errors"]]


def only() -> ExternalVerdict:
    return ExternalVerdict.objects.get()


# --- What is stored, and what a second run changes --------------------------------------------


def test_a_feed_is_stored_as_its_publishers_word_it(stored):
    assert stored(feed([review(1), review(2)], [review(3)], None)) == {"created": 3, "skipped": 1}

    one = ExternalVerdict.objects.get(url="https://www.checkers.example/ferries/1")
    assert (one.publisher, one.site) == ("Tidewater Checkers", "checkers.example")
    assert one.claim_reviewed == "Ferries were late 1 times in May."
    assert (one.title, one.claimant) == ("Were the ferries late?", "Mara Quill")
    assert (str(one.claimed_on), str(one.reviewed_on)) == ("2026-05-04", "2026-05-06")
    assert (one.rating, one.rating_value) == ("Misleading", 2)
    assert (one.worst_rating, one.best_rating) == (1, 5)
    assert one.data == review(1)


def test_the_same_file_again_changes_nothing(stored):
    content = feed([review(1)], [review(2, extra=[1e23, 0.1, 10**30, "\ud83d\ude00"])])
    stored(content)
    before = list(ExternalVerdict.objects.values())
    happened = Event.objects.count()

    assert stored(content) == {"known": 2}
    assert list(ExternalVerdict.objects.values()) == before
    assert Event.objects.count() == happened


def test_an_update_keeps_the_row_and_tells_what_changed(stored):
    stored(review())
    before = only()
    rating = {"@type": "Rating", "alternateName": "False"}

    changed = review(reviewRating=rating, claimReviewed="FERRIES were late  1 times in May.")
    assert stored([changed, review(2)]) == {"created": 1, "updated": 1}

    after = ExternalVerdict.objects.get(pk=before.pk)
    assert (after.uid, after.created_at) == (before.uid, before.created_at)
    assert after.updated_at > before.updated_at
    assert (after.rating, after.rating_value) == ("False", None)
    event = Event.objects.get(kind="external.changed")
    assert (event.subject_id, event.before["rating"]) == (before.pk, "Misleading")
    assert (event.after["rating"], "publisher" in event.after) == ("False", False)
    told = Event.objects.filter(kind="external.imported").first()
    assert told.after == {"created": 1, "updated": 1}


def test_several_claims_on_one_page_and_one_claim_told_twice(stored):
    page = "https://checkers.example/round-up"
    several = [review(n, url=page) for n in (1, 2)]
    twice = review(1, url=page, name="Told again")
    content = [*several, twice]

    assert stored(content) == {"created": 2, "known": 1}
    assert {one.title for one in ExternalVerdict.objects.all()} == {"Were the ferries late?"}
    assert stored(content) == {"known": 3}


def test_what_is_stored_can_be_recognised(stored):
    stored([review(1), review(2)])
    one = ExternalVerdict.objects.get(url="https://www.checkers.example/ferries/1")
    texts = {row.kind: row.text for row in one.wordings.all()}
    assert texts == {"claim": one.claim_reviewed, "title": one.title}
    assert one.matched_at is None
    ExternalVerdict.objects.update(matched_at=timezone.now())

    # What is said of it changed, and for the other how it is said.
    rating = {"@type": "Rating", "alternateName": "False"}
    stored([review(1, reviewRating=rating), review(2, name="How late?")])

    waiting = ExternalVerdict.objects.get(matched_at=None)
    assert waiting.url == "https://www.checkers.example/ferries/2"
    assert waiting.wordings.get(kind="title").text == "How late?"


def test_two_imports_at_once_store_each_verdict_once(transactional_db, tmp_path):
    path = tmp_path / "reviews.json"
    path.write_text(json.dumps([review(n) for n in range(600)]))
    command = [sys.executable, "manage.py", "import_claimreviews", str(path)]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    both = [subprocess.Popen(command, cwd=ROOT, env=environment) for _ in range(2)]

    assert [one.wait() for one in both] == [0, 0]
    assert ExternalVerdict.objects.count() == 600
    assert Wording.objects.count() == 2 * 600


def test_our_own_verdicts_are_left_out(stored, settings):
    settings.PUBLIC_URL = "https://desk.example:8443"
    ours = [review(1, url="https://www.desk.example/claims/a/"), review(2)]

    assert stored(ours) == {"created": 1, "skipped": 1}
    assert only().site == "checkers.example"


def test_a_dry_run_tells_and_stores_nothing(stored):
    assert stored([review(1), review(2), {"@type": "ClaimReview"}], "--dry-run") == {
        "created": 2,
        "failed": 1,
    }
    assert "nothing was stored" in stored.said
    assert failures(stored) == [(3, "url", "url_required")]
    assert not ExternalVerdict.objects.exists()
    assert not Event.objects.exists()


# --- The forms that files have ----------------------------------------------------------------


def prefixed(value):
    """As some sites write it: every name with the vocabulary before it."""
    if isinstance(value, list):
        return [prefixed(one) for one in value]
    if not isinstance(value, dict):
        return value
    named = {
        name if name.startswith("@") else f"schema:{name}": prefixed(one)
        for name, one in value.items()
    }
    return named | {"@type": f"http://schema.org/{value['@type']}"} if "@type" in value else named


FORMS = {
    "object": review(),
    "list": [review()],
    "graph": {"@context": "https://schema.org", "@graph": [review()]},
    "feed": feed([review()]),
    "feed of single items": feed(review()),
    "several types": review(**{"@type": ["Review", "schema:ClaimReview"]}),
    "prefixed": prefixed(review()),
    "prefixed feed": prefixed(feed([review()])),
    "full names": json.loads(json.dumps(review()).replace('"url', '"https://schema.org/url')),
    "inside an article": {"@type": "NewsArticle", "review": [review()]},
    "one after another": f"{json.dumps(review(), indent=2)}\n\n",
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(review()).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(stored, form):
    assert stored(FORMS[form]) == {"created": 1}
    assert only().claim_reviewed == "Ferries were late 1 times in May."
    assert (only().claimant, only().rating_value) == ("Mara Quill", 2)


@pytest.mark.parametrize("name", ["reviews.json", "reviews.jsonl", "reviews.ndjson.gz", "reviews"])
def test_json_lines_are_told_by_name_or_content(stored, name):
    lines = f"{json.dumps(review(1))}\n\n{json.dumps(feed([review(2)]))}".encode()
    content = gzip.compress(lines) if name.endswith("gz") else lines

    assert stored(content, name=name) == {"created": 2}


def test_a_bad_line_harms_no_other(stored):
    lines = [json.dumps(review(1)), '{"@type": "ClaimReview", "x": "', "7", json.dumps(review(2))]

    assert stored("\n".join(lines)) == {"created": 2, "failed": 2}
    assert failures(stored) == [(2, "", "malformed_json"), (3, "", "not_an_object")]


def test_a_bad_element_of_a_feed_harms_no_other(stored):
    whole = json.dumps(feed([review(1)], [review(2)], [review(3)], [review(4)])).encode()
    broken = whole.replace(b'late 2 times in May."', b'late 2 times in May.",, nope')
    broken = broken.replace(b"late 3", b"l\xe4te 3")

    assert stored(broken) == {"created": 2, "failed": 2}
    assert failures(stored) == [(2, "", "malformed_json"), (3, "", "invalid_utf8")]


def test_a_page_with_its_scripts(stored):
    graph = {"@graph": [{"@type": "WebPage"}, review(2, url="?claim=2"), review(3)]}
    del graph["@graph"][2]["url"]
    page = f"""<!doctype html><html><head><title>1 < 2</title>
      <link rel="stylesheet canonical" href="https://checkers.example/page">
      <script type="application/ld+json"><!-- {json.dumps(review(1))} --></script>
      <script>var not = {{"@type": "ClaimReview"}}</script>
      <script type='APPLICATION/LD+JSON; charset=utf-8'>{json.dumps(graph)}</script>
      <script type="application/ld+json">{{"cut</script>
      <script type="application/ld+json">{{"@type": "Person", "name": "Über
      uns"}}</script>"""

    assert stored(page.encode("cp1252"), name="page.htm") == {
        "created": 3,
        "skipped": 1,
        "failed": 1,
    }
    assert set(ExternalVerdict.objects.values_list("url", flat=True)) == {
        "https://www.checkers.example/ferries/1",
        "https://checkers.example/page?claim=2",
        "https://checkers.example/page",
    }


def test_standard_input(db, transactional_db):
    done = subprocess.run(
        [sys.executable, "manage.py", "import_claimreviews", "-"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url()},
        input=gzip.compress(json.dumps([review(1), review(2)]).encode()),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "-: 2 created, 0 updated, 0 known, 0 skipped, 0 failed" in done.stdout.decode()
    assert ExternalVerdict.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (json.dumps(feed([review(1)], [review(2)]))[:-200].encode(), "reviews.json"),
        (gzip.compress(json.dumps(feed([review(1)], [review(2)])).encode())[:-12], "reviews.json"),
    ],
)
def test_of_a_file_that_breaks_off_what_came_before_is_stored(stored, content, name):
    with pytest.raises(CommandError, match="breaks off"):
        stored(content, name=name)
    assert "1 failed" in stored.said
    assert failures(stored)[-1][2] == "broken_off"
    assert counts(stored.said).get("created", 0) == ExternalVerdict.objects.count()


@pytest.mark.parametrize("path", ["nowhere.json", "."])
def test_a_path_that_is_no_file_is_refused(path):
    with pytest.raises(CommandError, match="no such file"):
        call_command("import_claimreviews", path)
