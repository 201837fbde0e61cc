"""`manage.py import_articles`: every row is stored, recognised, or told what is wrong with it."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db

TEXT = "The harbour closed for two days in May, the harbour master said."


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("import_articles", *map(str, arguments), stdout=out)
    return out.getvalue()


def failures(path) -> list[dict]:
    failed = path.with_name(f"{path.name}.failed.jsonl")
    return [json.loads(line) for line in failed.read_text().splitlines()]


@pytest.fixture
def outlet():
    return OutletFactory(name="Harbour Herald", domain="herald.example")


def test_a_text_file_has_its_title_on_the_first_line(outlet, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(f"Harbour closed\n\n{TEXT}\n")
    assert "1 created, 0 duplicate, 0 failed" in run(path, "--outlet", "Harbour Herald")
    article = Article.objects.get()
    assert (article.title, article.text, article.state) == ("Harbour closed", TEXT, "pending")
    assert "0 created, 1 duplicate, 0 failed" in run(path, "--outlet", "Harbour Herald")
    assert Article.objects.count() == 1


def test_csv_rows_find_their_outlet_by_name_or_url(outlet, tmp_path):
    path = tmp_path / "reports.csv"
    path.write_text(
        "title,text,outlet,url,published_at\n"
        f'One,"{TEXT} One.",harbour herald,,2026-05-04\n'
        f'Two,"{TEXT} Two.",,https://www.herald.example/two,2026-05-04T12:00:00Z\n',
        encoding="utf-8-sig",
    )
    assert "2 created, 0 duplicate, 0 failed" in run(path)
    assert {article.outlet for article in Article.objects.all()} == {outlet}


def test_each_bad_row_says_what_is_wrong_and_the_others_are_stored(outlet, tmp_path):
    path = tmp_path / "reports.jsonl"
    good = {"text": TEXT, "outlet": "Harbour Herald"}
    lines = [
        json.dumps(good).encode(),
        b'{"text": "cut',
        b'{"text": "\xff\xfe", "outlet": "Harbour Herald"}',
        json.dumps({**good, "text": ""}).encode(),
        json.dumps({**good, "text": "nul \0 inside"}).encode(),
        json.dumps({**good, "text": f"{TEXT} 2", "outlet": "Nobody's News"}).encode(),
        json.dumps({**good, "text": f"{TEXT} 3", "published_at": "last Tuesday"}).encode(),
        json.dumps({**good, "text": "long " * 1_000_000}).encode(),
        json.dumps({**good, "text": 5}).encode(),
        b"[1, 2]",
        json.dumps({**good, "text": f"{TEXT} 4", "url": "javascript:alert(1)"}).encode(),
    ]
    path.write_bytes(b"\n".join(lines))
    assert "1 created, 0 duplicate, 10 failed" in run(path)
    assert Article.objects.count() == 1
    found = [
        (row["row"], error["field"], error["code"])
        for row in failures(path)
        for error in row["errors"]
    ]
    assert found == [
        (2, "", "malformed_json"),
        (3, "", "invalid_utf8"),
        (4, "text", "empty_text"),
        (5, "text", "control_characters"),
        (6, "outlet", "unknown_outlet"),
        (7, "published_at", "invalid_date"),
        (8, "text", "text_too_long"),
        (9, "text", "not_text"),
        (10, "", "malformed_json"),
        (11, "url", "invalid"),
    ]
    assert all(row["content"] for row in failures(path))


def test_an_archive_of_texts_and_pages(outlet, tmp_path):
    path = tmp_path / "reports.zip"
    page = f"<html><body><article><h1>Harbour</h1><p>{TEXT * 4}</p></article></body></html>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/one.txt", f"One\n\n{TEXT}")
        archive.writestr("two.html", page)
        archive.writestr("three.exe", "MZ")
    assert "2 created, 0 duplicate, 1 failed" in run(path, "--outlet", outlet.name)
    assert failures(path)[0]["errors"][0]["code"] == "unknown_format"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.txt", None, "there is no such file"),
        ("report.pdf", b"%PDF", "no reader for"),
        ("broken.zip", b"PK no more", "no ZIP archive"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        run(path)
    assert not Article.objects.exists()


def test_a_damaged_member_is_told_and_the_next_is_stored(outlet, tmp_path):
    path = tmp_path / "reports.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("damaged.txt", "Harbour closed\n\n" + "Two days long. " * 200)
        archive.writestr("whole.txt", f"Harbour closed\n\n{TEXT}")
    content = bytearray(path.read_bytes())
    start = content.index(b"damaged.txt") + len("damaged.txt")
    content[start : start + 20] = b"\xff" * 20
    path.write_bytes(content)
    assert "1 created, 0 duplicate, 1 failed" in run(path, "--outlet", "Harbour Herald")
    assert failures(path)[0]["errors"][0]["code"] == "bad_archive"


def test_a_number_of_too_many_digits_is_one_bad_row(outlet, tmp_path):
    path = tmp_path / "reports.jsonl"
    good = json.dumps({"text": TEXT, "outlet": "Harbour Herald"})
    path.write_text(f'{{"text": {"1" * 5000}}}\n{good}\n')
    assert "1 created, 0 duplicate, 1 failed" in run(path)
    assert failures(path)[0]["errors"][0]["code"] == "malformed_json"


def test_a_quotation_mark_that_never_closes_costs_its_own_row(outlet, tmp_path):
    path = tmp_path / "reports.csv"
    path.write_text(
        f'title,text,outlet\nA,"{TEXT}",Harbour Herald\nB,"{TEXT},Harbour Herald\n'
        f'C,"{TEXT} 2",Harbour Herald\nD,,Nobody\n'
    )
    assert "2 created, 0 duplicate, 2 failed" in run(path)
    assert [(row["row"], row["errors"][0]["code"]) for row in failures(path)] == [
        (2, "malformed_csv"),
        (4, "empty_text"),
    ]


def test_one_file_of_failed_rows_is_for_one_path(tmp_path):
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text(TEXT)
    with pytest.raises(CommandError, match="--failed"):
        run(*paths, "--failed", tmp_path / "failed.jsonl")
    assert not Article.objects.exists()
