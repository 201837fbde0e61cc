"""Articles with annotated attributions, as PolNeAR publishes them: text beside brat standoff.

`DIR/text/NAME.txt` and `DIR/attributions/NAME_xxxx.ann`, one file an annotator; the first by name
counts. Offsets are code points of the file as it is, no line end translated.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..frames import Stretch

# The text of a span may hold line ends, so a record ends only where another begins.
RECORD_END = re.compile(r"\n(?=[TEAR#*]\d*\t)")
EVENTS = ("Attribution", "Attribution-no-source")
ROLE = re.compile(r"(Source|Cue|Content)\d*$")


class BadData(ValueError):
    """The folder, or a file in it, is not what is described above."""


@dataclass(frozen=True, slots=True)
class Gold:
    """An annotated attribution; every part may lie in several stretches of the text."""

    source: tuple[Stretch, ...]
    cue: tuple[Stretch, ...]
    content: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Article:
    name: str
    text: str
    attributions: tuple[Gold, ...]


def read_articles(folder: Path) -> list[Article]:
    """All articles of a folder, by name. Raises BadData."""
    paths = sorted((folder / "text").glob("*.txt"))
    if not paths:
        raise BadData(f"{folder}: no text/*.txt")
    return [_article(folder, path) for path in paths]


def _article(folder: Path, path: Path) -> Article:
    pattern = re.compile(re.escape(path.stem) + r"_[0-9a-f]{4}\.ann")
    files = (folder / "attributions").glob(f"{path.stem}_*.ann")
    annotated = sorted(file for file in files if pattern.fullmatch(file.name))
    if not annotated:
        raise BadData(f"{folder}: no attributions/{path.stem}_xxxx.ann")
    text = path.read_bytes().decode()
    records = annotated[0].read_bytes().decode()
    try:
        return Article(path.stem, text, tuple(_attributions(records, len(text))))
    except (IndexError, KeyError, ValueError) as error:
        raise BadData(f"{annotated[0]}: {error!r}") from error


def _attributions(records: str, length: int) -> Iterator[Gold]:
    spans: dict[str, tuple[Stretch, ...]] = {}
    events: list[list[str]] = []
    for record in RECORD_END.split(records):
        name, _, body = record.partition("\t")
        if name.startswith("T"):
            spans[name] = _stretches(body.partition("\t")[0], length)
        elif name.startswith("E"):
            events.append(body.split())
    for event in events:
        if event[0].partition(":")[0] not in EVENTS:
            continue
        gold = _gold(event[1:], spans)
        if gold.content:
            yield gold


def _stretches(head: str, length: int) -> tuple[Stretch, ...]:
    """The offsets of `Content 10 17;20 25`."""
    offsets = [part.split() for part in head.partition(" ")[2].split(";")]
    found = tuple(sorted((int(start), int(end)) for start, end in offsets))
    if any(not 0 <= start < end <= length for start, end in found):
        raise ValueError(f"a span outside the text: {head}")
    return found


def _gold(roles: list[str], spans: dict[str, tuple[Stretch, ...]]) -> Gold:
    parts: dict[str, list[Stretch]] = defaultdict(list)
    for role, _, target in (word.partition(":") for word in roles):
        known = ROLE.match(role)
        if known:
            parts[known.group(1)].extend(spans[target])
    return Gold(*(tuple(sorted(parts[name])) for name in ("Source", "Cue", "Content")))
