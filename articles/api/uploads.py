"""Bodies that are files: as a form's field, or the body itself. Neither is held in memory."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from articles.api.problems import Problem

CHUNK = 1 << 20
#: What a form adds to the file in it.
FORM = 1_000_000
#: The endings of files that are sent without a name.
ENDINGS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/zip": ".zip",
    "application/warc": ".warc",
    "text/html": ".html",
    "text/plain": ".txt",
}


class LimitedUpload(FileUploadHandler):
    """Refuses a form that is too large before a byte of it lies on our disk.

    Forms are read before anybody is asked who they are: only who may import files may send one.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        user = getattr(self.request, "user", None)
        may = user is not None and user.has_perm("articles.add_import")
        most = settings.IMPORT_MAX_BYTES if may else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > most + FORM:
            raise RequestDataTooBig("This form is too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class FormParser(MultiPartParser):
    """A form with the file in its field `file`, which Django streams to disk."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        check_length(parser_context["request"])
        return super().parse(stream, media_type, parser_context)


class BodyParser(BaseParser):
    """The body as it comes, whatever its type says, under `body`; the view reads it."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        check_length((parser_context or {})["request"])
        return {"body": stream}


def check_length(request: Request) -> None:
    """Refuse a body that says it is too large before a byte of it is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.IMPORT_MAX_BYTES + FORM:
        detail = f"A file may have {settings.IMPORT_MAX_BYTES:,} bytes. Split it."
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)


def sent_file(request: Request) -> tuple[Iterator[bytes], str, Mapping[str, Any]]:
    """(content, name, options) of a request that brings a file."""
    data: Any = request.data
    if "body" in data and not hasattr(data, "dict"):
        given = request.query_params
        return pieces(data["body"]), given.get("name") or unnamed(request), given
    file = data.get("file")
    if not isinstance(file, UploadedFile):
        detail = "Send the file as the body, or as the field `file` of a form."
        raise Problem(HTTPStatus.BAD_REQUEST, "no_file", detail)
    return iter(file.chunks(CHUNK)), file.name or "unnamed", data.dict()


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(CHUNK):
        yield piece


def unnamed(request: Request) -> str:
    kind = request.content_type.partition(";")[0].strip().lower()
    return "upload" + ENDINGS.get(kind, "")
