"""What this app announces; `claims` listens."""

from django.dispatch import Signal

#: Sent on commit with `article_id` when an article waits for its extraction.
article_stored = Signal()

#: Sent with `recorded`, a list of Events, in the transaction that records them.
events_recorded = Signal()

#: Sent on commit with `import_id` when an import has ended; its articles wait for extraction.
import_ended = Signal()

#: Sent with `article`, as it reads now, and `former`, its ArticleRevision, in the transaction that
#: changes it: who keeps offsets into its text moves them there.
article_revised = Signal()
