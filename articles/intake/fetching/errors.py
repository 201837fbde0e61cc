"""Why a URL gave no answer that can be used."""

import http.client
import socket
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class Trouble(StrEnum):
    """Stable codes of what went wrong."""

    NOT_PUBLIC = "not_public"
    NOT_A_URL = "not_a_url"
    HOST_UNKNOWN = "host_unknown"
    TOO_SLOW = "too_slow"
    CERTIFICATE = "certificate"
    NO_ANSWER = "no_answer"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    WRONG_TYPE = "wrong_type"
    WRONG_ENCODING = "wrong_encoding"
    TOO_LARGE = "too_large"
    BROKEN_OFF = "broken_off"
    ROBOTS = "robots_disallowed"
    ROBOTS_UNKNOWN = "robots_unknown"


#: What another try in a while may find otherwise; the rest is the URL's or the site's own.
PASSING = (
    Trouble.HOST_UNKNOWN,
    Trouble.TOO_SLOW,
    Trouble.CERTIFICATE,
    Trouble.NO_ANSWER,
    Trouble.BROKEN_OFF,
    Trouble.ROBOTS_UNKNOWN,
)


class FetchError(Exception):
    """No usable answer. `code` is stable, the message is for a person: “its host was not found”."""

    def __init__(self, code: Trouble, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def passing(self) -> bool:
        """Whether another try in a while may go better."""
        return self.code in PASSING


@contextmanager
def troubles_named() -> Iterator[None]:
    """Raise what sockets, TLS and HTTP raise as a FetchError."""
    try:
        yield
    except TimeoutError as error:
        raise FetchError(Trouble.TOO_SLOW, "it took too long to answer") from error
    except ssl.SSLCertVerificationError as error:
        told = f"its certificate is wrong ({error.verify_message})"
        raise FetchError(Trouble.CERTIFICATE, told) from error
    except socket.gaierror as error:
        raise FetchError(Trouble.HOST_UNKNOWN, "its host was not found") from error
    except zlib.error as error:
        raise FetchError(Trouble.WRONG_ENCODING, "its packing is broken") from error
    except http.client.IncompleteRead as error:
        raise FetchError(Trouble.BROKEN_OFF, "its answer broke off") from error
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(Trouble.NO_ANSWER, f"no answer ({type(error).__name__})") from error
    except (UnicodeError, ValueError) as error:
        raise FetchError(Trouble.NOT_A_URL, "it leads to no valid URL") from error
