"""Articles: which of them may be there or not without a change of sense."""

from .tables import words
from .wording import Wording

# "Few" is not "a few", nor "in charge" what is "in the charge".
ARTICLE_MATTERS = words(
    """few little number lot bit couple while majority minority most best only other same last next
    charge question office red black third quarter good great half"""
)
NOT_PLURAL = ("ss", "us", "is")
PLURALS = words("people men women children police media data troops")


def alike(one: Wording, other: Wording) -> bool:
    """Whether two sentences of the same words differ at most in articles that change nothing."""
    return all(
        mine == yours or _may_differ(one.words, at, {mine, yours})
        for at, (mine, yours) in enumerate(zip(one.articles, other.articles, strict=True))
    )


def _may_differ(words: tuple[str, ...], at: int, articles: set[str]) -> bool:
    """Whether one of the two may have no article: "the protesters" are not any protesters."""
    if "" not in articles or words[at] in ARTICLE_MATTERS or not words[at][0].isalpha():
        return False
    return "the" not in articles or not any(_plural(word) for word in words[at : at + 2])


def _plural(word: str) -> bool:
    return word in PLURALS or (word.endswith("s") and not word.endswith(NOT_PLURAL))
