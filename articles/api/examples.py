"""What the API's description shows: one article about late ferries, and who published it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer


def shown(value: Any) -> Any:
    """A decorator of serializers: the description shows `value` wherever they are the body."""
    return extend_schema_serializer(examples=[example(value)])


def example(value: Any, media_type: str = "application/json") -> OpenApiExample:
    codes = ["200", "201", "202"]
    return OpenApiExample("Late ferries", value=value, media_type=media_type, status_codes=codes)


TEXT = "Ferries ran late 14 times in May, Mayor Mara Quill said."
OUTLET = {
    "id": "6d0f5f0e-7f0b-4f5a-9a70-2f4f6a1f0d11",
    "name": "Harbour Herald",
    "domain": "herald.example",
}
CITED = {
    "id": "c1b7d0b4-4a51-4a3c-8a0e-7b9d7f1f2a10",
    "url": "https://herald.example/news/ferries",
    "title": "Ferries ran late",
    "outlet": OUTLET,
    "published_at": "2026-05-04T12:00:00Z",
}
ARTICLE_ROW = {
    **CITED,
    "authors": ["Ines Vale"],
    "language": "en",
    "received_at": "2026-05-04T12:10:00Z",
    "intake": "api",
    "copy_of": None,
    "extraction": {
        "state": "extracted",
        "attempts": 1,
        "last_error": "",
        "extracted_at": "2026-05-04T12:10:02Z",
        "extractor": "plumbline 1",
    },
}
ARTICLE = {**ARTICLE_ROW, "text": TEXT}
SUBMISSION = {
    "url": CITED["url"],
    "title": CITED["title"],
    "text": TEXT,
    "published_at": CITED["published_at"],
    "authors": ["Ines Vale"],
}
LINK = {
    "id": "8f3a1c2d-4b5e-4c6f-9a7b-1d2e3f4a5b60",
    "url": CITED["url"],
    "state": "stored",
    "code": "",
    "message": "",
    "attempts": 1,
    "article": CITED["id"],
    "submitted_at": "2026-05-04T12:09:00Z",
    "fetched_at": "2026-05-04T12:10:00Z",
    "next_at": "2026-05-04T13:10:00Z",
}
URLS = {"urls": [CITED["url"]]}
GIVEN = {"url": CITED["url"], "created": True, "link": LINK, "error": None}
FILE = f"text,url\n{TEXT},{CITED['url']}\n"
UPLOAD = {"file": FILE, "outlet": "herald.example"}
IMPORT_ROW = {
    "id": "3e2d1c0b-9a8f-4e7d-8c6b-5a4f3e2d1c00",
    "name": "may.csv",
    "format": "csv",
    "size": 1048576,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "state": "finished",
    "rows_read": 1200,
    "created": 1150,
    "known": 48,
    "failed": 2,
    "done": 1.0,
    "rows_per_second": 900.0,
    "seconds_left": None,
    "error_code": "",
    "error": "",
    "submitted_at": "2026-05-04T12:09:00Z",
    "started_at": "2026-05-04T12:09:01Z",
    "finished_at": "2026-05-04T12:09:03Z",
}
IMPORT = {**IMPORT_ROW, "extracted": 1150}
FAILED = "text,url\n,https://herald.example/news/empty\n"
FAILED_ROW = {
    "row": 17,
    "name": "",
    "errors": [{"field": "text", "code": "text_required", "message": "There is no text."}],
    "content": FAILED.splitlines()[1],
    "length": 34,
    "cut": False,
}
