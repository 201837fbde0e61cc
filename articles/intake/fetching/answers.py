"""What `fetch` is told and what it returns."""

from dataclasses import dataclass
from http.client import HTTPMessage


@dataclass(frozen=True)
class Limits:
    """How much of our time and memory one fetch may take, its redirects included."""

    #: Bytes of the body, both as sent and unpacked. 0 leaves it unread.
    body: int = 5 * 1024 * 1024
    #: A longer body is cut there, and not refused.
    cut: bool = False
    #: Seconds that connecting and each reading may take, and all of it together.
    patience: float = 8
    longest: float = 20
    redirects: int = 5


@dataclass(frozen=True)
class Validators:
    """By what a site tells whether a page is still as we have it; keep them with the page."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The request headers that ask for a page only if it has changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Fetched:
    """An answer of any status. `headers` are those of `url`, the last address after redirects."""

    url: str
    status: int
    reason: str
    headers: HTTPMessage
    body: bytes

    @property
    def unchanged(self) -> bool:
        return self.status == 304

    @property
    def content_type(self) -> str:
        """“text/html”, lower case and without parameters; empty where the site names none."""
        return str(self.headers.get("Content-Type", "")).partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The charset that the site names, lower case; empty where it names none."""
        return self.headers.get_content_charset() or ""

    @property
    def validators(self) -> Validators:
        return Validators(
            etag=kept(self.headers.get("ETag", "")),
            last_modified=kept(self.headers.get("Last-Modified", "")),
        )


def kept(value: str) -> str:
    """`value` if it can be sent back as a header and kept in a column, else nothing."""
    return value if value.isascii() and value.isprintable() and len(value) <= 200 else ""
