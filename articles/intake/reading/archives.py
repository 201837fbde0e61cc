"""ZIP archives of TXT and HTML. Nothing is unpacked to disk, and no member is named by its path.

The directory at the end of an archive is read entry by entry: a list of a million members would
be memory. Goes on at the byte of the directory where the next entry starts. Format: APPNOTE 6.3.10
of PKWARE, sections 4.3.7 to 4.3.16.
"""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from articles.intake.reading.pages import LITTER, MOST_PAGE_BYTES, from_page, why_not, wrong
from articles.intake.reading.rows import (
    MOST_KEPT,
    Options,
    Place,
    Row,
    Source,
    refuse,
    refusing,
    too_large,
)
from articles.intake.reading.streams import check_size

ENTRY = struct.Struct("<4s6H3I5H2I")
LOCAL = struct.Struct("<4s5H3I2H")
END = struct.Struct("<4s4H2IH")
END64_PLACE = struct.Struct("<4sIQI")
END64 = struct.Struct("<4sQ2H2I4Q")
#: The end record and the longest comment after it.
MOST_TAIL = END.size + 65_535
FULL = 0xFFFFFFFF
LOCKED = 0x1
UTF8_NAME = 0x800
#: What reading a damaged, locked or cut-off member may raise.
UNPACKING = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


def rows(source: Source, place: Place) -> Iterator[Row]:
    number, unpacked = place.get("row", 0), place.get("unpacked", 0)
    with source.path.open("rb") as file:
        size = file.seek(0, 2)
        start, end = directory_of(file, size)
        for member, after in members(file, place.get("byte", start), end):
            if member.is_dir() or LITTER.search(member.filename):
                continue
            number += 1
            content, error = content_of(file, member)
            unpacked += len(content)
            check_size(unpacked, size)
            yield row_of(
                number,
                member,
                content,
                error,
                {"row": number, "byte": after, "unpacked": unpacked},
                min(member.header_offset + member.compress_size, size),
                source.options,
            )


def row_of(
    number: int,
    member: zipfile.ZipInfo,
    content: bytes,
    error: str,
    place: Place,
    position: int,
    options: Options,
) -> Row:
    name = member.filename
    whole = len(content) <= MOST_PAGE_BYTES
    code = why_not_member(member)
    if code:
        make = wrong(code)
    elif error:
        make = partial(refusing(f"It cannot be unpacked: {error}", "bad_archive"))
    elif not whole:
        make = partial(too_large(MOST_PAGE_BYTES))
    else:
        make = partial(from_page, name, content, options)
    kept = content if whole else content[:MOST_KEPT]
    return Row(number, kept, place, position, make, name=name, cut=not whole or bool(error))


def why_not_member(member: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(member.external_attr >> 16):
        return "symlink"
    return "encrypted" if member.flag_bits & LOCKED else why_not(member.filename)


def content_of(file: BinaryIO, member: zipfile.ZipInfo) -> tuple[bytes, str]:
    """(content, what is wrong), never much more than a page may have."""
    if why_not_member(member):
        return b"", ""
    try:
        return unpacked_member(file, member), ""
    except UNPACKING as error:
        return b"", str(error)


def unpacked_member(file: BinaryIO, member: zipfile.ZipInfo) -> bytes:
    file.seek(member.header_offset)
    mark, *_, name_length, extra_length = LOCAL.unpack(file.read(LOCAL.size))
    if mark != b"PK\3\4":
        raise zipfile.BadZipFile("there is no member where the directory says")
    file.seek(name_length + extra_length, 1)
    with zipfile.ZipExtFile(file, "r", member) as content:
        return content.read(MOST_PAGE_BYTES + 1)


# --- The directory ----------------------------------------------------------------------------


def directory_of(file: BinaryIO, size: int) -> tuple[int, int]:
    """Where the directory starts and ends. Raises ValidationError `bad_archive`."""
    file.seek(max(size - MOST_TAIL, 0))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < END.size:
        refuse("The file is no ZIP archive, or is not complete.", "bad_archive")
    *_, length, start, _comment = END.unpack_from(tail, at)
    place = size - len(tail) + at
    if FULL in (length, start):
        length, start = directory64(file, place)
    if start + length > place:
        refuse("The archive's directory is damaged.", "bad_archive")
    return start, start + length


def directory64(file: BinaryIO, end: int) -> tuple[int, int]:
    """(length, start) of the directory of a large archive."""
    try:
        file.seek(end - END64_PLACE.size)
        _mark, _disk, place, _disks = END64_PLACE.unpack(file.read(END64_PLACE.size))
        file.seek(place)
        mark, *_, length, start = END64.unpack(file.read(END64.size))
    except (struct.error, OSError, ValueError):
        mark = b""
    if mark != b"PK\6\6":
        refuse("The archive's directory is damaged.", "bad_archive")
    return length, start


def members(file: BinaryIO, at: int, end: int) -> Iterator[tuple[zipfile.ZipInfo, int]]:
    """The members whose entries lie from byte `at` on, each with the byte after its entry."""
    while at < end:
        file.seek(at)
        head = file.read(ENTRY.size)
        if len(head) < ENTRY.size or not head.startswith(b"PK\1\2"):
            refuse("The archive's directory is damaged from here on.", "bad_archive")
        member, lengths = entry(head)
        name, extra, comment = lengths
        raw = file.read(name)
        at += ENTRY.size + name + extra + comment
        named = raw.decode("utf-8" if member.flag_bits & UTF8_NAME else "cp437", "replace")
        member.filename = member.orig_filename = named
        widen(member, file.read(extra))
        yield member, at


def entry(head: bytes) -> tuple[zipfile.ZipInfo, tuple[int, int, int]]:
    """A member without its name, and the lengths of name, extra fields and comment."""
    (_, _, _, flags, method, _, _, crc, packed, size, *lengths, _, _, attributes, start) = (
        ENTRY.unpack(head)
    )
    member = zipfile.ZipInfo()
    member.flag_bits, member.compress_type = flags, method
    member.CRC, member.compress_size, member.file_size = crc, packed, size
    member.external_attr, member.header_offset = attributes, start
    name, extra, comment = lengths
    return member, (name, extra, comment)


def widen(member: zipfile.ZipInfo, extra: bytes) -> None:
    """Take sizes and place from the ZIP64 field where the entry has no room for them."""
    wide = b""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1:
            wide = extra[4 : 4 + length]
        extra = extra[4 + length :]
    for name in ("file_size", "compress_size", "header_offset"):
        if getattr(member, name) == FULL and len(wide) >= 8:
            setattr(member, name, struct.unpack_from("<Q", wide)[0])
            wide = wide[8:]
