"""The inputs of the commands that read texts: files, `-` for standard input, JSON lines."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

Entry = tuple[str, str]


def entries(path: str) -> Iterator[Entry]:
    """(id, text) of every document of a path; a text file's id is its name."""
    text = content(path)
    if Path(path).suffix == ".jsonl":
        yield from (entry(path, number, line) for number, line in lines(text))
    else:
        yield Path(path).name, text


def content(path: str) -> str:
    """What the file, or standard input, holds. Offsets count from here: no newline is changed."""
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not UTF-8 at byte {error.start}") from error


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, with their numbers from 1."""
    return ((n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip())


def sentences(path: str) -> Iterator[Entry]:
    """(id, text) of every JSON line of a path, whatever it is called."""
    return (entry(path, number, line) for number, line in lines(content(path)))


def entry(path: str, number: int, line: str) -> Entry:
    row = record(path, number, line)
    return str(row["id"]), row["text"]


def records(path: str) -> Iterator[dict[str, Any]]:
    """The JSON lines of a path, each with at least its "id" as given and its "text"."""
    return (record(path, number, line) for number, line in lines(content(path)))


def record(path: str, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise CommandError(f"{path}, line {number}: not JSON ({error})") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        raise CommandError(f'{path}, line {number}: needs an "id" and a "text"')
    return row
