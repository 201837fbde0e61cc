"""What this app announces; `claims` listens."""

from django.dispatch import Signal

#: Sent on commit with `article_id` when an article waits for its extraction.
article_stored = Signal()

#: Sent with `recorded`, a list of Events, in the transaction that records them.
events_recorded = Signal()

#: Sent on commit with `import_id` when an import has ended; its articles wait for extraction.
import_ended = Signal()
