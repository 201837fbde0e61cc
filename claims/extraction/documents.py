"""What the extractor hands out: frozen values that know how to become the contract's JSON."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["direct", "indirect", "mixed"]
ClaimantKind = Literal["person", "organisation"]
Reason = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text as given: `text[start:end] == span.text`, counted in code points."""

    start: int
    end: int
    text: str

    @classmethod
    def cut(cls, text: str, start: int, end: int) -> "Span":
        return cls(start, end, text[start:end])

    def to_json(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who (source) expresses (cue) what (content), and the name the source stands for."""

    kind: Kind
    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    claimant: str | None = None
    claimant_kind: ClaimantKind | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "source": self.source and self.source.to_json(),
            "cue": self.cue and self.cue.to_json(),
            "content": [span.to_json() for span in self.content],
            "claimant": self.claimant,
            "claimant_kind": self.claimant_kind,
        }


@dataclass(frozen=True, slots=True)
class ExtractedClaim:
    """One checkable assertion.

    `attribution` is an index into the document's attributions, or None when the outlet itself
    asserts it. `score` is the check-worthiness, 0..1; `reasons` are the contributions to it in
    log-odds, largest first.
    """

    start: int
    end: int
    text: str
    standalone: str
    claimant: str | None
    claimant_kind: ClaimantKind | None
    attribution: int | None
    score: float
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "standalone": self.standalone,
            "claimant": self.claimant,
            "claimant_kind": self.claimant_kind,
            "attribution": self.attribution,
            "score": self.score,
            "reasons": [[words, weight] for words, weight in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Document:
    """Everything found in one text, in the order of the text."""

    language: str
    attributions: tuple[Attribution, ...] = ()
    claims: tuple[ExtractedClaim, ...] = ()

    def to_json(self, id: str = "") -> dict[str, Any]:
        """One line of `manage.py extract --format jsonl`, as a dict."""
        return {
            "id": id,
            "language": self.language,
            "attributions": [attribution.to_json() for attribution in self.attributions],
            "claims": [claim.to_json() for claim in self.claims],
        }
