"""The dump: by the command, by the worker's clock, and as everybody downloads it."""

import csv
import gzip
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from claims import tasks
from claims.desk import correcting
from claims.desk import verdicts as services
from claims.models import Claimant, Verdict
from claims.publishing.claimreview import claim_review
from tests.factories import AppearanceFactory, ClaimFactory, draft_verdict, published_verdict
from tests.reviews import items

pytestmark = pytest.mark.django_db

JSON_LINES, TABLE, LICENCE = "/dumps/verdicts.jsonl", "/dumps/verdicts.csv", "/dumps/LICENCE.txt"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DUMP_DIR = tmp_path / "of" / "dumps"
    return settings.DUMP_DIR


def text(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.getvalue().decode()


def reviews(client) -> list[dict]:
    return [json.loads(line) for line in text(client, JSON_LINES).splitlines()]


def table(client) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text(client, TABLE))))


def test_the_command_writes_every_published_verdict(client, researcher, editor, capsys, folder):
    verdicts = [published_verdict(researcher, editor) for _ in range(3)]
    services.verdict_retract(verdicts[1], note="Forged.", by=editor)
    draft_verdict(researcher)

    call_command("dump")

    assert "2 verdicts in verdicts.jsonl, verdicts.csv, LICENCE.txt" in capsys.readouterr().out
    published = Verdict.objects.published().order_by("pk")
    assert reviews(client) == [claim_review(verdict) for verdict in published]
    assert [row["url"] for row in table(client)] == [one["url"] for one in reviews(client)]
    assert sorted(path.name for path in folder.iterdir()) == [
        "LICENCE.txt",
        "verdicts.csv",
        "verdicts.jsonl",
    ]


def test_a_row_of_the_table_says_what_the_review_says(client, settings):
    verdict = published_verdict()
    call_command("dump")
    [row] = table(client)
    [review] = reviews(client)
    assert row["claim"] == verdict.claim.text
    assert (row["claimant"], row["claimant_type"]) == (verdict.claim.claimant.name, "Person")
    assert (row["rating"], row["rating_value"], row["best_rating"]) == ("Mostly false", "2", "5")
    assert row["claim_date"] == "2026-05-04"
    assert row["explanation"] == "The harbour log counts four late ferries."
    assert row["published"] == review["datePublished"]
    assert row["evidence"] == "https://harbour.example/log"
    assert row["appearances"] == verdict.claim.appearances.get().article.url
    assert row["expires"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(client, start):
    words = f"{start}HYPERLINK(“https://a.example/”)"
    verdict = published_verdict()
    Verdict.objects.update(title=words, explanation=words)
    Claimant.objects.filter(pk=verdict.claim.claimant_id).update(name=words)
    call_command("dump")
    [row] = table(client)
    assert row["title"] == row["explanation"] == row["claimant"] == f"'{words}"
    assert reviews(client)[0]["name"] == words


def test_other_desks_and_this_one_can_read_the_lines(client):
    published_verdict()
    call_command("dump")
    [item] = items(text(client, JSON_LINES).encode(), name="verdicts.jsonl")
    assert item.error is None
    assert item.reading.rating == "Mostly false"


def test_the_licence_is_the_desks_own(client, settings):
    settings.PUBLISHER = {"name": "Harbour Desk & Sons", "logo": ""}
    call_command("dump")
    assert "No licence has been given: all rights are reserved." in text(client, LICENCE)
    settings.LICENCE = {"name": "CC BY 4.0", "url": "https://licences.example/by/4.0/"}
    call_command("dump")
    told = text(client, LICENCE)
    assert "under this licence: CC BY 4.0, https://licences.example/by/4.0/" in told
    assert "Name Harbour Desk & Sons as their source" in told
    assert "the\n0 verdicts that stood on" in told
    page = text(client, "/dumps/")
    assert 'href="https://licences.example/by/4.0/"' in page
    assert json.loads(text(client, "/claimreview.json"))["license"] == settings.LICENCE["url"]


def test_the_worker_writes_it_every_night_and_when_something_ends(client, editor):
    first = published_verdict(editor=editor)
    tasks.mend_dump()
    assert len(reviews(client)) == 1
    published_verdict(editor=editor)
    Verdict.objects.filter(ended_at__isnull=False).update(ended_at=None)
    tasks.mend_dump()
    assert len(reviews(client)) == 1  # What is new waits for the night.
    tasks.dump()
    assert len(reviews(client)) == 2
    services.verdict_retract(first, note="Forged.", by=editor)
    tasks.mend_dump()
    assert len(reviews(client)) == 1


def test_before_the_first_there_is_a_page_and_no_file(client):
    assert "The first files are being written." in text(client, "/dumps/")
    assert client.get(JSON_LINES).status_code == 404
    published_verdict()
    tasks.mend_dump()
    page = text(client, "/dumps/")
    assert JSON_LINES in page
    assert "The first files are being written." not in page


@pytest.mark.parametrize("name", ["verdicts.sql", "..%2f..%2fsecret_key", ".hidden", "%00"])
def test_no_other_file_is_handed_out(client, folder, name):
    call_command("dump")
    (folder / ".hidden").write_text("secret")
    assert client.get(f"/dumps/{name}").status_code == 404


def test_a_known_file_is_304_until_it_differs(client, researcher, editor):
    published_verdict(researcher, editor)
    call_command("dump")
    first = client.get(JSON_LINES)
    assert first["Access-Control-Allow-Origin"] == "*"
    known = {"If-None-Match": first["ETag"]}
    call_command("dump")
    again = client.get(JSON_LINES, headers=known)
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(JSON_LINES, headers=since).status_code == 304
    published_verdict(researcher, editor)
    call_command("dump")
    assert client.get(JSON_LINES, headers=known).status_code == 200


def test_a_file_is_compressed_for_who_asks(client):
    published_verdict()
    call_command("dump")
    packed = client.get(JSON_LINES, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.getvalue()).decode() == text(client, JSON_LINES)


def test_a_run_that_fails_leaves_the_files_as_they_were(client, folder, monkeypatch):
    published_verdict()
    call_command("dump")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    published_verdict()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("claims.publishing.dumps.os.fsync", full)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("dump")

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_no_draft_is_in_any_file(client, researcher, editor):
    marker = "MARKERPIERHEAD"
    verdict = published_verdict(editor=editor)
    draft = correcting.verdict_correct(verdict, note=marker, by=editor)
    Verdict.objects.filter(pk=draft.pk).update(title=marker, explanation=marker)
    unseen = AppearanceFactory(claim=ClaimFactory(text=f"A {marker}.")).claim
    draft_verdict(researcher, claim=unseen)
    call_command("dump")
    for address in (JSON_LINES, TABLE, LICENCE, "/dumps/"):
        assert marker not in text(client, address)
    assert timezone.now() - verdict.published_at < timedelta(minutes=5)
