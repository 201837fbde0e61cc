"""Which characters bytes stand for: their mark, who sent them, what they say of themselves."""

import codecs
import re
from collections.abc import Iterator, Sequence

#: Byte order marks and what they say; the longer ones first.
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Where a page of HTML names its charset, it does so this early.
HEAD = 4_096
DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
#: And XML, in its first line.
DECLARED_IN_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]{1,40})")
#: Enough to guess by, and no more work for much than for little.
SAMPLE = 200_000
#: What Python decodes, and nobody writes in; one of them takes hours for a megabyte.
NO_CHARSETS = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
#: What is written under a name that has less: browsers read it so (WHATWG Encoding, 4.2).
MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
NOT_ASCII = bytes(range(128, 256))


def known(name: str) -> str:
    """Python's name for a charset that a text may be in; empty for what is none."""
    try:
        found = codecs.lookup(name.strip()).name
        "a".encode(found)
    except (LookupError, ValueError):
        return ""
    return "" if found in NO_CHARSETS else found


def marked(content: bytes) -> tuple[int, str]:
    """(length of the byte order mark, encoding), or (0, "")."""
    found = ((len(mark), name) for mark, name in BOMS if content.startswith(mark))
    return next(found, (0, ""))


def declared(page: bytes) -> str:
    """The charset that a page of HTML says it has; empty where it says none."""
    found = DECLARED.search(page[:HEAD])
    return found[1].decode("ascii", "ignore") if found else ""


def declared_in_xml(content: bytes) -> str:
    """The charset that XML says it has; empty where it says none."""
    found = DECLARED_IN_XML.search(content[:HEAD])
    return found[1].decode("ascii") if found else ""


def readable(content: bytes, *named: str) -> str:
    """As `decoded`, or as well as it can be: nobody can mend somebody else's page."""
    try:
        return decoded(content, *named)
    except UnicodeError:
        likely = "utf-8" if mostly_utf8(content) else guessed(content)
        return content.decode(likely or "cp1252", "replace")


def decoded(content: bytes, *named: str) -> str:
    """As its mark, the first of `named` that fits, or UTF-8 says.

    Raises UnicodeDecodeError when it is in none of them.
    """
    for name in meant(content, named):
        try:
            return content.decode(name).removeprefix("\ufeff")
        except UnicodeError:
            continue
    return content.decode()


def meant(content: bytes, named: Sequence[str]) -> Iterator[str]:
    for name in (marked(content)[1], *named):
        found = known(name)
        yield from (one for one in (MEANT.get(found, ""), found) if one)


def mostly_utf8(content: bytes) -> bool:
    """UTF-8 with a few bytes that are not: other encodings seldom look like a character of it."""
    characters = len(content.decode("utf-8", "ignore"))
    escaped = len(content.decode("utf-8", "surrogateescape")) - characters
    return characters - len(content.translate(None, NOT_ASCII)) > escaped


def guessed(content: bytes, among: Sequence[str] = ()) -> str:
    """The likeliest encoding by what the bytes would say in it; empty when none is likely."""
    # Here, not at the top: only what is not UTF-8 needs its tables.
    from charset_normalizer import from_bytes

    found = from_bytes(content[:SAMPLE], cp_isolation=list(among)).best()
    return found.encoding if found else ""
