"""Single sentences, apart from any article: how the check-worthiness is trained and measured."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from .checkworthiness import Scored, score
from .signals import Assertion

if TYPE_CHECKING:
    from spacy.language import Language


def score_sentences(nlp: "Language", texts: Sequence[str]) -> list[Scored]:
    """The check-worthiness of each text and its reasons, whatever else is in the batch."""
    return [found for found in score(list(assertions(nlp, texts)), cut=False) if found]


def assertions(nlp: "Language", texts: Iterable[str]) -> Iterator[Assertion]:
    """Each text as something that somebody says. The tokens keep their doc alive."""
    for doc in nlp.pipe(map(unquoted, texts)):
        tokens = [token for token in doc if not token.is_space]
        yield Assertion(doc.text, tokens)


def unquoted(text: str) -> str:
    """Without the quotation marks that some tables put around a text, doubling those inside."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return text.replace('""', '"').strip()
