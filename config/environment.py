"""Where settings come from: the environment and a `.env` file beside `manage.py`."""

from pathlib import Path

from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# "development": a checkout on someone's desk. Everything else is treated as production.
ENVIRONMENT = env.str("PLUMBLINE_ENV", "development")
PRODUCTION = ENVIRONMENT != "development"
# Where the embedded services, logs and files lie.
VAR_DIR = Path(env.str("PLUMBLINE_VAR", str(BASE_DIR / "var")))
