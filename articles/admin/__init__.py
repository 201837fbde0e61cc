"""The admin of outlets and events. Articles are shown by `claims.admin.articles`.

An article's page marks the claims found in it, and `articles` does not know claims.
"""

from articles.admin.events import EventAdmin
from articles.admin.feeds import FeedAdmin
from articles.admin.imports import ImportAdmin
from articles.admin.kept import Kept, Recorded
from articles.admin.links import LinkAdmin
from articles.admin.outlets import OutletAdmin

__all__ = [
    "EventAdmin",
    "FeedAdmin",
    "ImportAdmin",
    "Kept",
    "LinkAdmin",
    "OutletAdmin",
    "Recorded",
]
