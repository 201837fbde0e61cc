"""`manage.py import_articles` on every format and dialect: what newsrooms' systems write."""

import gzip
import io
import json
import os

import pytest
from django.core.management import CommandError, call_command
from fastwarc.warc import WarcRecord, WarcRecordType

from articles.importing import turns
from articles.management.commands import import_articles
from articles.models import Article, Import
from tests.articles.files import archive, json_lines, reports, table
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db
ROWS = [
    {"Title": "Äpfel", "Text": "„Teurer“, sagte sie:\nzwei Euro.", "Date": "2026-05-04"},
    {"Title": "Öl", "Text": "Él dijo; “sí”, nada más.", "Date": "2026-05-05"},
]


@pytest.fixture(autouse=True)
def outlet(db):
    return OutletFactory(name="Harbour Herald", domain="herald.example")


def run(path, *arguments) -> str:
    out = io.StringIO()
    call_command("import_articles", str(path), "--outlet", "Harbour Herald", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_of_every_spreadsheet(tmp_path, encoding, delimiter):
    path = tmp_path / "a.csv"
    path.write_bytes(table(ROWS, delimiter=delimiter, encoding=encoding))
    assert "2 created, 0 duplicate, 0 failed" in run(path)
    found = Article.objects.order_by("id")
    assert [(a.title, a.text) for a in found] == [(r["Title"], r["Text"]) for r in ROWS]


@pytest.mark.parametrize(
    "content",
    [
        b"sep=|\r\ntitle|text\r\nOne|It closed.\r\n||\r\n",
        b"title,text\rOne,It closed.\r",
        b"\xef\xbb\xbf\r\n\r\ntitle;text\r\nOne;It closed.",
        b"text,extra,TITLE \nIt closed.,,One\n",
    ],
)
def test_oddities_of_csv(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert "1 created, 0 duplicate, 0 failed" in run(path)
    assert [(a.title, a.text) for a in Article.objects.all()] == [("One", "It closed.")]


PACKED = {
    "a.csv": table(reports(12)),
    "a.jsonl": json_lines(reports(12)),
    "a.json": json.dumps({"meta": [1], "articles": reports(12)}).encode(),
    "b.json": json.dumps(reports(12)).encode(),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", PACKED)
def test_an_import_in_many_turns_is_that_in_one(tmp_path, monkeypatch, name, packed):
    """Each turn begins at the place that the one before it left."""
    monkeypatch.setattr(turns, "MOST_ROWS", 5)
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(PACKED[name]) if packed else PACKED[name])
    monkeypatch.setattr(import_articles, "SECONDS", 0)
    assert "12 created, 0 duplicate, 0 failed" in run(path)
    titles = Article.objects.order_by("id").values_list("title", flat=True)
    assert list(titles) == [f"Report {n}" for n in range(12)]
    assert Import.objects.get().rows_read == 12


def test_a_folder_with_folders_in_it(tmp_path):
    folder = tmp_path / "reports"
    (folder / "may").mkdir(parents=True)
    (folder / "one.txt").write_text("One\n\nIt closed.")
    (folder / "may" / "two.html").write_bytes(
        b'<html><head><meta charset="latin-1"><title>Zwei &amp; \xc4pfel</title></head>'
        + b"<body><article><p>"
        + b"It opened on Monday, she said, and closed on Friday. " * 8
        + b"</p></article></body></html>"
    )
    (folder / "link.txt").symlink_to("/etc/passwd")
    (folder / ".DS_Store").write_bytes(b"\0")
    out = run(folder)
    assert "2 created, 0 duplicate, 1 failed" in out
    assert {a.title for a in Article.objects.all()} == {"One", "Zwei & Äpfel"}
    report = (tmp_path / "reports.failed.jsonl").read_text()
    assert json.loads(report)["errors"][0]["code"] == "symlink"


def warc(packed: bool) -> bytes:
    """A crawl of three pages, a picture, a page not found and a request."""
    file = io.BytesIO()
    for n, (status, kind) in enumerate(
        [
            ("200 OK", "text/html"),
            ("200 OK", "image/png"),
            ("404 Not Found", "text/html"),
            ("200 OK", "text/html"),
            ("200 OK", "text/html"),
        ]
    ):
        record = WarcRecord()
        record.init_headers(record_type=WarcRecordType.response)
        record.headers["WARC-Target-URI"] = f"https://herald.example/{n}"
        record.headers["Content-Type"] = "application/http;msgtype=response"
        text = f"It closed {n} times. " * 12
        body = (
            f"<html><head><title>Page {n}</title></head>"
            f"<body><article><p>{text}</p></article></body></html>"
        )
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        record.set_bytes_content((head + body).encode())
        written = io.BytesIO()
        record.write(written)
        file.write(gzip.compress(written.getvalue()) if packed else written.getvalue())
    return file.getvalue()


@pytest.mark.parametrize("packed", [False, True, "as a whole"])
def test_a_crawl(tmp_path, monkeypatch, packed):
    monkeypatch.setattr(turns, "MOST_ROWS", 1)
    monkeypatch.setattr(import_articles, "SECONDS", 0)
    path = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    path.write_bytes(gzip.compress(warc(False)) if packed == "as a whole" else warc(packed))
    assert "3 created, 0 duplicate, 0 failed" in run(path)
    found = Article.objects.order_by("id").values_list("title", "url")
    assert list(found) == [(f"Page {n}", f"https://herald.example/{n}") for n in (0, 3, 4)]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("missing", [40, 200])
def test_of_a_crawl_that_is_cut_off_the_last_page_is_none(tmp_path, packed, missing):
    """It would read as a shorter page."""
    path = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    path.write_bytes(warc(packed)[:-missing])
    with pytest.raises(CommandError, match="breaks off"):
        run(path)
    assert set(Article.objects.values_list("title", flat=True)) == {"Page 0", "Page 3"}


def test_a_zip_in_many_turns(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "MOST_ROWS", 2)
    monkeypatch.setattr(import_articles, "SECONDS", 0)
    path = tmp_path / "a.zip"
    path.write_bytes(archive({f"{n}.txt": f"R{n}\n\nIt closed {n}.".encode() for n in range(7)}))
    assert "7 created, 0 duplicate, 0 failed" in run(path)


def test_ctrl_c_pauses_and_the_same_command_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "MOST_ROWS", 2)
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(reports(7)))
    write = turns.batch_write

    def interrupted(work, batch, seconds):
        write(work, batch, seconds)
        raise KeyboardInterrupt

    monkeypatch.setattr(turns, "batch_write", interrupted)
    with pytest.raises(CommandError, match="Paused after 2 rows"):
        run(path)
    monkeypatch.setattr(turns, "batch_write", write)
    assert "7 created, 0 duplicate, 0 failed" in run(path)
    assert Import.objects.count() == 1


def test_a_profile_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(reports(1)))
    with pytest.raises(CommandError, match="no profile “weekly”"):
        run(path, "--profile", "weekly")
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy, řekl. "),
        ("cp1251", "Съешь же ещё этих мягких французских булок. "),
        ("mac_roman", "Où est la fenêtre? Éléphant à l’opéra, “sûr” — naïve. "),
        ("cp932", "港は五月に二日間閉鎖されたと市長は述べた。"),
        ("gb18030", "市长说港口在五月份关闭了两天。"),
        ("utf-16-le", "Où est la fenêtre? "),
    ],
)
def test_encodings_of_other_places(tmp_path, encoding, words):
    rows = [{"title": f"Nr {n}", "text": words * 6 + str(n)} for n in range(8)]
    mark = "\ufeff" if encoding.startswith("utf") else ""
    content = mark.encode(encoding) + table(rows, delimiter=";", encoding=encoding)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(content))
    assert "8 created, 0 duplicate, 0 failed" in run(path)
    assert [article.text for article in Article.objects.order_by("id")] == [
        row["text"].strip() for row in rows
    ]


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "US-ASCII"])
def test_pages_that_name_less_than_they_have_are_read_as_browsers_do(tmp_path, charset):
    path = tmp_path / "a.html"
    said = "She said “it closed” on Monday, for 5 €, he said. " * 8
    page = f'<meta charset="{charset}"><title>Shut</title><body><article><p>{said}</p></article>'
    path.write_bytes(page.encode("cp1252"))
    assert "1 created, 0 duplicate, 0 failed" in run(path)
    assert "“it closed” on Monday, for 5 €" in Article.objects.get().text


def test_a_folder_whose_names_are_no_text(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "MOST_ROWS", 1)
    monkeypatch.setattr(import_articles, "SECONDS", 0)
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in (b"caf\xe9.txt", b"caf\xe9.exe", "café.txt".encode(), b"a\nb.txt", b"z.txt"):
        text = f"{name!r}\n\nIt closed in {name!r}."
        (folder / os.fsdecode(name)).write_text(text)
    assert "4 created, 0 duplicate, 1 failed" in run(folder)
    report = (tmp_path / "reports.failed.jsonl").read_text()
    assert json.loads(report)["name"] == "caf\ufffd.exe"
