"""Importing a file in the admin: a look at its first rows, then a page that tells how it goes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from articles.models import Article, Import, ImportProfile
from tests.articles.files import json_lines, reports, sums, table, work_off
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/import/add/"
ROWS = [
    {"Kop": "Ferries late", "Tekst": "Ferries ran late nine times.", "Dag": "04.05.2026"},
    {"Kop": "Harbour shut", "Tekst": "", "Dag": "05.05.2026"},
]
READ = {"column_title": "Kop", "column_text": "Tekst", "column_published_at": "Dag"}


@pytest.fixture(autouse=True)
def signed_in(client, researcher, settings, tmp_path):
    settings.IMPORTS_DIR = tmp_path / "imports"
    client.force_login(researcher)


@pytest.fixture(autouse=True)
def outlet(db):
    return OutletFactory(name="Harbour Herald", domain="herald.example")


def upload(client, content: bytes, name: str, **fields):
    return client.post(ADD, {"file": SimpleUploadedFile(name, content), **fields}, follow=True)


def page_of(work: Import) -> str:
    return reverse("admin:articles_import_change", args=[work.pk])


def test_a_table_is_looked_at_mapped_saved_as_a_profile_and_imported(client):
    shown = upload(client, table(ROWS, delimiter=";", encoding="utf-16"), "mei.csv")
    work = Import.objects.get()
    assert work.state == "draft"
    page = shown.content.decode()
    assert "Kop, Tekst, Dag" in page
    assert "The text is empty" in page, "no column is called as we call ours"
    assert not Article.objects.exists()

    again = client.post(page_of(work), {**READ, "outlet": "Harbour Herald", "look": "1"})
    assert "is no date" in again.content.decode()
    read = {**READ, "outlet": "Harbour Herald", "date_format": "%d.%m.%Y"}
    page = client.post(page_of(work), {**read, "look": "1"}).content.decode()
    assert "Ferries ran late nine times." in page
    assert "is no date" not in page

    started = client.post(
        page_of(work), {**read, "profile_name": "Weekly list", "start": "1"}, follow=True
    )
    assert "goes on in the background" in started.content.decode()
    assert 'data-going="yes"' in started.content.decode()
    work_off()
    assert sums(work) == (2, 1, 0, 1)
    article = Article.objects.get()
    assert (article.title, article.published_at.day) == ("Ferries late", 4)

    rows = [{**ROWS[0], "Tekst": "Another text."}]
    profile = ImportProfile.objects.get(name="Weekly list")
    page = upload(client, table(rows), "juni.csv", profile=profile.pk).content.decode()
    assert "Another text." in page
    client.post(page_of(Import.objects.latest("id")), {**read, "start": "1"})
    work_off()
    assert Article.objects.count() == 2


def test_the_page_tells_progress_and_failed_rows(client):
    rows = reports(3)
    rows[1]["outlet"] = "<script>alert(1)</script>"
    upload(client, json_lines(rows), "may.jsonl")
    work = Import.objects.get()
    client.post(page_of(work), {"start": "1"})
    state = reverse("admin:articles_import_state", args=[work.pk])
    assert client.get(state).json()["state"] == "queued"
    work_off()
    answer = client.get(state).json()
    assert (answer["state"], answer["share"]) == ("finished", 1.0)
    facts = answer["facts"]
    assert [facts[n] for n in ("read", "created", "known", "failed", "extracted")] == [
        "3",
        "2",
        "0",
        "1",
        "0 of 2",
    ]
    page = client.get(page_of(work)).content.decode()
    assert "unknown_outlet" in page
    assert "<script>alert" not in page
    assert "Import finished" in page
    Article.objects.filter(title="Report 0").update(state="extracted")
    assert client.get(state).json()["facts"]["extracted"] == "1 of 2"
    failed = client.get(reverse("admin:articles_import_failed", args=[work.pk]))
    assert b"".join(failed.streaming_content).count(b"\n") == 1


def test_pause_go_on_and_cancel_by_their_buttons(client):
    upload(client, json_lines(reports(3)), "may.jsonl")
    work = Import.objects.get()
    client.post(page_of(work), {"start": "1"})
    move = reverse("admin:articles_import_move", args=[work.pk])
    client.post(move, {"move": "pause"})
    work_off()
    assert sums(work) == (0, 0, 0, 0)
    assert "Go on" in client.get(page_of(work)).content.decode()
    client.post(move, {"move": "resume"})
    work_off()
    assert sums(work) == (3, 3, 0, 0)
    client.post(move, {"move": "cancel"})
    work.refresh_from_db()
    assert work.state == "finished"


def test_a_file_that_cannot_be_read_is_told_on_the_form(client):
    answer = upload(client, b"%PDF-1.7", "report.pdf")
    assert answer.status_code == 422
    assert "no reader for" in answer.content.decode()
    assert not Import.objects.exists()


def test_a_file_that_was_imported_before_is_told(client):
    for _ in range(2):
        shown = upload(client, json_lines(reports(1)), "may.jsonl")
        client.post(page_of(Import.objects.latest("id")), {"start": "1"})
        work_off()
    assert "was imported before" in shown.content.decode()
    assert Article.objects.count() == 1


def test_a_draft_is_dropped_with_its_file(client, settings):
    upload(client, json_lines(reports(1)), "may.jsonl")
    move = reverse("admin:articles_import_move", args=[Import.objects.get().pk])
    page = client.post(move, {"move": "cancel"}, follow=True).content.decode()
    assert "Cancelled" in page


def test_a_column_chosen_as_none_is_not_guessed(client):
    rows = [{"title": "One", "text": "It closed.", "url": "https://herald.example/1"}]
    upload(client, table(rows), "a.csv")
    work = Import.objects.get()
    client.post(
        page_of(work),
        {"column_title": "title", "column_text": "text", "outlet": "Harbour Herald", "start": "1"},
    )
    work_off()
    assert Article.objects.get().url == ""


def test_who_may_not_import_cannot_fill_the_disk(client, settings, reader):
    """The form's token is looked for in the form, before anybody is asked who they are."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    strict = Client(enforce_csrf_checks=True)
    strict.get("/admin/login/")  # For the cookie, without which the form is not even read.
    sent = {"file": SimpleUploadedFile("a.csv", b"x" * 2_000_000)}
    assert strict.post(ADD, sent).status_code == 400
    strict.force_login(reader)
    sent["file"].seek(0)
    assert strict.post(ADD, sent).status_code == 400
    assert upload(client, b"text,title\n" + b"x" * 2_000_000, "a.csv").status_code == 200
