"""A desk leaves by `export_desk` and arrives by `import_desk`: all of it, or nothing."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psycopg
import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from psycopg import sql

from articles.events import Position
from articles.importing.services import import_create
from articles.importing.uploads import file_keep
from articles.models import (
    ArticleRevision,
    Event,
    Import,
    ImportedArticle,
    ImportProfile,
    KeptAnswer,
    Outlet,
)
from claims.desk.moving.leaving import MANIFEST, manifest
from claims.desk.moving.tables import LEFT, Table, named, tables
from claims.models import (
    Claim,
    KeptDraft,
    KeyboardSetting,
    MatchingSettings,
    NotificationChoice,
    Reading,
    ReadMark,
    Topic,
)
from claims.models.matching import DIMENSIONS
from tests import factories
from tests.conftest import ROOT, database_url
from tests.desk_rows import desk_with

# --- A whole desk -----------------------------------------------------------------------------


@pytest.fixture
def other_desk(transactional_db) -> Iterator[str]:
    """The address of another database on the same server: migrated, and empty."""
    url = database_url()
    name = f"{connection.settings_dict['NAME']}_arriving"
    with psycopg.connect(url, autocommit=True) as server:
        for statement in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
            server.execute(sql.SQL(statement).format(sql.Identifier(name)))
        there = url.rpartition("/")[0] + f"/{name}"
        manage("migrate", database=there)
        yield there
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def manage(*arguments: str, database: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def everything(url: str) -> dict[str, list[str]]:
    """Every row of every table that moves, as text, in one order."""
    with psycopg.connect(url) as there:
        return {
            table.label: sorted(str(row[0]) for row in there.execute(whole(table)))
            for table in tables()
        }


def whole(table: Table) -> str:
    """With what the database makes itself; of rows that `migrate` makes what they are called."""
    called = table.label == "auth.group" or any(named(field) for field in table.fields)
    return table.select if called else f"SELECT row_to_json(t)::text FROM {table.name} AS t"


def roles(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as there:
        return there.execute(
            "SELECT username, name FROM auth_user_groups "
            "JOIN auth_group ON auth_group.id = group_id "
            "JOIN auth_user ON auth_user.id = user_id ORDER BY 1, 2"
        ).fetchall()


def test_what_leaves_arrives_and_nothing_is_lost(other_desk, tmp_path, settings):
    settings.IMPORTS_DIR = tmp_path / "here"
    full_desk()
    path = tmp_path / "desk.zip"

    call_command("export_desk", str(path))
    told = manage("import_desk", str(path), database=other_desk, IMPORTS_DIR=str(tmp_path / "new"))

    here, there = everything(database_url()), everything(other_desk)
    assert sorted(label for label, rows in here.items() if not rows) == []
    for label in here:
        assert there[label] == here[label], label
    assert roles(other_desk) == roles(database_url()) != []
    assert f"{rows_in(path):,} rows" in told
    [kept] = (tmp_path / "new").iterdir()
    assert kept.read_bytes() == Import.objects.get(name="half.csv").file.read_bytes()
    claim, seen = events_there(other_desk, after=Event.objects.settled().last().position)
    assert claim > Claim.objects.latest("pk").pk
    assert seen[-1] == claim
    assert Event.objects.count() == len(here["articles.event"])


def events_there(desk: str, *, after: Position) -> tuple[int, list[int]]:
    """A new claim of that desk, and what a reader of its events who was at `after` sees next."""
    code = (
        "import json; from tests.factories import ClaimFactory; from articles import events; "
        "from articles.models import Event; "
        "claim = ClaimFactory(text='Trams ran late.', claimant=None); "
        "events.record('claim.found', claim); "
        f"after = events.Position.read('{after}'); "
        "seen = Event.objects.settled().after(after).values_list('subject_id', flat=True); "
        "print(json.dumps([claim.pk, list(seen)]))"
    )
    return tuple(json.loads(manage("shell", "-v", "0", "-c", code, database=desk)))


def full_desk() -> None:
    """A row of everything that moves."""
    rows = desk_with(3)
    user, now = rows.admin, timezone.now()
    work = import_create(file_keep([b'{"text": "x"}']), name="half.csv", options={}, by=user)
    ImportedArticle.objects.create(article=rows.article, by=work)
    ImportProfile.objects.create(name="Agency", options={"encoding": "cp1252"}, saved_by=user)
    ArticleRevision.objects.create(article=rows.article, text="As it was.", shown_from=now)
    KeptAnswer.objects.create(
        caller="key 1", key="k", fingerprint="f", status=201, headers={}, body=b"\x00\xff{}"
    )
    vector = [chance.gauss() for chance in [Random(4)] for _ in range(DIMENSIONS)]
    factories.WordingFactory(claim=rows.claim, vector=vector, embedder="made")
    user.user_permissions.add(Permission.objects.get(codename="retry_article"))
    TOTPDevice.objects.create(user=user, name="phone")
    StaticDevice.objects.create(user=user, name="paper").token_set.create(token="one-time")
    MatchingSettings.objects.create(pk=1, suggest_from=0.4)
    KeptDraft.objects.create(verdict=rows.draft, user=user, version=1, typed={"title": "Ty"})
    KeyboardSetting.objects.create(user=user, single_keys=False)
    NotificationChoice.objects.create(user=user, kind="mentioned", by_mail=False)
    Reading.objects.create(user=user, up_to=now)
    ReadMark.objects.create(user=user, claim=rows.claim, at=now)
    Topic.objects.create(name="ferries")
    LogEntry.objects.log_actions(user.pk, [rows.claim], CHANGE, "By hand.")


def rows_in(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read(MANIFEST))
        lines = sum(archive.read(table["file"]).count(b"\n") for table in told["tables"].values())
    assert lines == sum(table["rows"] for table in told["tables"].values())
    return lines


@pytest.mark.django_db(transaction=True)
def test_the_file_is_its_owners_and_its_lines_are_json(tmp_path):
    Outlet.objects.create(name='The "Harbour"\nHerald \\ Zürich 🐟', domain="herald.example")
    path = tmp_path / "desk.zip"
    path.write_text("of yesterday")
    call_command("export_desk", str(path))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["desk.zip"]
    with zipfile.ZipFile(path) as archive:
        [line] = archive.read("articles.outlet.jsonl").splitlines()
    assert json.loads(line)["name"] == 'The "Harbour"\nHerald \\ Zürich 🐟'


def test_every_table_moves_or_is_known_to_stay():
    made = {
        model._meta.label_lower
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    }
    moved = [table.label for table in tables()]
    assert made == {*moved, *LEFT}
    assert len(moved) + len(LEFT) == len(made)


def test_an_export_to_nowhere_says_so(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("export_desk", str(tmp_path / "no" / "desk.zip"))


# --- What is refused --------------------------------------------------------------------------


OUTLET = {
    "id": 7,
    "uid": "00000000-0000-4000-8000-000000000007",
    "name": "Harbour Herald",
    "domain": "herald.example",
    "language": "",
    "created_at": "2026-05-04T12:00:00+00:00",
    "changed_at": "2026-05-04T12:00:00+00:00",
}


def desk_of(path: Path, outlets: list[object], **changed: object) -> Path:
    """A file of a desk with these outlets alone; a text is a line as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in outlets]
    counts = {table.label: 0 for table in tables()} | {"articles.outlet": len(lines)}
    with zipfile.ZipFile(path, "w") as archive:
        for table in tables():
            own = lines if table.label == "articles.outlet" else []
            archive.writestr(table.file, "".join(f"{line}\n" for line in own))
        archive.writestr(MANIFEST, json.dumps(manifest(counts, timezone.now()) | changed))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("import_desk", str(path))
    assert not Outlet.objects.exists()
    return str(caught.value)


@pytest.mark.django_db
def test_a_small_desk_arrives(tmp_path):
    call_command("import_desk", str(desk_of(tmp_path / "desk.zip", [OUTLET])))
    [outlet] = Outlet.objects.all()
    assert (outlet.pk, str(outlet.uid), outlet.name) == (7, OUTLET["uid"], "Harbour Herald")
    assert outlet.changed_at.isoformat() == OUTLET["changed_at"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["{"], "articles.outlet.jsonl, one of the lines 1 to 1"),
        ([OUTLET, OUTLET], "lines 1 to 2: duplicate key"),
        ([OUTLET | {"created_at": "yesterdays"}], "invalid input syntax"),
        ([OUTLET | {"name": None}], "null value"),
        ([OUTLET, OUTLET | {"colour": "red"}], "line 2: it has other columns"),
        ([{"id": 7}], "line 1: it has other columns"),
        (["[]"], "lines 1 to 1: cannot call jsonb_object_keys on an array"),
        ([json.dumps(OUTLET | {"name": "\0"})], "one of the lines 1 to 1"),
    ],
)
def test_a_row_that_is_none_is_told_and_nothing_arrives(tmp_path, rows, said):
    assert said in refusal(desk_of(tmp_path / "desk.zip", rows))


@pytest.mark.django_db
def test_a_row_that_names_a_missing_one_is_told(tmp_path):
    row = OUTLET | {"id": 1}
    path = desk_of(tmp_path / "desk.zip", [row])
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read(MANIFEST))
    columns = told["tables"]["claims.rating"]["columns"]
    rating = dict.fromkeys(columns, "x") | {"id": 1, "scale_id": 99, "value": 1}
    told["tables"]["claims.rating"]["rows"] = 1
    again = tmp_path / "again.zip"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(again, "w") as written:
        for table in tables():
            content = archive.read(table.file)
            own = json.dumps(rating).encode() if table.label == "claims.rating" else content
            written.writestr(table.file, own)
        written.writestr(MANIFEST, json.dumps(told))
    assert "A row names another that is missing" in refusal(again)


@pytest.mark.django_db
def test_a_file_that_lacks_rows_is_refused(tmp_path):
    path = desk_of(tmp_path / "desk.zip", [OUTLET])
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read(MANIFEST))
    told["tables"]["articles.outlet"]["rows"] = 2
    short = desk_of(tmp_path / "short.zip", [OUTLET], tables=told["tables"])
    assert "articles.outlet.jsonl has 1 rows of 2" in refusal(short)


@pytest.mark.django_db
def test_a_file_of_another_kind_is_refused(tmp_path):
    text, archive = tmp_path / "desk.txt", tmp_path / "other.zip"
    text.write_text("no ZIP")
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("hello.txt", "hello")
    assert "no whole ZIP" in refusal(text)
    assert "no export of a desk" in refusal(archive)
    assert "No such file" in refusal(tmp_path / "missing.zip")


@pytest.mark.django_db
def test_a_damaged_file_is_refused(tmp_path):
    path = desk_of(tmp_path / "desk.zip", [OUTLET])
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Harbour Herald", b"Harbour Gerald"))
    assert "CRC" in refusal(path)
    path.write_bytes(content[: len(content) // 2])
    assert "no whole ZIP" in refusal(path)


@pytest.mark.django_db
def test_a_file_of_another_release_is_refused(tmp_path):
    assert "has format 2" in refusal(desk_of(tmp_path / "desk.zip", [OUTLET], format=2))
    told = manifest({table.label: 0 for table in tables()}, timezone.now())["tables"]
    told["articles.outlet"]["columns"].append("colour")
    other = desk_of(tmp_path / "other.zip", [OUTLET], tables=told)
    assert "articles.outlet differs in colour" in refusal(other)


@pytest.mark.django_db
@pytest.mark.parametrize("label", ["auth.user", "articles.outlet", "claims.ratingscale"])
def test_a_desk_with_rows_is_left_alone(tmp_path, label):
    made = {
        "auth.user": factories.UserFactory,
        "articles.outlet": factories.OutletFactory,
        "claims.ratingscale": factories.rating_scale,
    }
    made[label]()
    path = desk_of(tmp_path / "desk.zip", [OUTLET])
    with pytest.raises(CommandError, match="An export is imported into an empty one"):
        call_command("import_desk", str(path))
    assert not Outlet.objects.filter(uid=OUTLET["uid"]).exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_of_an_import_does_not_lie_elsewhere(tmp_path, settings):
    settings.IMPORTS_DIR = tmp_path / "imports"
    work = import_create(file_keep([b'{"text": "x"}']), name="a.jsonl", options={}, by=None)
    assert work.file.exists()
    path = tmp_path / "desk.zip"
    call_command("export_desk", str(path))
    climbing = tmp_path / "climbing.zip"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(climbing, "w") as written:
        for info in archive.infolist():
            content = archive.read(info).replace(work.path.encode(), b"../../climbed")
            written.writestr(info.filename.replace(work.path, "../../climbed"), content)
    call_command("flush", interactive=False, verbosity=0)

    with pytest.raises(CommandError, match="would lie elsewhere"):
        call_command("import_desk", str(climbing))

    assert not Import.objects.exists()
    assert not (tmp_path.parent / "climbed").exists()
    assert ImportProfile.objects.count() == 0
