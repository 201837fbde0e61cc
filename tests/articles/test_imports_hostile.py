"""Files that mean harm, or were made by a broken program: told row by row, the rest unharmed."""

import codecs
import gzip
import json
import time
import tracemalloc
import zipfile
from io import BytesIO

import pytest

from articles.importing import turns
from articles.importing.models import Import
from articles.importing.preview import previewed
from articles.importing.services import import_create
from articles.importing.uploads import file_at
from articles.intake import reading
from articles.intake.reading import streams
from articles.models import Article
from tests.articles.files import archive, json_lines, reports, sums, table, work_off
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db
GOOD = reports(2)
LINES = [json.dumps(row).encode() for row in GOOD]


@pytest.fixture(autouse=True)
def outlet(db):
    return OutletFactory(name="Harbour Herald", domain="herald.example")


def imported(tmp_path, content: bytes, name: str, **options) -> Import:
    path = tmp_path / name
    path.write_bytes(content)
    work = import_create(
        file_at(path), name=name, options={"outlet": "Harbour Herald", **options}, by=None
    )
    work_off()
    work.refresh_from_db()
    return work


def codes(work: Import) -> list[tuple[int, str]]:
    return [(row.number, row.errors[0]["code"]) for row in work.failures.order_by("number")]


def test_lines_of_json(tmp_path):
    deep = b'{"text": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    lines = [
        LINES[0],
        deep,
        b'{"text": "nul \\u0000 inside"}',
        b"\0\0\0",
        b'{"text": "caf\xe9"}',
        b'{"text": "' + b"x" * 9_000_000 + b'"}',
        json.dumps({f"column {n}": n for n in range(1_000_000)}).encode()[:7_900_000] + b'": 1}',
        b'{"text": ["a"], "authors": {"a": 1}}',
        b'{"text": "a", "authors": {"a": 1}}',
        LINES[1],
    ]
    work = imported(tmp_path, b"\n".join(lines), "hostile.jsonl")
    assert sums(work) == (10, 2, 0, 8)
    assert codes(work) == [
        (2, "nested_too_deeply"),
        (3, "control_characters"),
        (4, "malformed_json"),
        (5, "invalid_utf8"),
        (6, "row_too_large"),
        (7, "malformed_json"),
        (8, "not_text"),
        (9, "not_a_list"),
    ]
    large = work.failures.get(number=6)
    assert (large.cut, len(large.content)) == (True, 10_000)


def test_rows_of_csv(tmp_path):
    good = "Title {n},It closed for {n} days.\n"
    content = "".join(
        [
            "title,text\n",
            good.format(n=1),
            f"many{',' * 1_500}\n",
            f"more{',' * 200_000}\n",
            f'"{"x" * 9_000_000}",y\n',
            "nul,a\0b\n",
            "one,two,three\n",
            good.format(n=2),
            'quoted,"never closed\n',
            good.format(n=3),
        ]
    ).encode()
    work = imported(tmp_path, content + b"latin,caf\xe9\n", "hostile.csv", encoding="utf-8")
    assert sums(work) == (10, 3, 0, 7)
    assert codes(work) == [
        (2, "too_many_columns"),
        (3, "row_too_large"),
        (4, "row_too_large"),
        (5, "control_characters"),
        (6, "too_many_cells"),
        (8, "malformed_csv"),
        (10, "invalid_utf8"),
    ]


def test_members_of_an_archive(tmp_path):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("a/one.txt", "One\n\nIt closed.")
        written.writestr("../../etc/cron.d/evil.txt", "Evil\n\nIt climbs.")
        written.writestr("/etc/passwd.txt", "Evil\n\nIt is absolute.")
        written.writestr("C:\\evil.txt", "Evil\n\nIt has a drive.")
        written.writestr("inner.zip", archive({"a.txt": b"A\n\nB"}))
        written.writestr("bomb.txt", b"0" * 50_000_000)
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        written.writestr(link, "/etc/passwd")
        written.writestr("program.exe", "MZ")
        written.writestr("__MACOSX/._one.txt", b"\0\5\26\7")
        written.writestr("two.txt", "Two\n\nIt opened.")
    work = imported(tmp_path, file.getvalue(), "hostile.zip")
    assert sums(work) == (9, 2, 0, 7)
    assert codes(work) == [
        (2, "unsafe_path"),
        (3, "unsafe_path"),
        (4, "unsafe_path"),
        (5, "nested_archive"),
        (6, "row_too_large"),
        (7, "symlink"),
        (8, "unknown_format"),
    ]
    assert {article.title for article in Article.objects.all()} == {"One", "Two"}


def test_an_archive_of_bombs_is_ended_and_what_came_before_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "NO_RATIO_BELOW", 1_000_000)
    members = {"one.txt": b"One\n\nIt closed."}
    members |= {f"bomb-{n}.txt": b"0" * 2_000_000 for n in range(20)}
    work = imported(tmp_path, archive(members), "bombs.zip")
    assert (work.state, work.error_code) == ("failed", "unpacks_to_too_much")
    assert work.created == 1
    assert work.rows_read == work.created + work.known + work.failed < 21


def test_a_gzip_that_never_ends_is_ended(tmp_path, settings):
    settings.IMPORT_MAX_UNPACKED_BYTES = 30_000_000
    content = gzip.compress(LINES[0] + b"\n" + b" " * 50_000_000 + b"\n" + LINES[1])
    work = imported(tmp_path, content, "bomb.jsonl.gz")
    assert (work.state, work.error_code) == ("failed", "unpacks_to_too_much")
    assert sums(work) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzip.compress(json_lines(reports(3000)))[:-20], "cut.jsonl.gz"),
        (b"[" + b",\n".join(json.dumps(row).encode() for row in reports(20)), "cut.json"),
    ],
)
def test_of_a_file_that_breaks_off_the_rows_before_are_stored(tmp_path, content, name):
    work = imported(tmp_path, content, name)
    assert (work.state, work.error_code) == ("failed", "broken_off")
    assert work.created == work.rows_read == Article.objects.count() > 10


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
def test_archives_of_every_method(tmp_path, method):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as written:
        written.writestr("one.txt", "One\n\nIt closed.")
    assert sums(imported(tmp_path, file.getvalue(), "r.zip")) == (1, 1, 0, 0)


def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch):
    """Of a row of 100 MB, too: it is passed over in pieces."""
    # On a busy machine the batches of the one file would be smaller than those of the other.
    monkeypatch.setattr(turns, "MOST_SECONDS", 3_600)

    def peak(content: bytes, name: str) -> int:
        path = tmp_path / name
        path.write_bytes(content)
        del content
        work = import_create(file_at(path), name=name, options={}, by=None)
        tracemalloc.start()
        work_off()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sums(work)[1] > 0
        return most

    small = peak(json_lines(reports(6_000)), "small.jsonl")
    many = peak(json_lines(reports(18_000, start=10_000)), "many.jsonl")
    assert many < 1.3 * small
    wide = b'{"text": "' + b"x" * 100_000_000 + b'"}\n' + json_lines(reports(1, start=90_000))
    assert peak(wide, "wide.jsonl") < 40_000_000


def test_a_row_in_another_encoding_costs_itself_alone(tmp_path):
    rows = [{"title": f"Äpfel {n}", "text": f"Über {n} Öl wurde gesprochen."} for n in range(5)]
    content = table(rows) + "Birnen,Grüße aus Köln\n".encode("latin-1")
    work = imported(tmp_path, content, "mixed.csv")
    assert sums(work) == (6, 5, 0, 1)
    assert codes(work) == [(6, "invalid_utf8")]
    assert Article.objects.filter(title="Äpfel 4").exists()


def test_half_a_character_of_utf_16_is_told(tmp_path):
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    content = codecs.BOM_UTF16_LE + wide("title,text\nA,It closed.\nB,It is ") + b"\0\xd8"
    work = imported(tmp_path, content + wide("bad.\nC,It opened.\nD,It ends") + b"x", "wide.csv")
    assert sums(work) == (4, 2, 0, 2)
    assert codes(work) == [(2, "invalid_utf8"), (4, "invalid_utf8")]


def test_quotation_marks_that_never_close_cost_no_more_than_their_rows(tmp_path):
    """Each was tried against all the lines that follow it."""
    path = tmp_path / "open.csv"
    path.write_bytes(b"title,text\n" + b'a","\n' * 20_000 + b"One,It closed.\n")
    begun = time.monotonic()
    found = list(reading.rows(reading.recognised(reading.Source(path, path.name)), {}))
    assert time.monotonic() - begun < 30, "took an hour"
    assert len(found) == 20_001
    assert found[-1].make().text == "It closed."


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "undefined", "rot13"])
def test_a_page_names_no_encoding_that_is_none(tmp_path, charset):
    """Python decodes `punycode`: a megabyte of it in hours."""
    begun = time.monotonic()
    page = b"<meta charset=%s><body>-" % charset.encode() + b"zzz9a" * 300_000
    path = tmp_path / "a.html"
    path.write_bytes(page)
    work = import_create(file_at(path), name=path.name, options={}, by=None, start=False)
    [shown] = previewed(work, work.options)[1]
    assert shown.submission
    assert "zzz9azzz9a" in shown.submission.html
    assert time.monotonic() - begun < 10


def test_what_a_message_quotes_from_a_row_can_be_stored(tmp_path):
    lines = [
        b'{"text": "It closed.", "published_at": "\\u0000"}',
        b'{"text": "It closed.", "published_at": "\\ud800"}',
    ]
    work = imported(tmp_path, b"\n".join(lines), "dates.jsonl")
    assert codes(work) == [(1, "invalid_date"), (2, "invalid_date")]
    table_of_dates = b"text,date\nIt closed.,caf\xe9\nIt opened.,2026-05-04\n"
    work = imported(tmp_path, table_of_dates, "dates.csv", encoding="utf-8")
    assert codes(work) == [(1, "invalid_date")]
