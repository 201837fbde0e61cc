"""The search of the queue: claims by their words, headlines and claimants, misspelt ones too.

A word is found as it stands or as the beginning of one, without regard to accents. One that no
claim, headline or claimant has is taken for the known words that look most like it. Both are
looked up among the words that are known, which are few, and never among a million claims.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector, TrigramSimilarity
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from articles.events import Event
from claims.models import Claim, Claimant, ClaimantAlias, KnownWord
from claims.models.among import among
from claims.models.claims import WORDS, ClaimQuerySet

#: Words of a search that are read, and letters of each.
MOST_WORDS, MOST_LETTERS = 20, 100
#: Fewer letters are no beginning of a word, and no misspelling of another.
SHORTEST = 3
#: Known words that a misspelt one is taken for, and how much of the letters they share.
MOST_MEANT, LIKENESS = 5, 0.75
#: Looked at for them.
MOST_LIKE = 60
MOST_CLAIMANTS = 500
#: Claims whose words are learned at once, and how long after a change those of a killed process
#: are still looked for.
AT_ONCE, MENDED = 2_000, timedelta(days=7)
#: Written at once, in one order, so that two workers wait for each other and never deadlock.
LEARN = """
    INSERT INTO claims_knownword (word)
    SELECT DISTINCT word FROM claims_claim, unnest(tsvector_to_array(words)) AS word
    WHERE id = ANY(%s) AND length(word) <= 100
    UNION
    SELECT DISTINCT word FROM claims_claimant,
        unnest(tsvector_to_array(to_tsvector('desk_words', name))) AS word
    WHERE id IN (SELECT claimant_id FROM claims_claim WHERE id = ANY(%s)) AND length(word) <= 100
    ORDER BY word ON CONFLICT DO NOTHING
"""
LEARN_NAMES = """
    INSERT INTO claims_knownword (word)
    SELECT DISTINCT word FROM unnest(%s::text[]) AS name,
        unnest(tsvector_to_array(to_tsvector('desk_words', name))) AS word
    WHERE length(word) <= 100 ORDER BY word ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Sought:
    """One word of a search. `meant` are the known words it is taken for when it is not known."""

    word: str
    known: bool
    meant: Sequence[str] = ()

    def asked(self) -> SearchQuery:
        """As PostgreSQL reads it: any of the words, or any word that begins so."""
        words = self.meant or [self.word]
        begins = ":*" if self.known and len(self.word) >= SHORTEST else ""
        terms = " | ".join(f"{quoted(word)}{begins}" for word in words)
        return SearchQuery(terms, config="simple", search_type="raw")


def quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def sought(query: str) -> list[Sought]:
    """The words of `query` as they are looked for; none of punctuation alone."""
    return [looked_up(word) for word in words_of(query)]


def words_of(query: str) -> list[str]:
    """Taken apart as the claims' words are, without accents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(to_tsvector(%s, %s))", [WORDS, query[:1000]])
        [words] = cursor.fetchone()
    return [word for word in words if len(word) <= MOST_LETTERS][:MOST_WORDS]


def looked_up(word: str) -> Sought:
    if len(word) < SHORTEST or KnownWord.objects.filter(word__startswith=word).exists():
        return Sought(word, known=True)
    return Sought(word, known=False, meant=alike(word))


def alike(word: str) -> list[str]:
    """The known words that `word` is most likely a misspelling of; never another number."""
    if any(character.isdecimal() for character in word):
        return []
    # Two letters that changed places leave a short word none of its trigrams but the first two.
    begins = Q(word__startswith=word[:2], length__range=(len(word) - 1, len(word) + 1))
    like = (
        KnownWord.objects.alias(length=Length("word"))
        .filter(Q(word__trigram_similar=word) | begins)
        .annotate(likeness=TrigramSimilarity("word", word))
        .order_by("-likeness", "word")
        .values_list("word", flat=True)
    )
    return get_close_matches(word, list(like[:MOST_LIKE]), n=MOST_MEANT, cutoff=LIKENESS)


def claims_found(claims: ClaimQuerySet, words: Collection[Sought]) -> ClaimQuerySet:
    """Those that have every one of `words` in text or headlines, or as a name of the claimant.

    None for no words.
    """
    if not words:
        return claims.none()
    for word in words:
        asked = word.asked()
        found = Q(words=asked)
        if ids := claimants_named(asked):
            found |= Q(among("claimant", ids))
        claims = claims.filter(found)
    return claims


def claimants_named(asked: SearchQuery) -> list[int]:
    """The ids of the claimants whose name or alias holds what is asked for."""
    names = with_words(Claimant.objects.order_by(), asked).values_list("pk", flat=True)
    aliases = with_words(ClaimantAlias.objects.order_by(), asked).values_list("claimant", flat=True)
    return list(names[:MOST_CLAIMANTS].union(aliases[:MOST_CLAIMANTS]))


def with_words(rows: QuerySet, asked: SearchQuery) -> QuerySet:
    return rows.annotate(words=SearchVector("name", config=WORDS)).filter(words=asked)


def words_learn(claims: Collection[int]) -> None:
    """The words of these claims and of their claimants are known.

    For after a transaction: one that held new words would hold up every other that finds them. A
    process that is killed in between leaves them to `words_mend`.
    """
    ids = list(claims)
    with connection.cursor() as cursor:
        cursor.execute(LEARN, [ids, ids])


def words_mend() -> None:
    """Learn what a killed process did not come to learn; Events tell what has changed of late."""
    changed = Event.objects.filter(at__gte=timezone.now() - MENDED).order_by()
    claims = list(subjects(changed, Claim))
    for at in range(0, len(claims), AT_ONCE):
        words_learn(claims[at : at + AT_ONCE])
    claimants = subjects(changed, Claimant)
    for named in (
        Claimant.objects.filter(pk__in=claimants),
        ClaimantAlias.objects.filter(claimant__in=claimants),
    ):
        names_learn(list(named.values_list("name", flat=True)))


def subjects(changed: QuerySet[Event], model: type[Model]) -> QuerySet[Event, int]:
    """The ids of the rows of `model` that events are about, each once."""
    about = changed.filter(subject_type=model._meta.label_lower)
    return about.values_list("subject_id", flat=True).distinct()


def name_learn(instance: Claimant | ClaimantAlias, **_: Any) -> None:
    """The words of a claimant's name or alias that was saved are known. A signal's receiver."""
    transaction.on_commit(lambda: names_learn([instance.name]), robust=True)


def names_learn(names: Collection[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LEARN_NAMES, [list(names)])
