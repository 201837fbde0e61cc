"""The pipeline's dependencies, found without giving the interpreter's lock back and forth.

spaCy's parser lets go of the lock while it goes through a text, and takes it again several times
for each token, which costs more than all that it computes. It can be asked for one step of many
texts at a time as well, as its training does; so asked it holds the lock, and says the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.pipeline import DependencyParser
from spacy.tokens import Doc
from spacy.util import minibatch

PARSER = "parser"
#: Texts that are gone through together, those of a length.
AT_ONCE = 128


@Language.factory("plumbline_dependencies")
class Dependencies:
    """A component for the place of `parser`, which it asks step by step."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.parser: Any = nlp.get_pipe(PARSER)

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = 128) -> Iterator[Doc]:
        for batch in minibatch(docs, batch_size):
            documents = list(batch)
            waiting = iter(sorted((doc for doc in documents if len(doc)), key=len))
            while alike := list(islice(waiting, AT_ONCE)):
                self.parser.set_annotations(alike, self.states(alike))
            yield from documents

    def states(self, docs: Sequence[Doc]) -> list[Any]:
        """What the parser knows of each text at its end."""
        states: list[Any] = self.parser.moves.init_batch(docs)
        model = self.parser.model.predict(docs)
        going = [state for state in states if not state.is_final()]
        while going:
            going = self.parser.transition_states(going, model.predict(going))
        return states


def find_dependencies_in_steps(nlp: Language) -> None:
    """Put Dependencies in the place of a parser that takes the best move each time."""
    if PARSER not in nlp.pipe_names:
        return
    parser: Any = nlp.get_pipe(PARSER)
    if type(parser) is DependencyParser and parser.cfg["beam_width"] == 1:
        nlp.add_pipe("plumbline_dependencies", name="dependencies", before=PARSER)
        nlp.remove_pipe(PARSER)
