"""Words that turn a sentence: negation, direction, quantifiers, and how sure or done it is."""

import re
from collections.abc import Iterable, Sequence

from .tables import words

NEGATIONS = words(
    """not never no none nobody nothing neither nor nowhere without fail fails failed failing
    refuse refuses refused deny denies denied denying lack lacks lacked unable hardly scarcely
    barely false untrue fake hoax myth debunked incorrect"""
)
NOT_NEGATIONS = re.compile(
    r"\b(?:no (?:more|less|fewer|later|earlier|matter|doubt)(?! than \w+ing)|not only|or not"
    r"|not (?:more|less|fewer) than)\b"
)
NOT_DONE = re.compile(r"\b(?:yet|declin\w+|impossible) to\b")
QUANTIFIERS = {
    word: name
    for name, words in {
        "all": "all every each everyone everybody everything entire always",
        "most": "most majority mostly",
        "many": "many numerous",
        "several": "several",
        "some": "some certain somebody someone",
        "half": "half",
        "no": "none nobody",
        "only": "only solely exclusively",
        "any": "any anyone",
        "both": "both",
        "sometimes": "sometimes occasionally",
        "often": "often frequently",
        "almost": "almost nearly virtually",
        "almost none": "hardly scarcely barely",
        "except": "except excluding barring besides",
    }.items()
    for word in words.split()
}
MODALITIES = {
    word: name
    for name, words in {
        "will": "will shall",
        "may": "may might could possibly perhaps maybe",
        "would": "would",
        "can": "can able",
        "should": "should ought",
        "must": "must",
        "if": "if unless provided",
        "plans": """plan plans planned planning intend intends intended aim aims hope hopes hoped
            want wants wanted seek seeks sought pledge pledges pledged promise promises promised
            vow vows vowed""",
        "proposes": "propose proposes proposed proposal suggested",
        "threatens": "threaten threatens threatened threatening",
        "considers": "consider considers considering considered weighing mulling",
        "tries": "attempt attempts attempted attempting try tries tried trying",
        "is expected": "expected expects scheduled forecast projected",
        "agreed": "agree agrees agreed",
        "offers": "offer offers offered offering",
        "urges": "urge urges urged demand demands demanded ask asks asked",
        "orders": "order orders ordered",
        "allegedly": """allegedly reportedly apparently alleged suspected accused supposedly
            purportedly rumoured rumored""",
        "probably": "probably likely seems seem seemed appears appear appeared potentially",
    }.items()
    for word in words.split()
}
MOMENT = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|(?:this|last|next|past) (?:night|week|weekend|month"
    r"|quarter|year|season|term|decade|century|spring|summer|autumn|winter))\b"
)
PRESENT = words("is are has have does do am")
PAST = words("was were had did")

# Opposites, and things of which one excludes the other, in base forms and the irregular ones.
_OPPOSITES = """
rise rose risen grow grew grown increase raise climb climbed surge soar jump gain expand widen up
 lengthen double higher hike boost strengthen growth upgrade
| fall fell fallen drop decrease decline reduce cut lower sink sank plunge shrink shrank shrunk
 slump narrow down shorten halve weaken slash reduction tumble slide slid downgrade
more | less fewer
most | least fewest
win won winner victory beat | lose lost loser defeat
open reopen opened | close shut closure
first | last
before | after
support back backed favour favor endorse | oppose
approve pass passed adopt ratify | reject veto
uphold upheld affirm | overturn quash strike
convict guilty charge | acquit clear cleared innocent
ban prohibit outlaw forbid forbade forbidden bar barred | allow permit legalise legalize
legal lawful constitutional | illegal unlawful unconstitutional
buy bought acquire purchase | sell sold
join enter | leave left quit exit
hire recruit | fire sack dismiss
accept | refuse
confirm admit acknowledge | deny denied
start begin began begun launch begins | end stop finish halt
import | export

from .tables import words
better best improve | worse worst worsen deteriorate
above over | below under
longer | shorter
older | younger
larger bigger big large largest biggest | smaller small smallest
richer rich wealthy richest | poorer poor poorest
faster fast | slower slow
early earlier | late later
men man male boy boys | women woman female girl girls
north northern | south southern
east eastern | west western
arrest detain jail jailed imprison | release free freed
kill dead death die killed | injure wound hurt survive wounded
safe safer | dangerous unsafe
true | false
cause | prevent
help | harm
send sent | receive
lend lent | borrow
maximum | minimum
public | private
with | without
including include | excluding exclude except
direct | indirect
deport expel | admit
attack | defend
tighten | loosen relax ease
add | remove
hot hotter warm warmer hottest | cold colder cool cooler coldest
present | absent
day | night
left-wing | right-wing
many | few
always | never
everyone everybody somebody someone | nobody
agree | disagree
succeed | fail
appear return come | disappear vanish
create | destroy
praise hail laud | criticise criticize condemn blast
pause suspend | resume
withdraw withdrew withdrawn | rejoin
overtake overtook | behind
full fuller | empty emptier
possible | impossible
cheap cheaper cheapest | expensive dearer dear costly
likely | unlikely
safely | unsafely
guilt | innocence
majority | minority
major | minor
permanent | temporary
husband | wife
father | mother
son | daughter
brother | sister
uncle | aunt
king | queen
prince | princess
spring | summer | autumn | winter
morning | afternoon | evening | midnight | noon
red | yellow | green | blue | white | black
murder | manslaughter | rape | theft | fraud | bribery | arson | perjury | espionage | treason
 | kidnapping | robbery | blackmail | assault
hospital | school | prison | church | mosque | synagogue
gun | knife | hammer
car | train | plane | ship | bus
doctor | nurse | patient
teacher | pupil
mayor | governor | president | senator
suspicious | accidental
suspect | convict
prove proof proven | suggest
"""
_ENDING = re.compile(r"(?:ings?|ed|(?<!s)es|(?<!s)s|e)$")


def stem(word: str) -> str:
    """`word` without its ending: "cutting" and "cuts" are "cut"."""
    root = _ENDING.sub("", word)
    if len(root) < 3:
        return word
    if root[-1] == root[-2] and root[-1] not in "sl":
        root = root[:-1]
    return root[:-1] + "y" if root[-1] == "i" else root


def _sides() -> dict[str, tuple[tuple[int, int], ...]]:
    sides: dict[str, tuple[tuple[int, int], ...]] = {}
    for axis, line in enumerate(_OPPOSITES.replace("\n|", " |").replace("\n ", " ").split("\n")):
        for side, listed in enumerate(line.split("|")):
            for word in {stem(word) for word in listed.split()}:
                sides[word] = (*sides.get(word, ()), (axis, side))
    return sides


SIDES = _sides()


def directions(tokens: Sequence[str]) -> dict[tuple[int, int], str]:
    """The sides of opposites that are taken, as (opposites, side), each with its word."""
    return {side: word for word in tokens for side in SIDES.get(stem(word), ())}


def negations(tokens: Sequence[str]) -> int:
    """How often a sentence is negated."""
    text = NOT_NEGATIONS.sub(" ", " ".join(tokens))
    return sum(word in NEGATIONS for word in text.split()) + len(NOT_DONE.findall(text))


def quantifiers(tokens: Sequence[str]) -> frozenset[str]:
    """Which of all, most, some, … are said of something; "a few" is not "few"."""
    found = {QUANTIFIERS[word] for word in tokens if word in QUANTIFIERS}
    for article, word in zip(["", *tokens], tokens, strict=False):
        if word in ("few", "little", "number"):
            found.add(f"{article} {word}" if article in ("a", "the") else word)
    return frozenset(found)


def moments(tokens: Iterable[str]) -> frozenset[str]:
    """The times that are told from today: "yesterday", "last week"."""
    return frozenset(MOMENT.findall(" ".join(tokens)))


def modalities(tokens: Sequence[str]) -> frozenset[str]:
    """How sure or how done a sentence says it is; nothing where it just says so."""
    found = {MODALITIES[word] for word in tokens if word in MODALITIES}
    text = " ".join(tokens)
    found |= {phrase for phrase in ("used to", "linked to", "close to") if f" {phrase} " in text}
    if re.search(r"\b(?:is|are|was|were) (?:going|set|due|about) to\b", text):
        found.add("will")
    return frozenset(found)


def tense(tokens: Iterable[str]) -> str:
    """ "present" or "past" where the auxiliaries all say so, else nothing."""
    said = set(tokens)
    present, past = bool(said & PRESENT), bool(said & PAST)
    return "" if present == past else "present" if present else "past"
