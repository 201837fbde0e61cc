"""XML read element by element, without any of XML's dangers.

No entity may be declared, so that nothing expands, and nothing is looked up. What is read is held
only as far as a reader keeps it.
"""

from typing import Any, NoReturn
from xml.parsers import expat

from django.core.exceptions import ValidationError

#: Characters given to expat at once. It begins a tag that has not ended anew with each piece.
PIECE = 1 << 22
XML_BASE = "http://www.w3.org/XML/1998/namespace base"
Name = tuple[str, str]


class ExpatReader:
    """What expat tells of a document. `open` are the elements it is in, outermost first."""

    #: Elements in each other; what is deeper is refused.
    most_nesting = 20

    def __init__(self) -> None:
        #: Namespace and name without prefix, lower case.
        self.open: list[Name] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.started
        self.parser.EndElementHandler = self.ended
        self.parser.CharacterDataHandler = self.text
        self.parser.EntityDeclHandler = refuse_entity

    def read(self, text: str) -> None:
        """Whatever charset it says it has. Raises ValidationError and ExpatError."""
        for start in range(0, len(text), PIECE):
            self.parser.Parse(text[start : start + PIECE], False)
        self.parser.Parse("", True)

    def started(self, name: str, attributes: dict[str, str]) -> None:
        self.open.append(parted(name))
        if len(self.open) > self.most_nesting:
            refuse("It is nested too deeply.")
        self.start(attributes)

    def ended(self, _name: str) -> None:
        self.end()
        self.open.pop()

    def start(self, attributes: dict[str, str]) -> None:
        """The element opened that is now the last of `open`."""

    def end(self) -> None:
        """The last of `open` ends."""

    def text(self, text: str) -> None:
        """A piece of text in the last of `open`."""


def parted(name: str) -> Name:
    space, _, local = name.rpartition(" ")
    return space.lower(), local.lower()


def told(error: expat.ExpatError) -> str:
    return f"{expat.ErrorString(error.code)}, line {error.lineno}"


def refuse_entity(*_: Any) -> None:
    refuse("It declares entities, which may hide anything.")


def refuse(message: str, code: str = "broken_feed") -> NoReturn:
    raise ValidationError(message, code=code)
