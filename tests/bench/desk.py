"""Do the queue, its filters, its search and the workbench take longer among a million claims?

Every page is asked for in-process, with other values each time, among 10,000 claims and among
many, in one run. Of each the 95th percentile and how many times that of 10,000 it is.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client

from claims.models import Claim, Claimant, Rating
from tests.bench import generating

FEW, MANY = 10_000, 1_000_000
RUNS = 20
QUEUE = "/admin/claims/claim/"
Ask = Callable[[random.Random, int], str]


def report(many: int = MANY) -> None:
    connection.ensure_connection()
    times = {count: measured(count) for count in (FEW, many)}
    print(f"desk: 95th percentile of {RUNS} requests, milliseconds")
    print(f"  {'':<28} {FEW:>10,} {many:>10,}  times")
    for name, few in times[FEW].items():
        late_few, late_many = late(few), late(times[many][name])
        print(f"  {name:<28} {late_few:10.0f} {late_many:10.0f}  {late_many / late_few:5.2f}")


def measured(claims: int) -> dict[str, list[float]]:
    generating.generate(claims)
    client = Client()
    client.force_login(generating.people()[0])
    return {name: list(timings(client, ask, claims)) for name, ask in pages().items()}


def timings(client: Client, ask: Ask, claims: int) -> Iterator[float]:
    chance = random.Random(5)
    paths = [ask(chance, claims) for _run in range(RUNS + 2)]
    for run, path in enumerate(paths):
        start = time.perf_counter()
        response = client.get(path)
        took = time.perf_counter() - start
        assert response.status_code == 200, f"{path}: {response.status_code}"
        # The first two fill the caches of Django and PostgreSQL.
        if run >= 2:
            yield took * 1000


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


def late(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
