"""Real PostgreSQL and real Valkey for every test; a real worker for those that ask for one."""

import os
import sys
from pathlib import Path

import pytest

# The suite runs on one folder of its own, so that it never meets a running demo's data.
ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("PLUMBLINE_VAR", str(ROOT / "var" / "test"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # pytest-playwright runs an event loop
sys.path.insert(0, str(ROOT))


@pytest.fixture
def reader(db):
    from tests.factories import user_in

    return user_in("reader", username="reader")


@pytest.fixture
def researcher(db):
    from tests.factories import user_in

    return user_in("researcher", username="researcher", first_name="Tove")


@pytest.fixture
def editor(db):
    from tests.factories import user_in

    return user_in("editor", username="editor", first_name="Edda")


@pytest.fixture
def other_editor(db):
    from tests.factories import user_in

    return user_in("editor", username="other-editor", first_name="Otis")


@pytest.fixture
def admin(db):
    from tests.factories import user_in

    return user_in("admin", username="admin", first_name="Ada")
