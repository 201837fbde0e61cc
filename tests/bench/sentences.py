"""Made-up claims for the benches: as many as asked for, alike in kind."""

import random
from collections.abc import Iterator

SYLLABLES = "balcordenfargilholkerlunmarnorpolrinsaltorvenwesyarzeldunbri"
SUBJECTS = """\
the council of {place}
{place} hospital
schools in {place}
the police of {place}
farmers around {place}
the port of {place}
commuters in {place}
the government in {place}
nurses in {place}
the {place} water company
voters in {place}
small businesses in {place}
the mayor of {place}
tenants in {place}
the {place} fire brigade
fishing crews from {place}
pensioners in {place}""".splitlines()
PREDICATES = """\
spent {n} million crowns on new trams in {year}
closed {n} libraries since {year}
treated {n},000 patients with measles in {year}
lost {n} percent of its members between {year} and 2024
emitted {n} percent less carbon dioxide than in {year}
pays the highest property tax in the country
waited {n} weeks on average for an appointment
recorded {n} burglaries in {year}, more than ever
received {n} million crowns from the disaster fund
caught {n},000 tonnes of herring in {year}
built {n},000 flats in {year}
never paid back the {year} loan of {n} million
cut {n} bus lines in {year}
dumped untreated sewage on {n} days of {year}
earn {n} percent less than in {year}
hired {n} teachers from abroad
banned diesel cars in {year}
sold {n} forests to a foreign company
vaccinated {n} percent of all children by {year}
lowered the speed limit to {n} kilometres an hour""".splitlines()

#: What stands between the claims of an article.
BETWEEN = """\
It was raining when the doors opened, and few people had come.
She thanked everybody who had stayed until the end.
Nobody in the hall seemed to be surprised.
The debate will go on after the summer.
He did not want to say more.
A spokeswoman could not be reached in the evening.
That may well change again, as old friends of both families like to say over coffee.
Some stood up and left, others clapped, and a child asked when they would go home.
There had been rumours before.
Asked about it later, he only smiled and pointed at the sea.
It is the kind of question that is asked in every kitchen here, and rarely answered.
The next meeting has not been announced yet.""".splitlines()


def sentences(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(claim, the place it names)."""
    chance = random.Random(seed)
    syllables = [SYLLABLES[at : at + 3] for at in range(0, len(SYLLABLES), 3)]
    for _n in range(count):
        place = "".join(chance.choices(syllables, k=3)).title()
        subject = chance.choice(SUBJECTS).format(place=place)
        predicate = chance.choice(PREDICATES).format(
            n=chance.randint(2, 97), year=chance.randint(1990, 2023)
        )
        yield f"{subject[0].upper()}{subject[1:]} {predicate}.", place
