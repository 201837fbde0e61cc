"""Do the desk's pages and the API's lists take longer among a million claims?

Every page is asked for in-process, with other values each time, among 10,000 claims and among
many, in one run. Of each the 95th percentile, how many times that of 10,000 it is, and how many
queries it took.
"""

import gc
import json
import random
import statistics
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from claims.models import Claim, Claimant, Rating
from tests.bench import generating
from tests.bench.sentences import SYLLABLES


@dataclass(frozen=True)
class Ordered:
    """A list of the API in one order, by whose name its cursors go."""

    address: str
    name: str
    rows: QuerySet[Any]
    by: tuple[str, str]
    size: int


ORDERS = {
    "claims": Ordered(
        "claims/?ordering=score", "score", Claim.objects.all(), ("-check_worthiness", "-pk"), 10
    ),
    "claims, newest": Ordered(
        "claims/?ordering=newest", "newest", Claim.objects.all(), ("-created_at", "-pk"), 10
    ),
    "articles": Ordered("articles/?", "newest", Article.objects.all(), ("-pk", "-pk"), 2),
}
FEW, MANY = 10_000, 1_000_000
RUNS = 20
QUEUE = "/admin/claims/claim/"
Ask = Callable[[random.Random, int], str]


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request, and the queries of the last."""

    times: list[float]
    queries: int

    @property
    def late(self) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.times, n=20)[-1]


def report(many: int = MANY) -> None:
    connection.ensure_connection()
    found = {count: measured(count) for count in (FEW, many)}
    print(f"desk: 95th percentile of {RUNS} requests, milliseconds; queries of one")
    print(f"  {'':<32} {FEW:>10,} {many:>10,}  times  queries")
    for name, few in found[FEW].items():
        lots = found[many][name]
        queries = (
            f"{few.queries}" if few.queries == lots.queries else f"{few.queries}→{lots.queries}"
        )
        times = f"{few.late:10.0f} {lots.late:10.0f}  {lots.late / few.late:5.2f}"
        print(f"  {name:<32} {times}  {queries:>7}")


def measured(claims: int) -> dict[str, Measured]:
    generating.generate(claims)
    client = Client()
    client.force_login(generating.people()[0])
    # As a web process does: `config/wsgi.py`.
    gc.collect()
    gc.freeze()
    return {name: timed(client, ask, claims) for name, ask in pages().items()}


def timed(client: Client, ask: Ask, claims: int) -> Measured:
    chance = random.Random(5)
    paths = [ask(chance, claims) for _run in range(RUNS + 2)]
    # The first two fill the caches of Django and PostgreSQL.
    fetch(client, paths[0])
    with CaptureQueriesContext(connection) as captured:
        fetch(client, paths[1])
    queries = len(captured)
    return Measured([fetch(client, path) for path in paths[2:]], queries)


def fetch(client: Client, path: str) -> float:
    """In milliseconds."""
    start = time.perf_counter()
    response = client.get(path)
    took = time.perf_counter() - start
    assert response.status_code == 200, f"{path}: {response.status_code}"
    return took * 1000


def pages() -> dict[str, Ask]:
    ratings = list(Rating.objects.values_list("pk", flat=True))
    return {
        "queue": fixed(""),
        "queue, a page of 200": lambda chance, n: f"{QUEUE}?p={last_page(chance, n)}",
        "status: one": one_of("status", ["new", "triaged", "in_review", "published"]),
        "status: all": fixed("?status=all"),
        "outlet": lambda chance, n: f"{QUEUE}?outlet={skewed(chance, max(n // 500, 20))}",
        "claimant": lambda chance, n: f"{QUEUE}?claimant__id__exact={skewed(chance, n // 20)}",
        "topic": one_of("topic", generating.TOPICS),
        "rating": lambda chance, n: f"{QUEUE}?rating={chance.choice(ratings)}",
        "language": one_of("language", ["en", "de", "fr"]),
        "assignee: me": fixed("?assignee=me"),
        "assignee: nobody": fixed("?assignee=nobody"),
        "score": lambda chance, n: f"{QUEUE}?check_worthiness_from={chance.uniform(0.3, 0.95):.2f}",
        "score, low ones": fixed("?check_worthiness_to=0.31"),
        "dates: a week": lambda chance, n: f"{QUEUE}?{days(chance, 7)}",
        "dates: a quarter": lambda chance, n: f"{QUEUE}?{days(chance, 90)}",
        "dates: until": lambda chance, n: f"{QUEUE}?{days(chance, 500)}",
        "same: suggested": fixed("?same=suggested"),
        "mark: unread": fixed("?mark=unread"),
        "mark: flagged": fixed("?mark=flagged"),
        "outlet, topic and status": lambda chance, n: (
            f"{QUEUE}?outlet={skewed(chance, max(n // 500, 20))}&topic=crime&status=published"
        ),
        "search: rare word": lambda chance, n: f"{QUEUE}?q={word(chance, n)}",
        "search: common word": one_of("q", ["hospital", "council", "percent", "libraries"]),
        "search: two words": lambda chance, n: f"{QUEUE}?q=council+{word(chance, n)}",
        "search: misspelt": lambda chance, n: f"{QUEUE}?q={misspelt(word(chance, n))}",
        "search: claimant": lambda chance, n: f"{QUEUE}?q={claimant(chance, n)}",
        "workbench": lambda chance, n: f"{QUEUE}{chance.randint(1, n)}/change/",
        "home": lambda chance, n: "/admin/",
        "claimants, typed": lambda chance, n: typed("claims", "claim", "claimant", chance),
        "outlets, typed": lambda chance, n: typed("articles", "article", "outlet", chance),
        **{
            f"api: {name}, {where}": partial(api_page, order, numbers)
            for name, order in ORDERS.items()
            for where, numbers in {"page 1": (1, 1), "about page 1,000": (900, 1000)}.items()
        },
    }


def fixed(query: str) -> Ask:
    return lambda chance, n: f"{QUEUE}{query}"


def one_of(name: str, values: list[str]) -> Ask:
    return lambda chance, n: f"{QUEUE}?{name}={chance.choice(values)}"


def skewed(chance: random.Random, most: int) -> int:
    """Often one of the few that have most, as an editor would ask for."""
    return 1 + int(chance.random() ** 3 * most)


def last_page(chance: random.Random, claims: int) -> int:
    """Some page of those that there are; the queue of a large desk ends at its 200th."""
    return chance.randint(1, min(200, claims // 200))


def days(chance: random.Random, length: int) -> str:
    first = generating.UNTIL.date() - timedelta(days=chance.randint(length, 1000))
    return f"made_from={first}&made_to={first + timedelta(days=length)}"


def word(chance: random.Random, claims: int) -> str:
    """The rarest kind of word of some claim: the name of its place."""
    text = Claim.objects.values_list("text", flat=True).get(pk=chance.randint(1, claims))
    names = [word.strip(".") for word in text.split()[1:] if word[0].isupper()]
    return names[0] if names else text.split()[-1].strip(".")


def misspelt(word: str) -> str:
    """With two letters of its middle in each other's place."""
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]


def claimant(chance: random.Random, claims: int) -> str:
    found: Any = Claimant.objects.values_list("name", flat=True)
    return found.get(pk=skewed(chance, claims // 20)).split()[0]


def typed(app: str, model: str, field: str, chance: random.Random) -> str:
    """The completion of a name of which some letters are typed."""
    start = chance.randrange(0, len(SYLLABLES), 3)
    term = SYLLABLES[start : start + 3] if field == "claimant" else "outlet 1"
    asked = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    return f"/admin/autocomplete/?{urlencode(asked)}"


def api_page(order: Ordered, numbers: tuple[int, int], chance: random.Random, claims: int) -> str:
    """A page of a list between the two numbers, of so many rows that 10,000 claims have them."""
    number = chance.randint(*numbers)
    address = f"/api/v1/{order.address}&page_size={order.size}"
    if number == 1:
        return address
    [row] = order.rows.order_by(*order.by).values_list(order.by[0].strip("-"), "pk")[
        (number - 1) * order.size - 1 : (number - 1) * order.size
    ]
    key = row[0] if isinstance(row[0], int | float) else row[0].isoformat()
    cursor = json.dumps([order.name, False, key, row[1]]).encode()
    return f"{address}&cursor={urlsafe_b64encode(cursor).decode()}"
