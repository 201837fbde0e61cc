"""What is committed here is on the disk, as at a desk: some of these tests crash PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.conftest import wait_for_disk


@pytest.fixture(autouse=True)
def durable(transactional_db) -> Iterator[None]:
    wait_for_disk(True)
    yield
    wait_for_disk(False)
