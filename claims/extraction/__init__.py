"""Text in, attributions, claimants and scored claims out. Plain Python with spaCy, no Django.

    >>> from claims.extraction import Extractor
    >>> document = Extractor({"en": "en_core_web_sm"}).extract("Ann Lee said taxes rose by 3%.")
    >>> document.claims[0].claimant
    'Ann Lee'

Importing this package does not import spaCy; the first extraction does.
"""

from .documents import Attribution, Document, ExtractedClaim, Span
from .extractor import Extractor
from .pipelines import DEFAULT_MODELS, PipelineMissing, UnsupportedLanguage

#: Changes whenever the same text may give other results.
VERSION = "tagger-3"

__all__ = [
    "DEFAULT_MODELS",
    "VERSION",
    "Attribution",
    "Document",
    "ExtractedClaim",
    "Extractor",
    "PipelineMissing",
    "Span",
    "UnsupportedLanguage",
]
