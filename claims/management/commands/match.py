"""`manage.py match`: which claims of the desk, and which verdicts of others, a text may make."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from articles.intake.language import recognised
from articles.intake.text import check_text
from claims.desk.answers import Answer, Question, Row, claims_near, externals_near
from claims.desk.thresholds import matching_settings
from claims.extraction.embeddings import EmbeddingsMissing
from claims.management.reading import content
from claims.models import Claim, ExternalVerdict
from claims.models.claims import with_answers

NEAREST = 10


class Command(BaseCommand):
    """Nearest first. Those marked “far” are below the score from which matches are suggested."""

    help = "Find the nearest claims, and other desks' verdicts apart, with what speaks for each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", help="one sentence, or - for standard input")
        parser.add_argument("--limit", type=int, default=NEAREST, metavar="N", help="of each kind")
        parser.add_argument("--language", default="", metavar="LANG", help="recognised by default")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] < 1:
            raise CommandError("--limit: 1 or more")
        text = sentence(options["text"])
        language = options["language"] or recognised(text, settings.SPACY_MODELS)
        try:
            found = matched(text, language, options["limit"])
        except EmbeddingsMissing as error:
            raise CommandError(str(error)) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(told(found)))


def sentence(given: str) -> str:
    text = " ".join((content("-") if given == "-" else given).split())
    try:
        check_text(text)
    except ValidationError as error:
        raise CommandError(error.messages[0]) from error
    return text


def matched(text: str, language: str, limit: int) -> dict[str, Any]:
    """What is near to the text, as the command prints it in JSON."""
    [question] = Question.of([text], language)
    claims = Claim.objects.select_related("claimant").prefetch_related(with_answers())
    ours = claims_near(question, claims, limit=limit)
    others = externals_near(question, limit=limit)
    return {
        "text": text,
        "language": language,
        "claims": [{**of_claim(one.row), **weighed(one)} for one in ours],
        "external": [{**of_external(one.row), **weighed(one)} for one in others],
    }


def of_claim(claim: Claim) -> dict[str, Any]:
    verdict = claim.verdict
    return {
        "id": str(claim.uid),
        "text": claim.text,
        "claimant": claim.claimant.name if claim.claimant else None,
        "status": claim.status,
        "verdict": verdict
        and {
            "rating": str(verdict.rating),
            "title": verdict.title,
            "url": settings.PUBLIC_URL + claim.get_absolute_url(),
        },
    }


def of_external(external: ExternalVerdict) -> dict[str, Any]:
    return {
        "id": str(external.uid),
        "text": external.statement,
        "publisher": external.publisher,
        "rating": external.rating,
        "url": external.url,
    }


def weighed(one: Answer[Row]) -> dict[str, Any]:
    likely = one.score >= matching_settings().suggest_from
    return {
        "match": "exact" if one.exact else "likely" if likely else "far",
        "score": round(one.score, 3),
        "agreeing": one.agreeing,
        "differing": one.differing,
    }


def told(found: dict[str, Any]) -> Iterator[str]:
    yield from told_of("Claims", found["claims"])
    yield ""
    yield from told_of("Other desks", found["external"])


def told_of(heading: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    yield f"{heading}: {'' if rows else 'none'}".rstrip()
    for row in rows:
        yield f"{row['score']:.2f} {row['match']:<6} {row['text']}"
        yield f"            {standing(row)}"
        for label in ("agreeing", "differing"):
            if row[label]:
                yield f"            {label}: {'; '.join(row[label])}"


def standing(row: dict[str, Any]) -> str:
    if "publisher" in row:
        return f"{row['publisher']}: {row['rating']}, {row['url']}"
    verdict = row["verdict"]
    rated = f", {verdict['rating']}: {verdict['url']}" if verdict else ""
    return f"{row['claimant'] or 'Outlet’s own'}, {row['status']}{rated}, {row['id']}"
