"""Our PostgreSQL backend, with a server that starts at the first connection."""

from pathlib import Path
from typing import Any

from config.database import base
from config.embedded import postgres


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts PostgreSQL in `settings_dict["FOLDER"]` on demand, so that commands which need no
    database never wait for one."""

    def get_connection_params(self) -> dict[str, Any]:
        server = postgres.start(Path(self.settings_dict["FOLDER"]))
        self.settings_dict |= {key.upper(): value for key, value in server.items()}
        return super().get_connection_params()
