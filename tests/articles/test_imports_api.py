"""`/api/v1/imports/`: files in, progress, failed rows, pause, resume and cancel."""

import gzip
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.events import Event
from articles.importing import turns
from articles.importing.mending import WRITERS
from articles.importing.models import Import, ImportProfile
from articles.importing.turns import Turn, import_take
from articles.models import Article
from articles.tasks import sweep_imports
from tests.articles.files import archive, json_lines, reports, sums, table, work_off
from tests.asking import client_of, errors, refusal
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/imports/"


@pytest.fixture(autouse=True)
def imports_dir(settings, tmp_path):
    settings.IMPORTS_DIR = tmp_path / "imports"
    return settings.IMPORTS_DIR


@pytest.fixture
def outlet(db):
    return OutletFactory(name="Harbour Herald", domain="herald.example")


@pytest.fixture
def client(researcher):
    return client_of(researcher)


def send(client, content: bytes, name: str, **options):
    file = SimpleUploadedFile(name, content)
    return client.post(URL, {"file": file, **options}, format="multipart")


def imported(client, content: bytes, name: str = "reports.jsonl", **options) -> dict:
    """The import of a file as the API tells of it once workers are done."""
    answer = send(client, content, name, **options)
    assert answer.status_code == 202, answer.content
    work_off()
    return client.get(answer["Location"]).json()


def codes(client, found: dict) -> list[tuple[int, str, str]]:
    rows = client.get(f"{URL}{found['id']}/errors/").json()["results"]
    return [(row["row"], e["field"], e["code"]) for row in rows for e in row["errors"]]


def failed_file(client, found: dict) -> bytes:
    answer = client.get(f"{URL}{found['id']}/failed/")
    assert answer["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content)


def test_a_file_is_kept_and_a_worker_imports_it(
    client, outlet, imports_dir, django_capture_on_commit_callbacks
):
    answer = send(client, json_lines(reports(3)), "reports.jsonl")
    assert answer.status_code == 202
    waiting = answer.json()
    assert (waiting["state"], waiting["rows_read"]) == ("queued", 0)
    assert not Article.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        work_off()
    found = client.get(answer["Location"]).json()
    assert found["state"] == "finished"
    assert [found[n] for n in ("rows_read", "created", "known", "failed")] == [3, 3, 0, 0]
    assert (found["done"], found["extracted"], found["format"]) == (1.0, 0, "jsonl")
    article = Article.objects.get(title="Report 1")
    assert (article.outlet, article.state, article.intake) == (outlet, "pending", "file")
    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["import.started", *["article.stored"] * 3, "import.finished"]
    assert not list(imports_dir.iterdir()), "nobody reads the upload again"


def test_a_file_may_be_the_body_with_its_options_in_the_url(client, outlet):
    rows = [{"title": "One", "text": "Ferries ran late, she said."}]
    answer = client.generic(
        "POST", f"{URL}?name=r.csv&outlet=Harbour%20Herald", table(rows), "text/csv"
    )
    assert answer.status_code == 202, answer.content
    work_off()
    assert Article.objects.get().title == "One"


def test_a_body_without_a_name_is_told_by_its_type(client, outlet):
    answer = client.generic("POST", URL, json_lines(reports(2)), "application/x-ndjson")
    assert answer.json()["format"] == "jsonl"
    work_off()
    assert Article.objects.count() == 2


def test_the_same_file_twice_creates_nothing(client, outlet):
    content = json_lines(reports(5))
    imported(client, content)
    again = imported(client, content)
    assert [again[n] for n in ("rows_read", "created", "known", "failed")] == [5, 0, 5, 0]
    assert Article.objects.count() == 5
    assert Event.objects.filter(kind="article.stored").count() == 5


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "empty.csv", "empty_file"),
        (b"%PDF-1.7", "report.pdf", "unknown_format"),
        (b"PK no more", "broken.zip", "bad_archive"),
        (b"\n\n", "blank.csv", "empty_file"),
        (("column," * 2000).encode(), "wide.csv", "too_many_columns"),
        (gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), "twice.jsonl.gz", "nested_archive"),
        (b"text,title\nA,B\n", "strange.csv", "unknown_column"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_once(client, imports_dir, content, name, code):
    options = {"columns": '{"text": "Body"}'} if code == "unknown_column" else {}
    answer = send(client, content, name, **options)
    assert errors(answer) == (400, [(None, code)])
    assert not Import.objects.exists()
    assert not list(imports_dir.glob("*")), "the upload is dropped"


def test_a_file_too_large_is_refused_before_it_is_read(client, settings):
    settings.IMPORT_MAX_BYTES = 10
    assert refusal(client.generic("POST", URL, b"x" * 1_000_100, "text/csv"))[0] == 413
    assert errors(client.generic("POST", URL, b"x" * 11, "text/csv")) == (
        400,
        [(None, "file_too_large")],
    )


def test_what_is_refused_leaves_no_file(client, outlet, imports_dir):
    body = table([{"title": "One", "text": "It closed.", "a\0b": "x"}])
    assert client.generic("POST", f"{URL}?name=a%01.csv", body, "text/csv").status_code == 400
    assert not list(imports_dir.iterdir())
    assert imported(client, body, "nul.csv", outlet="Harbour Herald")["created"] == 1
    assert Import.objects.get().header == ["title", "text", "ab"]


def test_options_that_make_no_sense_are_told(client):
    content = json_lines(reports(1))
    for options, expected in (
        ({"columns": "[1]"}, ("columns", "invalid_columns")),
        ({"columns": '{"body": "x"}'}, ("columns", "invalid_columns")),
        ({"format": "docx"}, ("format", "invalid_choice")),
        ({"profile": "nobody's"}, ("profile", "unknown_profile")),
        ({"profile": "nul \0"}, ("profile", "null_characters_not_allowed")),
        ({"outlet": "nul \0"}, ("outlet", "control_characters")),
        ({"date_format": "nul \0"}, ("date_format", "control_characters")),
        ({"columns": '{"text": "a\\u0000"}'}, ("columns", "control_characters")),
        ({"columns": '{"text": "\\ud800"}'}, ("columns", "control_characters")),
        ({"delimiter": '"'}, ("delimiter", "invalid_delimiter")),
        ({"delimiter": "\n"}, ("delimiter", "invalid_delimiter")),
    ):
        assert errors(send(client, content, "r.jsonl", **options)) == (400, [expected])
    assert refusal(client.post(URL, {"format": "csv"}, format="multipart")) == (400, "no_file")


def test_columns_are_found_by_their_usual_names_or_named(client, outlet):
    rows = [{"Headline": "One", "Body": "Ferries ran late.", "Pub Date": "04.05.2026", "X": "y"}]
    first = imported(
        client,
        table(rows, delimiter=";", encoding="cp1252"),
        "a.csv",
        outlet="herald.example",
        date_format="%d.%m.%Y",
    )
    assert first["created"] == 1, codes(client, first)
    article = Article.objects.get()
    assert (article.title, article.text) == ("One", "Ferries ran late.")
    assert article.published_at.isoformat() == "2026-05-04T00:00:00+00:00"
    ImportProfile.objects.create(
        name="Agency", options={"columns": {"text": "X", "title": "Body"}, "outlet": outlet.name}
    )
    imported(client, table(rows), "b.csv", profile="agency", date_format="%d.%m.%Y")
    assert Article.objects.get(text="y").title == "Ferries ran late."


def test_failed_rows_come_back_in_their_format_are_mended_and_imported(client, outlet):
    rows = reports(4)
    rows[1]["text"] = ""
    rows[2]["outlet"] = "=Nobody's News"
    found = imported(client, table(rows), "reports.csv")
    assert [found[n] for n in ("rows_read", "created", "known", "failed")] == [4, 2, 0, 2]
    assert codes(client, found) == [(2, "text", "empty_text"), (3, "outlet", "unknown_outlet")]

    returned = failed_file(client, found).decode("utf-8-sig")
    lines = returned.splitlines()
    assert lines[0] == "title,text,outlet,import_row,import_problem"
    assert "'=Nobody's News" in lines[2], "no spreadsheet takes it for a formula"
    again = imported(client, returned.encode(), "reports.failed.csv")
    assert codes(client, again)[1] == (2, "outlet", "unknown_outlet")

    mended = returned.replace("'=Nobody's News", "Harbour Herald").replace(
        "Report 1,,", "Report 1,It closed.,"
    )
    done = imported(client, mended.encode(), "reports.failed.csv")
    assert (done["created"], done["failed"]) == (2, 0)
    assert Article.objects.count() == 4


def test_failed_rows_are_parted_as_the_file_was_and_read_by_the_same_profile(client, outlet):
    """A spreadsheet that writes “;” shows a table with “,” as one column."""
    rows = [{"Kop": "One", "Tekst": "Het is €5; „té“ duur.", "Krant": "Nobody's"}]
    columns = {"title": "Kop", "text": "Tekst", "outlet": "Krant"}
    options = {"encoding": "cp1252", "delimiter": ";", "columns": columns}
    ImportProfile.objects.create(name="Weekly", options=options)
    found = imported(
        client, table(rows, delimiter=";", encoding="cp1252"), "a.csv", profile="weekly"
    )
    returned = failed_file(client, found)
    assert returned.decode("utf-8-sig").startswith("Kop;Tekst;Krant;import_row;import_problem\r\n")
    mended = returned.replace(b"Nobody's", b"Harbour Herald")
    assert imported(client, mended, "b.csv", profile="weekly")["created"] == 1
    assert Article.objects.get().text == "Het is €5; „té“ duur."

    found = imported(client, table([{"title": "", "text": ""}], delimiter="\t"), "c.tsv")
    assert failed_file(client, found).decode("utf-8-sig").startswith("title\ttext\t")


@pytest.mark.parametrize("name", ["reports.jsonl", "reports.json", "reports.zip"])
def test_failed_rows_of_every_format_can_be_imported_again(client, outlet, name):
    rows = reports(3)
    rows[1]["text"] = "nul \0 inside"
    content = {
        "reports.jsonl": json_lines(rows),
        "reports.json": json.dumps({"articles": rows}).encode(),
        "reports.zip": archive({f"{r['title']}.txt": r["text"].encode() for r in rows}),
    }[name]
    found = imported(client, content, name, outlet="Harbour Herald")
    assert (found["created"], found["failed"]) == (2, 1)
    returned = failed_file(client, found)
    again = imported(client, returned, f"again-{name}", outlet="Harbour Herald")
    assert (again["rows_read"], again["failed"]) == (1, 1)
    assert codes(client, again)[0][2] == "control_characters"


def test_errors_come_in_pages_and_by_code(client, outlet):
    rows = [{"text": ""} for _ in range(120)] + [{"text": 5}]
    found = imported(client, json_lines(rows))
    url = f"{URL}{found['id']}/errors/"
    numbers, answer = [], client.get(url).json()
    while answer:
        numbers += [row["row"] for row in answer["results"]]
        answer = client.get(answer["next"]).json() if answer["next"] else None
    assert numbers == list(range(1, 122))
    only = client.get(f"{url}?code=not_text").json()["results"]
    assert [(row["row"], row["content"], row["length"]) for row in only] == [
        (121, '{"text": 5}', 11)
    ]


def test_pause_resume_and_cancel(client, outlet, monkeypatch):
    monkeypatch.setattr(turns, "MOST_ROWS", 2)
    url = send(client, json_lines(reports(7)), "r.jsonl")["Location"]
    work = Import.objects.get()
    assert Turn(import_take(work.pk)).run(seconds=0), "more is left"
    before = sums(work)
    assert 0 < before[0] < 7

    assert client.post(f"{url}pause/").json()["state"] == "paused"
    work_off()
    assert sums(work) == before
    assert client.post(f"{url}resume/").json()["state"] == "queued"
    work_off()
    assert sums(work) == (7, 7, 0, 0)
    assert client.post(f"{url}cancel/").json()["state"] == "finished", "it has ended already"

    url = send(client, json_lines(reports(3, start=10)), "r.jsonl")["Location"]
    assert client.post(f"{url}cancel/").json()["state"] == "cancelled"
    work_off()
    assert Article.objects.count() == 7
    assert client.post(f"{url}resume/").json()["state"] == "cancelled"


def test_who_was_paused_or_taken_for_dead_writes_nothing_more(client, outlet, monkeypatch):
    monkeypatch.setattr(turns, "MOST_ROWS", 2)
    url = send(client, json_lines(reports(6)), "r.jsonl")["Location"]
    work = Import.objects.get()
    late = Turn(import_take(work.pk))
    client.post(f"{url}pause/")
    client.post(f"{url}resume/")
    work_off()
    assert sums(work) == (6, 6, 0, 0)
    assert late.run() is False
    assert sums(work) == (6, 6, 0, 0)
    assert Article.objects.count() == 6


def test_a_row_that_kills_its_worker_again_and_again_is_given_up(client, outlet, monkeypatch):
    url = send(client, json_lines(reports(4)), "r.jsonl")["Location"]
    work = Import.objects.get()
    for _ in range(turns.ALONE):
        import_take(work.pk)  # And dies: nothing is written.
        Import.objects.update(lease=None, lease_until=None)
    work_off()
    assert sums(work) == (4, 3, 0, 1)
    assert codes(client, client.get(url).json()) == [(1, "", "gave_up")]


def test_the_list_tells_of_all_imports(client, outlet):
    imported(client, json_lines(reports(1)), "one.jsonl")
    send(client, json_lines(reports(1)), "two.jsonl")
    assert [row["name"] for row in client.get(URL).json()["results"]] == ["two.jsonl", "one.jsonl"]
    assert [row["name"] for row in client.get(f"{URL}?state=queued").json()["results"]] == [
        "two.jsonl"
    ]


def test_the_end_is_told_by_mail(client, outlet, researcher, mailoutbox):
    researcher.email = "tove@herald.example"
    researcher.save()
    rows = reports(2)
    rows[1]["text"] = ""
    imported(client, json_lines(rows), "may.jsonl")
    sweep_imports()
    sweep_imports()
    assert [mail.subject for mail in mailoutbox] == ["Import finished: may.jsonl"]
    assert "2 rows read: 1 stored, 0 known before, 1 failed" in mailoutbox[0].body


def test_the_format_in_the_address_is_the_files_and_not_the_answers(client, outlet):
    sent = json_lines([{"text": "Ferries ran late.", "outlet": outlet.name}])
    answer = client.generic("POST", f"{URL}?format=jsonl&name=rows", sent, "text/plain")
    assert (answer.status_code, answer.json()["format"]) == (202, "jsonl")
    assert client.generic("TRACE", f"{URL}?format=csv").status_code == 405
    assert client.get(f"{URL}?format=csv").status_code in (200, 400)


def test_every_format_that_failed_rows_come_back_in_is_in_the_schema(client):
    path = client.get("/api/schema/?format=json").json()["paths"][f"{URL}{{id}}/failed/"]
    told = {*path["get"]["responses"]["200"]["content"]}
    assert told == {media.partition(";")[0] for _ending, media, _write in WRITERS.values()}
