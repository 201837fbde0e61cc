"""What a text must be before it is stored, and how two texts are told to be the same."""

import hashlib
import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError

#: C0 and C1 controls but tab and line end; they come from broken exports, never from a writer.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
#: The controls in UTF-8.
C0 = bytes({*range(0x20), 0x7F} - set(b"\t\n\r"))
C1 = re.compile(rb"\xc2[\x80-\x9f]")


def cleaned(text: str) -> str:
    """`text` with `\\n` line ends, composed (NFC) and without white space at both ends."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff")).strip()


def check_characters(value: str) -> None:
    """Raise ValidationError `control_characters` for what no text field may hold."""
    if is_clean(value):
        return
    if found := CONTROL.search(value) or SURROGATE.search(value):
        raise ValidationError(
            "Character %(place)d is U+%(code)04X, a control character. "
            "Remove it and send the text again.",
            code="control_characters",
            params={"place": found.start() + 1, "code": ord(found.group())},
        )


def is_clean(value: str) -> bool:
    """Whether no text field refuses `value`; as bytes it is read in a fifth of the time."""
    try:
        encoded = value.encode()
    except UnicodeEncodeError:
        return False
    return len(encoded.translate(None, C0)) == len(encoded) and not C1.search(encoded)


def check_text(text: str) -> None:
    """Raise ValidationError with a stable code when `text` cannot be an article."""
    if not text:
        raise ValidationError("The text is empty. Paste the whole article.", code="empty_text")
    if len(text) > settings.ARTICLE_MAX_CHARACTERS:
        raise ValidationError(
            "The text has %(length)d characters; an article may have %(most)d. Split it.",
            code="text_too_long",
            params={"length": len(text), "most": settings.ARTICLE_MAX_CHARACTERS},
        )
    check_characters(text)


def text_hash(text: str) -> str:
    """SHA-256 in hexadecimal of `text` with white space folded."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
