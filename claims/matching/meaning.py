"""The vectors that texts are compared by, and the name of the model that makes them."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

from django.conf import settings

from claims.extraction import embeddings

from .candidates import Floats
from .words import plain


def embedder(language: str) -> str:
    """Name and version of the model for a language, as stored with each vector; "" for none."""
    if language not in settings.MATCHING_LANGUAGES:
        return ""
    return _name()


@cache
def _name() -> str:
    package, _path = embeddings.WEIGHTS
    return f"{package} {version(package)}, computed in int8"


def embedded(texts: Sequence[str], language: str) -> list[Floats | None]:
    """Unit vectors of shape (384,), of the texts as `plain`; none where the model has no words."""
    if not texts or not embedder(language):
        return [None] * len(texts)
    plainly = [plain(text) for text in texts]
    return list(embeddings.shared().embed_once(plainly))
