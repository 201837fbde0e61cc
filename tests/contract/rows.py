"""A desk with rows, and the ids by which a fuzzer finds them."""

import json
import uuid
from pathlib import Path

import yaml
from django.utils import timezone

from articles.models import Article, Outlet
from claims.desk.correcting import verdict_correct
from claims.desk.matches import match_reject
from claims.desk.verdicts import verdict_approve, verdict_retract
from claims.models import Claim, Claimant, Evidence, ExternalVerdict, Match, Verdict
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    ExternalMatchFactory,
    MatchFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
    user_in,
)

SNAPSHOT = Path("docs/openapi.yaml")
#: By the parameter that takes it and the start of the path that has it, whose ids it takes.
IDS = {
    ("id", "/api/v1/articles/"): Article,
    ("article", "/api/v1/articles/"): Article,
    ("id", "/api/v1/claims/"): Claim,
    ("claim", "/api/v1/claims/"): Claim,
    ("id", "/api/v1/claimants/"): Claimant,
    ("id", "/api/v1/external-verdicts/"): ExternalVerdict,
    ("id", "/api/v1/matches/"): Match,
    ("id", "/api/v1/outlets/"): Outlet,
    ("id", "/api/v1/verdicts/"): Verdict,
    ("evidence_id", "/api/v1/verdicts/"): Evidence,
}


def desk_of_rows() -> None:
    """Make one row in every state that an endpoint starts from."""
    author, editor = user_in("researcher"), user_in("editor")
    AppearanceFactory(article__outlet__name="Harbour Herald")
    AppearanceFactory(claim=AppearanceFactory().claim)
    ClaimFactory(status="dismissed", dismissal="In jest.", claimant=None, made_on=None)
    draft_verdict(author)
    submitted_verdict(author)
    verdict_approve(submitted_verdict(author), by=editor)
    published_verdict(author, editor)
    verdict_retract(published_verdict(author, editor), note="The log was forged.", by=editor)
    verdict_correct(published_verdict(author, editor), note="Four, not five.", by=editor)
    MatchFactory()
    match_reject(MatchFactory(), by=editor)
    ExternalMatchFactory(state="confirmed", decided_by=editor, decided_at=timezone.now())


def as_asked_for() -> str:
    """Schemathesis' configuration: lists in full, and nothing refused for what was not read.

    Chains would end there. The other phases send all of it.
    """
    schema = yaml.safe_load(SNAPSHOT.read_text())
    queries = {
        parameter["name"]
        for methods in schema["paths"].values()
        for parameter in methods.get("get", {}).get("parameters", [])
        if parameter["in"] == "query" and parameter["name"] != "page_size"
    }
    keys = json.dumps([str(uuid.uuid4()) for _n in range(2_000)])
    return "\n".join(
        [
            "[parameters]",
            *(f"'query.{name}' = ''" for name in sorted(queries)),
            "'header.If-Match' = '*'",
            "'header.Idempotency-Key' = { dictionary = 'keys', probability = 0.9 }",
            "[phases.stateful]",
            "max-steps = 15",
            "[dictionaries.keys]",
            f"values = {keys}",
        ]
    )


def ids_of_rows() -> str:
    """Schemathesis' configuration: of ten ids that it sends, nine are of rows that are there."""
    lines = []
    for number, ((parameter, path), model) in enumerate(IDS.items()):
        ids = [str(uid) for uid in model.objects.values_list("uid", flat=True)]
        lines += [
            f"[dictionaries.rows{number}]",
            f"values = {json.dumps(ids)}",
            "[[operations]]",
            f"include-path-regex = '^{path}.*{{{parameter}}}'",
            f"[operations.parameters.'path.{parameter}']",
            f"dictionary = 'rows{number}'",
            "probability = 0.9",
        ]
    return "\n".join(lines)
