"""From a folder of annotated articles to the shipped files."""

from collections.abc import Callable
from pathlib import Path

import torch

from ..pipelines import identity, load
from ..tagging.features import IDS, Keys
from .dataset import example, known_keys, paragraphs
from .export import write
from .fit import Settings, fit
from .gold import read_articles
from .network import Tagger, Widths
from .words import word_vectors

# The numbers of quotation states and of places in a sentence, as `tagging.features` gives them.
FIXED = {"quote": 5, "place": 16}


def train(
    data: Path,
    out: Path,
    *,
    pipeline: str,
    seed: int,
    epochs: int,
    tell: Callable[[str], object],
) -> None:
    """Train on the articles in `data` and write the two files into `out`.

    Raises BadData, and PipelineMissing. The same data, seed and versions of spaCy, numpy and torch
    give the same files; one thread, because sums over several come out in another order.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    articles = read_articles(data)
    nlp = load(pipeline)
    tell(f"{len(articles)} articles; parsing them with {identity(nlp)}")
    found = list(paragraphs(nlp, articles))
    keys = known_keys(nlp, (paragraph.doc for paragraph in found))
    examples = [example(paragraph, keys) for paragraph in found if len(paragraph.doc)]
    tell(f"{len(examples)} paragraphs, {sum(len(e.labels) for e in examples)} tokens")
    words = torch.from_numpy(word_vectors(nlp.vocab.strings[int(key)] for key in keys.lower))
    net = Tagger(sizes(keys), words, Widths())
    fit(net, examples, Settings(seed=seed, epochs=epochs), tell)
    write(net, keys, identity(nlp), out)
    tell(f"written to {out}")


def sizes(keys: Keys) -> dict[str, int]:
    """How many numbers `tagging.features` may give for each of `IDS`."""
    found = {name: FIXED.get(name) or len(getattr(keys, name)) + 1 for name in IDS}
    # An entity's first token has a number of its own.
    return found | {"ent": 2 * found["ent"]}
