"""The extractor: the stages in their order.

paragraphs -> quotations -> attributions -> claimants -> assertions -> scores and wording
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from .assertions import Statement, find_statements
from .attributions import Candidate, find_attributions, quotations_of
from .claimants import Cast, Resolved
from .documents import Attribution, Document, ExtractedClaim, Span
from .frames import Parsed, Stretch, Tagged
from .paragraphs import Paragraph, cut_to_length, prose_paragraphs
from .pipelines import DEFAULT_MODELS, Pipelines
from .quotations import Quotation, find_quotations
from .speakers import claimants_of
from .standalone import reworded

if TYPE_CHECKING:
    from spacy.language import Language

    from .checkworthiness import Scored
    from .tagging.network import Network

# Below this an assertion is not worth an editor's look, whoever makes it.
FLOOR = 0.15
OUTLET_FLOOR = 0.25
# More candidates than spaCy's default batch of sentences would only cost memory.
PARAGRAPH_BATCH = 256
# Some steps compare all cues of a piece with all its quotations; few paragraphs are longer.
LONGEST_PIECE = 5_000


class Extractor:
    """Text in, attributions and claims out.

    `models` maps a language to the spaCy pipeline that reads it. Each is loaded once, on first
    use. One extractor may be shared by threads; they take turns.
    """

    def __init__(self, models: Mapping[str, str] | None = None) -> None:
        self.pipelines = Pipelines(DEFAULT_MODELS if models is None else models)

    @cached_property
    def network(self) -> "Network":
        from .tagging.network import Network

        return Network.shipped()

    def supports(self, language: str) -> bool:
        return language in self.pipelines

    def load(self) -> None:
        """Load pipelines and networks now rather than when the first text waits for them."""
        for language in self.pipelines.models:
            self.extract(
                "\u201cTaxes rose by 3 percent in 2015,\u201d Ann Lee said.", language=language
            )

    def extract(self, text: str, *, language: str = "en", title: str = "") -> Document:
        """The attributions and claims of one text; `title` tells the title line from the prose.

        Raises UnsupportedLanguage if no pipeline reads the language.
        """
        [document] = self.extract_articles([(text, title)], language=language)
        return document

    def extract_articles(
        self, articles: Sequence[tuple[str, str]], *, language: str = "en"
    ) -> list[Document]:
        """The same of several (text, title), in order; read at once they take less time each."""
        with self.pipelines.parsing(language) as nlp:
            return _documents(nlp, self.network, articles, language)

    def extract_many(
        self, texts: Iterable[str], batch_size: int = 32, *, language: str = "en"
    ) -> Iterator[Document]:
        """The documents of many texts, in order, analysed `batch_size` texts at a time."""
        waiting = iter(texts)
        while batch := [(text, "") for text in islice(waiting, batch_size)]:
            yield from self.extract_articles(batch, language=language)


def _documents(
    nlp: "Language", network: "Network", articles: Sequence[tuple[str, str]], language: str
) -> list[Document]:
    # With numpy, so only once there is a text: the web process never needs it.
    from .checkworthiness import score
    from .signals import Assertion

    parsed = parse_articles(nlp, articles)
    tagged = iter(_tagged(nlp, network, parsed))
    read = [
        _read(text, pieces, quotations, list(islice(tagged, len(pieces))))
        for (text, _), (pieces, quotations) in zip(articles, parsed, strict=True)
    ]
    scores = iter(
        score(
            [
                Assertion(text[s.start : s.end], s.tokens, s.candidate is None)
                for (text, _), found in zip(articles, read, strict=True)
                for s in found.statements
            ]
        )
    )
    return [
        _document(text, found, list(islice(scores, len(found.statements))), language)
        for (text, _), found in zip(articles, read, strict=True)
    ]


def parse_articles(
    nlp: "Language", articles: Sequence[tuple[str, str]]
) -> list[tuple[list[Parsed], list[Quotation]]]:
    """The parsed paragraphs and the quotations of every article, given as (text, title)."""
    prose = [prose_paragraphs(text, title) for text, title in articles]
    places = [
        _pieces(nlp, text, paragraphs)
        for (text, _), paragraphs in zip(articles, prose, strict=True)
    ]
    docs = nlp.pipe(
        (
            text[start:end]
            for (text, _), here in zip(articles, places, strict=True)
            for start, end, _ in here
        ),
        batch_size=PARAGRAPH_BATCH,
    )
    return [
        (
            [Parsed(next(docs), start, end, index) for start, end, index in here],
            find_quotations(text, paragraphs),
        )
        for (text, _), here, paragraphs in zip(articles, places, prose, strict=True)
    ]


def _tagged(
    nlp: "Language",
    network: "Network",
    parsed: Sequence[tuple[Sequence[Parsed], Sequence[Quotation]]],
) -> list[list[Tagged]]:
    """What the network finds in every piece; nothing where it was trained on another pipeline."""
    pieces = [
        (piece.doc, piece.start, quotations_of(piece, quotations))
        for article, quotations in parsed
        for piece in article
    ]
    return network.tag(pieces) if network.reads(nlp) else [[] for _ in pieces]


def _pieces(
    nlp: "Language", text: str, paragraphs: Sequence[Paragraph]
) -> list[tuple[int, int, int]]:
    """(start, end, paragraph) of what goes through the pipeline at once."""
    limit = min(nlp.max_length, LONGEST_PIECE)
    return [
        (start, end, paragraph.index)
        for paragraph in paragraphs
        for start, end in cut_to_length(paragraph, text, limit)
    ]


@dataclass(frozen=True, slots=True)
class Read:
    """What is in one text before anything is scored."""

    cast: Cast
    attributions: tuple[Attribution, ...]
    statements: Sequence[Statement]


def _read(
    text: str,
    parsed: Sequence[Parsed],
    quotations: Sequence[Quotation],
    tagged: Sequence[Sequence[Tagged]],
) -> Read:
    candidates = find_attributions(text, parsed, quotations, tagged)
    cast = Cast(parsed, quotations)
    names = claimants_of(candidates, cast)
    attributions = tuple(
        _attribution(text, candidate, name)
        for candidate, name in zip(candidates, names, strict=True)
    )
    return Read(cast, attributions, find_statements(text, parsed, candidates))


def _document(text: str, read: Read, scores: "Sequence[Scored | None]", language: str) -> Document:
    claims = (
        _claim(text, statement, read.attributions, read.cast, scored)
        for statement, scored in zip(read.statements, scores, strict=True)
        if scored
    )
    return Document(language, read.attributions, tuple(claim for claim in claims if claim))


def _attribution(text: str, candidate: Candidate, name: Resolved | None) -> Attribution:
    frame = candidate.frame
    return Attribution(
        kind=candidate.kind,
        source=_span(text, frame.source if frame else None),
        cue=_span(text, frame.cue if frame else None),
        content=tuple(Span.cut(text, *stretch) for stretch in candidate.contents),
        claimant=name[0] if name else None,
        claimant_kind=name[1] if name else None,
    )


def _span(text: str, stretch: Stretch | None) -> Span | None:
    return Span.cut(text, *stretch) if stretch else None


def _claim(
    text: str,
    statement: Statement,
    attributions: Sequence[Attribution],
    cast: Cast,
    scored: "Scored",
) -> ExtractedClaim | None:
    """The statement as a claim, unless it is not worth checking."""
    index = statement.candidate
    attribution = attributions[index] if index is not None else None
    claimant = attribution.claimant if attribution else None
    kind = attribution.claimant_kind if attribution else None
    words = text[statement.start : statement.end]
    points, reasons = scored
    if points < (OUTLET_FLOOR if attribution is None else FLOOR):
        return None
    standalone = reworded(text, statement, cast, claimant, kind)
    return ExtractedClaim(
        statement.start, statement.end, words, standalone, claimant, kind, index, points, reasons
    )
