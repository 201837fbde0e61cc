"""Garbage is looked for before a request, and not amid one, which would last half as long again."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from django.test import Client

from config import garbage


class Ring:
    """Garbage that only a search finds: it holds itself."""

    def __init__(self) -> None:
        self.rest = [self, *([] for _ in range(garbage.WORTH))]


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_a_request_begins_without_what_the_last_one_left(client: Client) -> None:
    gc.collect()
    gc.disable()
    try:
        left = weakref.ref(Ring())
        assert left() is not None
        client.get("/healthz")
        assert left() is None
    finally:
        gc.enable()


def test_nobody_waits_where_little_is_left(client: Client) -> None:
    client.get("/healthz")
    gc.collect()
    searches: list[str] = []
    gc.callbacks.append(lambda phase, info: searches.append(phase))
    try:
        client.get("/healthz")
    finally:
        gc.callbacks.pop()
    assert not searches
