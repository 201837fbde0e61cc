"""A port that is free."""

import socket

from django.core.management.base import CommandError

DEFAULT = 8000


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def chosen_port(asked: str) -> tuple[int, str]:
    """The port for the web server and, where it is not the expected one, why.

    `asked` is the `PORT` of the environment. Raises CommandError for one that cannot be had.
    """
    if asked:
        if not asked.isdigit() or not 0 < int(asked) < 65536:
            raise CommandError(f"PORT={asked} is no port. Use a number, as PORT=8001.")
        if not is_free(int(asked)):
            raise CommandError(f"Port {asked} is taken. Free it, or choose another with PORT=.")
        return int(asked), ""
    if is_free(DEFAULT):
        return DEFAULT, ""
    free = next(port for port in range(DEFAULT + 1, DEFAULT + 200) if is_free(port))
    return free, f"Port {DEFAULT} is taken, using {free}. Choose one yourself with PORT=."
