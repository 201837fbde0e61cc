"""How alike two texts are, and a sketch by which a database finds those that are (MinHash, LSH).

A. Broder, On the resemblance and containment of documents, 1997: texts are compared as sets of
runs of words. Of each of many orders of all runs the first one in a text is kept, and two texts
keep the same one as often as they are alike. Four together are a band; who shares one is compared.
"""

import re
from hashlib import blake2b
from zlib import crc32

import numpy as np

WORD = re.compile(r"\w+")
#: Words of a run. Longer ones tell copies from reports on the same event, and miss edited copies.
RUN = 3
#: A text with fewer words is only the same as itself.
LEAST_WORDS = 50
BANDS, ROWS = 16, 4


def odd_numbers(size: int, name: str) -> np.ndarray:
    """`size` odd numbers of 64 bits, the same for ever: what is kept was made with them."""
    digests = (blake2b(f"{name} {n}".encode(), digest_size=8).digest() for n in range(size))
    return np.array([int.from_bytes(one, "big") | 1 for one in digests], np.uint64)


#: An order of the runs is that of their products with a factor, and summand, to 64 bits.
FACTORS, SUMMANDS = odd_numbers(BANDS * ROWS, "factor"), odd_numbers(BANDS * ROWS, "summand")
MIXERS = odd_numbers(max(RUN, ROWS), "mixer")


def runs(text: str) -> np.ndarray:
    """One number for each different run of words in `text`, ascending; case does not count."""
    words = np.array([crc32(word.encode()) for word in WORD.findall(text.lower())], np.uint64)
    if len(words) < RUN:
        return words[:0]
    size = len(words) - RUN + 1
    mixed = sum(words[at : at + size] * MIXERS[at] for at in range(RUN))
    return np.unique(np.asarray(mixed, np.uint64))


def sketch(text: str) -> list[int]:
    """The bands of `text`, BANDS signed numbers of 64 bits; none for one that is too short."""
    found = runs(text)
    if len(WORD.findall(text)) < LEAST_WORDS:
        return []
    firsts = np.array(
        [(found * factor + summand).min() >> np.uint64(16) for factor, summand in
         zip(FACTORS, SUMMANDS, strict=True)], np.uint64,
    )  # fmt: skip
    bands = (firsts.reshape(BANDS, ROWS) * MIXERS[:ROWS]).sum(axis=1, dtype=np.uint64)
    # A band counts at its own place alone.
    placed = bands * np.uint64(2 * BANDS + 1) + np.arange(BANDS, dtype=np.uint64)
    return [int(number) for number in placed.view(np.int64)]


def likeness(one: str, other: str) -> float:
    """The share of runs that two texts have in common, 0 to 1."""
    mine, yours = runs(one), runs(other)
    shared = len(np.intersect1d(mine, yours, assume_unique=True))
    both = len(mine) + len(yours) - shared
    return shared / both if both else 0.0
