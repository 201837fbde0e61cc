"""Files of short reports: some repeat a claim, some are copies, some are there twice, some bad."""

import gzip
import json
import random
from dataclasses import dataclass

from tests.articles.files import json_lines, table

OUTLETS = {
    "Harbour Herald": "herald.example",
    "Lantern Post": "lantern.example",
    "Pier Courier": "courier.example",
    "Inland Gazette": "gazette.example",
}
FIRST = ("Mara", "Jonas", "Ines", "Tobias", "Clara", "Viktor", "Helen", "Oscar")
LAST = ("Quill", "Teller", "Vale", "Brandt", "Marsh", "Holm", "Okafor", "Lindqvist")
ROLES = ("Mayor", "Senator", "Minister", "Governor")
TOWNS = ("Alder Bay", "Brinton", "Caldmouth", "Dunharrow", "Eastwick", "Fenport", "Garrow", "Hale")
#: What is claimed; numbers make each its own.
FACTS = (
    "the council of {town} closed {few} of its {many} libraries in {year}",
    "unemployment in {town} fell to {few}.{digit} percent in {year}",
    "the port of {town} shipped {many} million tonnes of grain in {year}",
    "{town} spent {many}.{digit} million crowns on roads in {year}",
    "hospitals in {town} treated {many},{three} patients in {year}",
    "the police of {town} recorded {many} burglaries fewer in {year} than the year before",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
#: Long enough for near-copies to be told: shorter texts are copies only when they are the same.
LONG = (
    "The opposition had asked for the figures in writing and received them late in the evening.",
    "Members left the assembly without a vote and will come together again in the autumn.",
    "Nobody in the gallery wanted to talk to reporters when the doors were opened at last.",
    "A committee will look at the books before the next debate and report to the chamber.",
    "Outside the building a brass band played for visitors who had come from the coast.",
    "The session was broken off twice because the microphones had failed in the old hall.",
)
MORE = "This report has been shortened."
#: What is wrong with every hundredth row, in turn.
SPOILT = ({"outlet": "Nobody's News"}, {"text": ""}, {"published_at": "soon"})


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    rows: int


def files(count: int, *, number: int = 5) -> list[File]:
    """So many rows in so many files, always the same ones."""
    rows = dispatches(count)
    size = -(-count // number)
    pieces = [rows[at : at + size] for at in range(0, count, size)]
    return [written(place, piece) for place, piece in enumerate(pieces)]


def written(place: int, rows: list[dict]) -> File:
    ending = ("jsonl", "csv", "json", "jsonl.gz")[place % 4]
    write = {
        "jsonl": json_lines,
        "csv": table,
        "json": lambda rows: json.dumps(rows).encode(),
        "jsonl.gz": lambda rows: gzip.compress(json_lines(rows), mtime=0),
    }[ending]
    return File(f"dispatches-{place}.{ending}", write(rows), len(rows))


def dispatches(count: int) -> list[dict]:
    """Every 20th is a copy in another outlet, every 40th nearly one, every 50th there twice."""
    chance = random.Random(count)
    spoken = facts(chance, count)
    rows: list[dict] = []
    for n in range(count):
        rows.append(dispatch(chance, n, spoken))
        if n % 20 == 9:
            rows[n]["text"] = rows[n - 2]["text"]
        if n % 40 == 16:
            rows[n]["text"] += "\n\n" + " ".join(chance.sample(LONG, 2))
        if n % 40 == 19:
            rows[n]["text"] = f"{rows[n - 3]['text']}\n\n{MORE}"
        if n % 50 == 25:
            rows[n] = dict(rows[n - 1])
        if n % 100 == 3:
            rows[n] |= SPOILT[n // 100 % len(SPOILT)]
    return rows


def facts(chance: random.Random, count: int) -> dict[tuple[str, str], list[str]]:
    """What each person claims, in all one fact for two reports; each is one person's."""
    people = [(f"{first} {last}", chance.choice(ROLES)) for first in FIRST for last in LAST]
    each = max(2, count // 2 // len(people))
    return {person: [fact(chance) for _ in range(each)] for person in people}


def fact(chance: random.Random) -> str:
    return chance.choice(FACTS).format(
        town=chance.choice(TOWNS),
        few=chance.randint(2, 19),
        many=chance.randint(20, 999),
        digit=chance.randint(1, 9),
        three=chance.randint(100, 999),
        year=chance.randint(2011, 2024),
    )


def dispatch(chance: random.Random, n: int, spoken: dict[tuple[str, str], list[str]]) -> dict:
    person, role = chance.choice(list(spoken))
    first, second = chance.sample(spoken[person, role], 2)
    # No text is like another by chance: which file's it is would be told by who came first.
    said = f"on {DAYS[n // 1440]} at {n // 60 % 24}:{n % 60:02}"
    outlet, domain = list(OUTLETS.items())[n % len(OUTLETS)]
    return {
        "title": f"{person} on {chance.choice(TOWNS)}, report {n}",
        "text": f"“{first[0].upper()}{first[1:]},” {role} {person} said {said}.\n\n"
        f"{person} said that {second}.",
        "url": f"https://{domain}/dispatches/{n}",
        "outlet": outlet,
        # Within a week: what points at a speaker or a day is the same claim within one only.
        "published_at": f"2025-05-{5 + n % 6:02}T12:00:00Z",
        "language": "en",
    }
