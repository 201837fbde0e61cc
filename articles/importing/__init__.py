"""Files of articles on their way into the desk, in the background and in batches.

The database is the queue of record here too: an import's state, counters and place in its file are
columns, and each batch commits them together with its articles. A process that is killed anywhere
leaves the last batch whole and the next one undone.
"""
