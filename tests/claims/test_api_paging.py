"""Cursor pages, while rows come, go and change their place between one page and the next."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Article, Outlet
from claims.desk.verdicts import verdict_retract
from claims.models import Claim, Claimant, ExternalVerdict, Verdict
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

ROWS = 12
DAY = date(2026, 5, 4)
NOON = timezone.datetime(2026, 5, 4, 12, tzinfo=timezone.get_default_timezone())


@dataclass(frozen=True)
class Listed:
    """A list in one order; `make(n)` adds a row, by threes with the same key; `column` holds it."""

    address: str
    model: Any
    make: Callable[[int], Any]
    column: str = ""


def named(factory, name):
    """Names are there once, so that they differ by what hardly counts in their order."""
    return lambda n: factory(name=f"{name} {n % ROWS // 3} {'i' * n}")


LISTS = {
    "claims by score": Listed(
        "claims/?ordering=score",
        Claim,
        lambda n: ClaimFactory(check_worthiness=0.3 + n % ROWS // 3 / 20),
        "check_worthiness",
    ),
    "claims by priority": Listed(
        "claims/?ordering=priority",
        Claim,
        lambda n: ClaimFactory(check_worthiness=0.3 + n % ROWS // 3 / 20),
        "check_worthiness",
    ),
    "claims by day, some without": Listed(
        "claims/?ordering=made_on",
        Claim,
        lambda n: ClaimFactory(made_on=DAY - timedelta(days=n % ROWS // 3) if n % 4 else None),
        "made_on",
    ),
    "claims, newest": Listed("claims/?ordering=newest", Claim, lambda n: ClaimFactory()),
    "claims of one status": Listed("claims/?status=new", Claim, lambda n: ClaimFactory()),
    "articles, newest": Listed("articles/?", Article, lambda n: ArticleFactory()),
    "articles by day": Listed(
        "articles/?ordering=published",
        Article,
        lambda n: ArticleFactory(published_at=NOON - timedelta(days=n % ROWS // 3)),
        "published_at",
    ),
    "outlets by name": Listed("outlets/?", Outlet, named(OutletFactory, "Herald"), "name"),
    "outlets, newest": Listed("outlets/?ordering=newest", Outlet, lambda n: OutletFactory()),
    "claimants by name": Listed("claimants/?", Claimant, named(ClaimantFactory, "Quill"), "name"),
    "claimants, newest": Listed(
        "claimants/?ordering=newest", Claimant, lambda n: ClaimantFactory()
    ),
    "others' verdicts, newest": Listed(
        "external-verdicts/?", ExternalVerdict, lambda n: ExternalVerdictFactory()
    ),
    "others' verdicts by day, some without": Listed(
        "external-verdicts/?ordering=reviewed_on",
        ExternalVerdict,
        lambda n: ExternalVerdictFactory(
            reviewed_on=DAY - timedelta(days=n % ROWS // 3) if n % 4 else None
        ),
        "reviewed_on",
    ),
}


@pytest.fixture
def desk(db):
    return client_of(user_in("editor"))


def read(desk, address):
    return desk.get(address).json()


def walked(desk, address, way, between):
    """The ids on every page that `way`, “next” or “previous”, leads to from `address` on."""
    seen = []
    while address:
        page = read(desk, address)
        ids = [row["id"] for row in page["results"]]
        seen += ids[:: 1 if way == "next" else -1]
        address = page[way]
        between(ids)
    return seen


def last_page(desk, address):
    while following := read(desk, address)["next"]:
        address = following
    return address


@pytest.mark.parametrize("way", ["next", "previous"])
@pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)
def test_rows_that_stay_come_once_each_and_in_order(desk, listed, way):
    """Between pages rows arrive, one that was read goes, and two change places across the edge."""
    rows = [listed.make(n) for n in range(ROWS)]
    first = f"/api/v1/{listed.address}&page_size=3"
    before = [row["id"] for row in read(desk, first.replace("=3", "=100"))["results"]]
    before = before[:: 1 if way == "next" else -1]
    ids = {str(row.uid): row for row in rows}
    seen, disturbed = [], set()

    def meanwhile(page):
        seen.extend(page)
        if len(seen) > ROWS:
            return  # Else those that arrive behind would keep it from ending.
        for n in range(0, ROWS, 5):
            listed.make(n + ROWS * len(seen))
        edge = page[-1] if way == "next" else page[0]
        disturbed.add(edge)
        listed.model.objects.filter(uid=edge).delete()
        unseen = [uid for uid in before if uid not in seen and uid not in disturbed]
        if listed.column and len(unseen) > 1:
            passed = next(uid for uid in seen if uid not in disturbed)
            disturbed.update([passed, unseen[-1]])
            swap(listed, passed, unseen[-1])

    start = first if way == "next" else last_page(desk, first)
    found = walked(desk, start, way, meanwhile)

    stayed = [uid for uid in before if uid not in disturbed and uid in ids]
    assert len(stayed) >= 2
    assert [uid for uid in found if uid in stayed] == stayed
    arrived = Counter(uid for uid in found if uid not in ids and uid not in disturbed)
    assert set(arrived.values()) <= {1}


def swap(listed, one, other):
    """Each gets the place of the other; names in three steps, since each is there once."""
    rows = listed.model.objects
    keys = [rows.values_list(listed.column, flat=True).get(uid=uid) for uid in (one, other)]
    if listed.column == "name":
        rows.filter(uid=one).update(name="Aside")
    rows.filter(uid=other).update(**{listed.column: keys[0]})
    rows.filter(uid=one).update(**{listed.column: keys[1]})


@pytest.mark.parametrize("way", ["next", "previous"])
def test_verdicts_published_and_retracted_meanwhile(desk, way):
    author, editor = user_in("researcher"), user_in("editor")
    rows = [published_verdict(author, editor) for _n in range(9)]
    first = "/api/v1/verdicts/?page_size=2"
    before = [str(row.uid) for row in rows[:: -1 if way == "next" else 1]]
    seen, retracted = [], set()

    def meanwhile(page):
        if len(seen) < len(rows):
            seen.extend(page)
            published_verdict(author, editor)
        edge = page[-1] if way == "next" else page[0]
        if edge in before:
            retracted.add(edge)
            verdict_retract(Verdict.objects.get(uid=edge), note="Forged.", by=editor)

    start = first if way == "next" else last_page(desk, first)
    found = walked(desk, start, way, meanwhile)

    assert len(retracted) >= 4
    assert [uid for uid in found if uid in before and uid not in retracted] == [
        uid for uid in before if uid not in retracted
    ]
    assert max(Counter(found).values()) == 1


def test_the_matches_of_a_claim_while_more_are_found(desk):
    claim = ClaimFactory()
    rows = [MatchFactory(claim=claim, score=0.5 + n % ROWS // 3 / 10) for n in range(8)]
    before = [
        str(row.uid) for row in sorted(rows, key=lambda row: (row.score, row.pk), reverse=True)
    ]
    scores = iter([0.99, 0.7, 0.6, 0.5, 0.4])

    found = walked(
        desk,
        f"/api/v1/claims/{claim.uid}/matches/?page_size=2",
        "next",
        lambda page: MatchFactory(claim=claim, score=next(scores, 0.45)),
    )

    assert [uid for uid in found if uid in before] == before
    assert max(Counter(found).values()) == 1
