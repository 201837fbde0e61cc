"""Cursor pages, while rows come, go and change their place between one page and the next."""

from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest
from django.db.models import F
from django.utils import timezone

from articles.linking.services import links_submit
from articles.models import Article, Import, Outlet
from claims.models import Claim, Claimant, ExternalVerdict, Match, Verdict
from tests.asking import client_of
from tests.factories import (
    ArticleFactory,
    ClaimantFactory,
    ClaimFactory,
    ExternalVerdictFactory,
    MatchFactory,
    OutletFactory,
    published_verdict,
    user_in,
)

pytestmark = pytest.mark.django_db
SIZE, PAGES = 3, 4


@pytest.fixture
def editor(db):
    return user_in("editor")


def made(model, factory):
    """Make rows that share their keys by twos and threes, so that the id has to decide."""
    numbers = count()

    def make(**fields):
        number = next(numbers)
        given = {
            name: value(number) if callable(value) else value for name, value in fields.items()
        }
        return factory(**given)

    return make


def day(number):
    return timezone.localdate() - timedelta(days=number // 3)


#: List, its order, the rows, how one is made, and the column of its place.
LISTS = {
    "claims by score": (
        "claims/?ordering=score", Claim, lambda n: ClaimFactory(check_worthiness=0.3 + n // 3 / 20),
        "check_worthiness",
    ),
    "claims by day": (
        "claims/?ordering=made_on", Claim,
        lambda n: ClaimFactory(made_on=day(n) if n % 4 else None), "made_on",
    ),
    "claims, newest": ("claims/?ordering=newest", Claim, lambda n: ClaimFactory(), "created_at"),
    "claims by priority": (
        "claims/?ordering=priority", Claim, lambda n: ClaimFactory(check_worthiness=0.3 + n // 3 / 20),
        "check_worthiness",
    ),
    "articles, newest": ("articles/?", Article, lambda n: ArticleFactory(), None),
    "articles by day": (
        "articles/?ordering=published", Article,
        lambda n: ArticleFactory(
            published_at=timezone.now().replace(microsecond=0) - timedelta(days=n // 3)
        ),
        "published_at",
    ),
    "outlets by name": (
        "outlets/?ordering=name", Outlet, lambda n: OutletFactory(name=f"Herald {n // 3}"), "name",
    ),
    "claimants by name": (
        "claimants/?ordering=name", Claimant, lambda n: ClaimantFactory(name=f"Quill {n // 3}"),
        "name",
    ),
    "claimants, newest": (
        "claimants/?ordering=newest", Claimant, lambda n: ClaimantFactory(), None,
    ),
    "others' verdicts by day": (
        "external-verdicts/?ordering=reviewed_on", ExternalVerdict,
        lambda n: ExternalVerdictFactory(reviewed_on=day(n) if n % 4 else None), "reviewed_on",
    ),
}  # fmt: skip
