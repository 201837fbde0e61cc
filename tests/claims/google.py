"""Questions to the desk in Google's form, and what a test reads of the answers."""

from claims.desk.wordings import wordings_of_externals_write
from claims.models import Verdict
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    ExternalVerdictFactory,
    published_verdict,
)

SEARCH, PAGES = "/v1alpha1/claims:search", "/v1alpha1/pages"
HERE, THERE = "localhost", "checkers.example"


def rated(text: str, **claim) -> Verdict:
    return published_verdict(claim=AppearanceFactory(claim=ClaimFactory(text=text, **claim)).claim)


def elsewhere(text: str, **fields):
    external = ExternalVerdictFactory(claim_reviewed=text, **fields)
    wordings_of_externals_write([external])
    return external


def texts(client, **asked) -> list[str]:
    response = client.get(SEARCH, asked)
    assert response.status_code == 200, response.content
    return [claim["text"] for claim in response.json().get("claims", [])]


def violations(response, status: int = 400) -> list[tuple[str, str]]:
    """Of an error in Google's form: field and description of each violation."""
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, status)
    assert error["status"] == "INVALID_ARGUMENT"
    [detail] = error["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    return [(one.get("field", ""), one["description"]) for one in detail["fieldViolations"]]
