"""Events in the order that they are read in: nothing comes late into what was read already."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from articles.events import Event, Position, record, settled_position
from tests.conftest import wait_until
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db(transaction=True)


def read(position=None):
    """The kinds that a reader gets who has read up to `position`, and how far it is then."""
    events = Event.objects.settled()
    rows = list(events.after(position) if position else events)
    return [event.kind for event in rows], rows[-1].position if rows else position


class Slow:
    """A transaction that has recorded an event and is still running."""

    def __init__(self, kind, outlet):
        self.kind, self.outlet = kind, outlet
        self.recorded, self.may_end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            with transaction.atomic():
                record(self.kind, self.outlet)
                self.recorded.set()
                assert self.may_end.wait(30)
        finally:
            connection.close()

    def __enter__(self):
        self.thread.start()
        assert self.recorded.wait(30)
        return self

    def __exit__(self, *error):
        self.end()

    def end(self):
        self.may_end.set()
        self.thread.join(30)


def test_an_event_committed_later_with_a_lower_id_is_not_missed():
    outlet = OutletFactory()
    record("outlet.first", outlet)

    with Slow("outlet.slow", outlet) as slow:
        record("outlet.quick", outlet)
        assert Event.objects.get(kind="outlet.quick").pk > Event.objects.get(kind="outlet.first").pk
        early, position = read()
        slow.end()
    late, position = read(position)

    assert early == ["outlet.first"]
    assert late == ["outlet.slow", "outlet.quick"]
    assert read(position) == ([], position)


def test_one_that_was_rolled_back_holds_nothing_up():
    outlet = OutletFactory()
    with transaction.atomic():
        record("outlet.undone", outlet)
        transaction.set_rollback(True)
    record("outlet.after", outlet)

    # The tests beside this one write to the same server, and are waited for.
    wait_until(lambda: read()[0] == ["outlet.after"])


def test_a_reader_who_starts_at_the_end_gets_what_comes_then():
    outlet = OutletFactory()
    record("outlet.before", outlet)
    with Slow("outlet.running", outlet):
        end = settled_position()
        assert read(end)[0] == []
    record("outlet.after", outlet)

    assert read(end)[0] == ["outlet.running", "outlet.after"]


def test_events_of_one_transaction_come_in_the_order_they_were_recorded():
    outlet = OutletFactory()
    with transaction.atomic():
        for number in range(5):
            record(f"outlet.{number}", outlet)

    assert read()[0] == [f"outlet.{number}" for number in range(5)]


def test_after_a_restore_on_a_younger_server_new_events_come_last():
    outlet = OutletFactory()
    far = settled_position().transaction + 1_000_000
    Event.objects.create(
        kind="outlet.restored", subject_type="articles.outlet", subject_id=1, transaction=far
    )
    assert read()[0] == []

    call_command("migrate", verbosity=0)
    record("outlet.new", outlet)

    assert read()[0] == ["outlet.restored", "outlet.new"]


@pytest.mark.parametrize("text", ["", "1", "1-", "-1-2", "1-2-3", "a-b", "١-٢", "1" * 19 + "-1"])
def test_what_is_no_position_is_refused(text):
    with pytest.raises(ValueError, match="no position"):
        Position.read(text)
