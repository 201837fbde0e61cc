"""What in a sentence points at something outside of it: a person, a thing, a day."""

import re

from .casing import WORD, is_headline
from .tables import words

TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[^\w\s]")
DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|apr|aug|sept|oct|nov|dec"
)
PERIOD = (
    "second|minute|hour|day|night|morning|afternoon|evening|week|weekend|fortnight|month|quarter"
    f"|season|semester|term|year|decade|century|spring|summer|autumn|fall|winter|{DAYS}|{MONTHS}"
)
RELATIVE_TIME = re.compile(
    rf"""\b(?:today|tonight|yesterday|tomorrow|now|nowadays|currently|presently|recently|lately
    |soon|ago|earlier|later|previously|meanwhile|newest|latest|upcoming|to\ date|so\ far
    |(?:the\ )?current|recent|until\ now|these\ days|at\ (?:present|the\ moment)
    |(?:this|last|next|past|previous|coming|following|same|that)
      \ (?:(?:few|couple\ of|\w+|\d+)\ )?(?:{PERIOD})s?
    |(?:in|over|during|for|within)\ the\ (?:last|past|next|coming)
    |year-(?:on|over)-year|the\ day\ (?:before|after)|overnight)\b""",
    re.I | re.X,
)
WEEKDAY = re.compile(rf"\b(?:{DAYS})s?\b(?!,?\s+(?:the\s+)?(?:\d|(?:{MONTHS})\b))", re.I)
DATED = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
MONTH = re.compile(rf"\b(?:{MONTHS.title()})\b\.?")
SPEAKER = words("""i me my mine myself we our ours ourselves you your yours yourself yourselves""")
HE_OR_SHE = words("he him his himself she her hers herself")
THEY = words("they them their theirs themselves")
IT = words("it its itself")
POINTING = words("this these here another")
# After "the" these say that it was spoken of before, unless it is told which.
TOLD_BEFORE = words(
    """accident action agency agreement allegation allegations amount announcement area article
    attack attacker attorney authorities authority bank bill boy bridge building camp campaign
    candidate case change changes child children city claim claims clip club coach comment
    comments company conference council countries country county couple court crash crime deal
    death deaths debate decision department director disease document documents driver duo
    election event family figure figures film fire firm game girl government governor group
    idea image incident increase information injury interview investigation issue judge jury
    killing law lawmaker lawsuit lawyer legislation letter man mayor measure meeting men
    message minister mother move movie nation number officer officers officials operation
    order organisation organization pair panel paper parents park party patient patients
    payment people percentage photo photograph picture pilot plan plane platform player policy
    politician poll post premier president problem product project proposal prosecutor protest
    question race rate reason region remarks report researchers result results rule rules
    ruling school scientists senator shooting shop show site situation source speech spokesman
    spokesperson spokeswoman state statement store storm story student students study survey
    suspect suspects team teenager town trial trio troops tweet vaccine victim victims video
    village virus vote war website woman women worker workers"""
)
WHICH_ONE = words(
    """of in on at for to from with between against by about over near who whom whose that which
    where when called named known after before during under inside outside behind"""
)
PLURALS = words("people men women children police both all many some several few")
BE = words("is are was were be been will would may might can could has have had")
PLEONASTIC = re.compile(
    r"""\bit(?:'s|\ is|\ was|\ would\ be|\ will\ be|\ became|\ has\ been)(?:\ not|n't)?
    \ \w+(?:\ \w+)?(?:\ for\ .{1,60})?\ (?:to|that|if|whether)\b
    |\bit\ (?:takes|took|turns?\ out)\b""",
    re.I | re.X,
)


def refers_back(text: str) -> bool:
    """Whether a sentence leans on what was said before, on who says it or on when."""
    if RELATIVE_TIME.search(text) or len(WORD.findall(text)) < 3:
        return True
    return _undated(text) or _points(text)


def _undated(text: str) -> bool:
    """Whether a weekday or a month is named, and no year says which."""
    if DATED.search(text):
        return False
    return bool(WEEKDAY.search(text) or (not is_headline(text) and MONTH.search(text)))


def _points(text: str) -> bool:
    tokens = TOKEN.findall(text)
    small = [token.lower() for token in tokens]
    return any(_leans(tokens, small, at, text) for at in range(len(tokens)))


def _leans(tokens: list[str], small: list[str], at: int, text: str) -> bool:
    """Whether the word at a place needs something outside of the sentence."""
    word = small[at].partition("'")[0]
    if word in SPEAKER or word in POINTING or tokens[at] == "us":
        return True
    if word in HE_OR_SHE:
        return not _named_before(tokens, at)
    if word in THEY:
        return not any(w in PLURALS or (w[-1:] == "s" and len(w) > 3) for w in small[:at])
    if word in IT and tokens[at] != "IT":
        return at < 2 and not PLEONASTIC.search(text)
    return _demonstrative(small, at, word) or _told_before(tokens, small, at, word)


def _named_before(tokens: list[str], at: int) -> bool:
    """Whether somebody is named before: a capital within, or two at the beginning."""
    if any(token[0].isupper() and token != "I" for token in tokens[1:at]):
        return True
    if at < 2 or not tokens[0][0].isupper():
        return False
    return tokens[0].endswith("'s") or tokens[1] in ("says", "said", "claims", "claimed")


def _demonstrative(small: list[str], at: int, word: str) -> bool:
    after = small[at + 1] if at + 1 < len(small) else ""
    if word == "that":
        return at == 0
    if word == "those":
        return after not in ("who", "with", "in", "of", "from", "whose", "under", "over")
    if word == "there":
        return after not in BE
    return word in ("such", "so", "then") and at == 0


def _told_before(tokens: list[str], small: list[str], at: int, word: str) -> bool:
    """Whether "the" and a noun stand for something told before: "the meeting"."""
    if word != "the":
        return False
    for place in range(at + 1, min(at + 3, len(small))):
        if tokens[place][0].isupper() or tokens[place].isdecimal():
            return False
        if small[place] in TOLD_BEFORE:
            after = small[place + 1] if place + 1 < len(small) else ""
            return after not in WHICH_ONE and after not in TOLD_BEFORE
    return False
