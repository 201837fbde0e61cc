"""URLs on their way to become articles, and asked again later: has the article changed since?

The database is the queue of record here too: a link's state, attempts and time are columns, and so
is when its host may be asked next. docs/links.md is the page of this part.
"""
