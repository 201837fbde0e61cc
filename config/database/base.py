"""Django's PostgreSQL backend, whose health check asks the server only when it has to.

Django's own sends `SELECT 1` before the first query of every request: as much again as a read
that is one query.
"""

from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether the server still listens.

        One that went away has closed the socket, which then has something to read; so has one
        that sent a notice. Only then, and after an error, is it asked.
        """
        return (not self.errors_occurred and is_silent(self.connection)) or super().is_usable()


def is_silent(connection: Connection[Any]) -> bool:
    if connection.closed:
        return False
    heard = poll()
    heard.register(connection.fileno(), POLLIN)
    return not heard.poll(0)
