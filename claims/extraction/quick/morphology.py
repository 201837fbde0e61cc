"""Parts of speech, features and lemmas as the pipeline gives them, asked for once per word.

spaCy's attribute ruler and English lemmatizer look at one token at a time, but for a few rules that
look at two: a word with the same tag and dependency gets the same again. Together they take a fifth
of the pipeline's time, and remembering what they said a tenth of that.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc

RULER, LEMMATIZER = "attribute_ruler", "lemmatizer"
#: What a rule may ask of its token; all of it follows from word, tag and dependency.
ASKED = {"TAG", "DEP", "LOWER", "IS_SPACE"}
#: Words remembered before all are forgotten, so that a worker keeps no text's words for ever.
MOST = 50_000

#: What a rule may say of it; the lemmatizer says the lemma.
SAID = ("POS", "MORPH", "TAG", "DEP", "LEMMA")

#: In the order of SAID: numbers, and the lemma as text.
Said = tuple[int, int, int, int, str]


@Language.factory("plumbline_morphology")
class Morphology:
    """What ruler and lemmatizer of `nlp` say, remembered; a component for the place of both."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.vocab = nlp.vocab
        ruler, lemmatizer = nlp.get_pipe(RULER), nlp.get_pipe(LEMMATIZER)
        assert isinstance(ruler, AttributeRuler)
        assert isinstance(lemmatizer, EnglishLemmatizer)
        self.ruler, self.lemmatizer = ruler, lemmatizer
        search_by_hash(lemmatizer)
        self.of_two = Matcher(nlp.vocab)
        self.of_two.add("two", [pattern for pattern in patterns_of(ruler) if len(pattern) > 1])
        self.known: dict[tuple[int, int, int], Said] = {}

    def __call__(self, doc: Doc) -> Doc:
        if not len(doc) or self.of_two(doc, allow_missing=True):
            return self.asked(doc)
        known, said = self.known, []
        for word, tag, dep in doc.to_array(["ORTH", "TAG", "DEP"]).tolist():
            said.append(known.get((word, tag, dep)) or self.said(word, tag, dep))
        # A lemma stays in the vocabulary no longer than the text that it is needed for.
        add = self.vocab.strings.add
        table: Any = np.array([(*numbers, add(lemma)) for *numbers, lemma in said], np.uint64)
        return doc.from_array(list(SAID), table)

    def pipe(self, docs: Iterable[Doc], batch_size: int = 1) -> Iterator[Doc]:
        return map(self, docs)

    def asked(self, doc: Doc) -> Doc:
        return self.lemmatizer(self.ruler(doc))

    def said(self, word: int, tag: int, dep: int) -> Said:
        """What the two say of such a word, and from now on it is known."""
        if len(self.known) >= MOST:
            self.known.clear()
        strings = self.vocab.strings
        alone = Doc(
            self.vocab, [strings[word]], tags=[strings[tag]], deps=[strings[dep]], heads=[0]
        )
        token: Any = self.asked(alone)[0]
        said = token.pos, token.morph.key, token.tag, token.dep, token.lemma_
        self.known[word, tag, dep] = said
        return said


def search_by_hash(lemmatizer: EnglishLemmatizer) -> None:
    """The lemmatizer's known words as sets: spaCy looks for each form in a list of up to 57,000."""
    index: Any = lemmatizer.lookups.get_table("lemma_index")
    for part_of_speech, words in [*index.items()]:
        index[part_of_speech] = frozenset(words)


def remember_morphology(nlp: Language) -> None:
    """Put Morphology in the place of the two where they are known to look at single tokens."""
    if not {RULER, LEMMATIZER} <= {*nlp.pipe_names}:
        return
    ruler, lemmatizer = nlp.get_pipe(RULER), nlp.get_pipe(LEMMATIZER)
    if type(ruler) is not AttributeRuler or type(lemmatizer) is not EnglishLemmatizer:
        return
    single = [pattern for pattern in patterns_of(ruler) if len(pattern) == 1]
    rules: Any = ruler.patterns
    if not {name for rule in rules for name in rule["attrs"]} <= {*SAID}:
        return
    if lemmatizer.mode != "rule" or not {key for (token,) in single for key in token} <= ASKED:
        return
    nlp.add_pipe("plumbline_morphology", name="morphology", before=RULER)
    nlp.remove_pipe(RULER)
    nlp.remove_pipe(LEMMATIZER)


def patterns_of(ruler: AttributeRuler) -> list[list[dict[str, Any]]]:
    rules: Any = ruler.patterns
    return [pattern for rule in rules for pattern in rule["patterns"]]
