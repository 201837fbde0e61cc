"""What the API's description shows: one article about late ferries, and who published it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer


def shown(value: Any) -> Any:
    """A decorator of serializers: the description shows `value` wherever they are the body."""
    codes = ["200", "201", "202"]
    example = OpenApiExample("Late ferries", value=value, status_codes=codes)
    return extend_schema_serializer(examples=[example])


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
