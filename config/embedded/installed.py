"""PostgreSQL as this machine has it, in a folder, where the wheel of it does not exist."""

import atexit
import fcntl
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

from django.core.exceptions import ImproperlyConfigured

OLDEST = 16
DEBIAN = Path("/usr/lib/postgresql")


@cache
def start(folder: Path) -> dict[str, str]:
    """Start the server in `folder`, or join the one running there, as `postgres.start` does.

    Raises ImproperlyConfigured for root, without PostgreSQL 16+, and when the server fails.
    """
    if os.geteuid() == 0:
        raise ImproperlyConfigured(
            "PostgreSQL does not run as root: run as an ordinary user, or set DATABASE_URL."
        )
    programs, folder = newest(), folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder, "lock", fcntl.LOCK_EX):
        users = locked(folder, "users", fcntl.LOCK_SH)
        if not (folder / "PG_VERSION").exists():
            run(programs / "initdb", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        if not is_running(programs, folder):
            # The path of a Unix socket may have about 100 bytes.
            sockets = folder if len(str(folder)) < 80 else tempfile.mkdtemp(prefix="plumbline-")
            options = f"-h '' -k {shlex.quote(str(sockets))}"
            run(programs / "pg_ctl", folder, "-w", "-l", f"{folder}/log", "-o", options, "start")
        lines = (folder / "postmaster.pid").read_text().splitlines()
        atexit.register(leave, programs, folder, users, os.getpid())
    return {"host": lines[4], "port": lines[3], "user": "postgres"}


def leave(programs: Path, folder: Path, users: IO[str], joined_by: int) -> None:
    """At exit: stop the server if no other process uses it; a fork has not joined by itself."""
    if os.getpid() != joined_by:
        return
    with locked(folder, "lock", fcntl.LOCK_EX), users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if is_running(programs, folder):
            run(programs / "pg_ctl", folder, "-w", "-m", "fast", "stop")


def newest() -> Path:
    """Where the newest `initdb` and `pg_ctl` are: on the PATH, or where Debian keeps them."""
    on_path = shutil.which("pg_ctl")
    places = [*DEBIAN.glob("*/bin"), *([Path(on_path).resolve().parent] if on_path else [])]
    found = {version(place): place for place in places if (place / "initdb").exists()}
    if max(found, default=0) < OLDEST:
        raise ImproperlyConfigured(
            f"No wheel of PostgreSQL for this platform, and of PostgreSQL {OLDEST}+ no initdb and "
            f"pg_ctl on the PATH. Install it with pgvector, or set DATABASE_URL."
        )
    return found[max(found)]


def version(programs: Path) -> int:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True)
    number = re.search(r"\) (\d+)", said.stdout)
    return int(number[1]) if number else 0


def locked(folder: Path, name: str, how: int) -> IO[str]:
    """An open file beside `folder` with a lock that ends when it is closed, or its process ends."""
    file = folder.with_name(f"{folder.name}.{name}").open("w")
    fcntl.flock(file, how)
    return file


def is_running(programs: Path, folder: Path) -> bool:
    status = subprocess.run([programs / "pg_ctl", "-D", folder, "status"], capture_output=True)
    return status.returncode == 0


def run(program: Path, folder: Path, *arguments: str) -> None:
    done = subprocess.run([program, "-D", folder, *arguments], capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise ImproperlyConfigured(f"{program} failed; {folder}/log may say more.\n{said}")
