"""Files that were sent to us, streamed to disk, and the hash by which a file is known again."""

import hashlib
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from articles.importing.models import Import
from articles.intake.reading import folders

CHUNK = 1 << 20
#: Seconds after which a file that nothing names was left by a process that was killed.
ORPHANED = 24 * 3600


@dataclass(frozen=True)
class Kept:
    """A file that an import may read; `path` is below IMPORTS_DIR when we keep it."""

    path: str
    size: int
    sha256: str
    uploaded: bool = True


def file_keep(chunks: Iterable[bytes]) -> Kept:
    """Write what is sent to disk as it comes.

    Raises ValidationError `file_too_large`, `empty_file` or `no_room`; nothing is left then.
    """
    folder = settings.IMPORTS_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = str(uuid.uuid4())
    digest, size = hashlib.sha256(), 0
    try:
        with (folder / name).open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                check_size(size)
                digest.update(chunk)
                file.write(chunk)
        if not size:
            raise ValidationError("The file is empty.", code="empty_file")
    except OSError as error:
        (folder / name).unlink(missing_ok=True)
        message = f"The file could not be kept: {error.strerror or error}."
        raise ValidationError(message, code="no_room") from error
    except BaseException:
        (folder / name).unlink(missing_ok=True)
        raise
    return Kept(name, size, digest.hexdigest())


def check_size(size: int) -> None:
    if size > settings.IMPORT_MAX_BYTES:
        most = f"{settings.IMPORT_MAX_BYTES:,}"
        message = f"A file may have {most} bytes. Split it, or use the command line."
        raise ValidationError(message, code="file_too_large")


def file_at(path: Path) -> Kept:
    """A file or folder of somebody's own, which is read where it lies."""
    path = path.resolve()
    if path.is_dir():
        digest = hashlib.sha256()
        for line in listing(path):
            digest.update(line)
        return Kept(str(path), folders.size(path), digest.hexdigest(), uploaded=False)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return Kept(str(path), path.stat().st_size, digest.hexdigest(), uploaded=False)


def listing(folder: Path) -> Iterator[bytes]:
    for path in folders.files(folder):
        told = path.lstat()
        name = os.fsencode(path.relative_to(folder))
        yield name + f"\0{told.st_size}\0{told.st_mtime_ns}\n".encode()


def file_drop(work: Import) -> None:
    """Delete the copy of an upload; somebody's own file is left alone."""
    if work.uploaded:
        work.file.unlink(missing_ok=True)


def orphans_drop() -> None:
    """Delete the files of uploads that a killed process left behind."""
    if not settings.IMPORTS_DIR.is_dir():
        return
    named = set(Import.objects.filter(uploaded=True).unfinished().values_list("path", flat=True))
    for path in settings.IMPORTS_DIR.iterdir():
        if path.name not in named and path.stat().st_mtime < time.time() - ORPHANED:
            path.unlink(missing_ok=True)
