"""What this app announces; `claims` listens."""

from django.dispatch import Signal

#: Sent on commit with `article_id` when an article waits for its extraction.
article_stored = Signal()

#: Sent with `recorded`, a list of Events, in the transaction that records them.
events_recorded = Signal()
