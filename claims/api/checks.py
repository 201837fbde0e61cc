"""`/api/v1/check/`: the claims in a text or an article, each with the verdicts that answer it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.access import OPEN
from articles.api.fields import Text
from articles.api.problems import Problem
from articles.api.viewsets import ApiViewSet
from articles.intake.text import check_characters
from articles.models import Article
from articles.services import Submission, submitted_language, submitted_url
from claims.api.external_serializers import ElsewhereSerializer
from claims.api.short import ClaimNameSerializer, VerdictNameSerializer
from claims.api.throttles import CallerThrottle, CheckThrottle
from claims.api.verdicts import ANYONE
from claims.desk.errors import Refused

ASKED = OpenApiExample(
    "A sentence",
    request_only=True,
    value={"text": "Mayor Mara Quill said ferries ran late 14 times in May.", "language": "en"},
)
EXAMPLE = OpenApiExample(
    "An exact answer",
    response_only=True,
    status_codes=["200"],
    value={
        "language": "en",
        "note": "",
        "claims": [
            {
                "start": 22,
                "end": 54,
                "text": "ferries ran late 14 times in May",
                "standalone": "Ferries ran late 14 times in May.",
                "claimant": "Mara Quill",
                "score": 0.83,
                "matches": {
                    "exact": [
                        {
                            "claim": {
                                "id": "5f0c1a52-2a3b-4f7e-8a55-0d6c1d3f9e10",
                                "url": "https://desk.example/claims/ferries-ran-late-5f0c1a522a/",
                                "text": "Ferries ran late 14 times in May.",
                                "status": "published",
                            },
                            "score": 0.99,
                            "agreeing": ["14", "both say “Ferries”"],
                            "differing": [],
                            "verdict": {
                                "id": "0b9d0c7e-6a53-4a5e-9a3e-0d2f7a1b8c44",
                                "state": "published",
                                "rating": {"name": "Mostly false", "slug": "mostly-false"},
                                "title": "How often did ferries run late?",
                                "url": "https://desk.example/claims/ferries-ran-late-5f0c1a522a/",
                                "published_at": "2026-05-11T09:00:00Z",
                                "ended_at": None,
                            },
                        }
                    ],
                    "likely": [],
                },
                "external": {"exact": [], "likely": []},
            }
        ],
    },
)


class CheckInput(serializers.Serializer[Any]):
    """A text, or the address of an article that we hold."""

    text = Text(default="", help_text=f"At most {settings.CHECK_MAX_CHARACTERS:,} characters.")
    url = Text(default="", help_text="Instead of a text.")
    language = Text(default="", help_text="Of the text, as “en”. Empty: recognised.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if bool(given["text"].strip()) == bool(given["url"].strip()):
            raise ValidationError("Send either a text or a URL.", code="text_or_url")
        text, asked = given["text"], Submission(url=given["url"], language=given["language"])
        return {
            "text": self.valid("text", text_to_check, text),
            "url": self.valid("url", submitted_url, asked),
            "language": self.valid("language", submitted_language, asked),
        }

    def valid(self, field: str, check: Any, value: Any) -> Any:
        try:
            return check(value)
        except ValidationError as error:
            raise ValidationError({field: error}) from error


def text_to_check(text: str) -> str:
    """`text` as it came, since offsets count on it."""
    check_characters(text)
    most = settings.CHECK_MAX_CHARACTERS
    if len(text) > most:
        raise ValidationError(
            "The text has %(length)d characters; %(most)d are checked at once. Send it in parts.",
            code="text_too_long",
            params={"length": len(text), "most": most},
        )
    return text


class AnswerSerializer(serializers.Serializer[Any]):
    """`score` is the chance, 0 to 1, that it is the same claim; “here” is the text sent."""

    score = serializers.FloatField()
    agreeing = serializers.ListField(child=serializers.CharField())
    differing = serializers.ListField(child=serializers.CharField())


class MatchedVerdictSerializer(AnswerSerializer):
    """A verdict of this desk, and the claim that it is on."""

    claim = ClaimNameSerializer(source="row")
    verdict = VerdictNameSerializer(source="row.verdict")


class MatchedElsewhereSerializer(AnswerSerializer):
    """A verdict of another desk, its rating in its own words, and the claim that it is on."""

    claim = serializers.CharField(source="row.statement")
    verdict = ElsewhereSerializer(source="row")


class MatchesSerializer(serializers.Serializer[Any]):
    """`exact` are the same sentence, `likely` the same claim in other words; best first."""

    exact = MatchedVerdictSerializer(many=True)
    likely = MatchedVerdictSerializer(many=True)


class ElsewhereMatchesSerializer(serializers.Serializer[Any]):
    """As `matches`, from other desks."""

    exact = MatchedElsewhereSerializer(many=True)
    likely = MatchedElsewhereSerializer(many=True)


class CheckedClaimSerializer(serializers.Serializer[Any]):
    """A claim in the text; `start` and `end` count its code points.

    `standalone` is the claim worded to be read alone. `score` is how much it is worth checking,
    null for a sentence that was looked up as it is.
    """

    start = serializers.IntegerField(source="statement.start")
    end = serializers.IntegerField(source="statement.end")
    text = serializers.CharField(source="statement.text")
    standalone = serializers.CharField(source="statement.standalone")
    claimant = serializers.CharField(source="statement.claimant", allow_null=True)
    score = serializers.FloatField(source="statement.score", allow_null=True)
    matches = MatchesSerializer()
    external = ElsewhereMatchesSerializer()


class CheckSerializer(serializers.Serializer[Any]):
    """`note` says what was done differently, as in a language that no pipeline reads."""

    language = serializers.CharField()
    note = serializers.CharField()
    claims = CheckedClaimSerializer(many=True)


class CheckViewSet(ApiViewSet):
    needs = {"create": OPEN}
    throttle_classes = [CallerThrottle, CheckThrottle]
    serializer_class = CheckSerializer

    @extend_schema(
        auth=ANYONE,
        request=CheckInput,
        responses={200: CheckSerializer},
        examples=[ASKED, EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Has this been checked? The claims in it, each with the verdicts that answer it.

        404 `unknown_article`: we do not hold an article at this URL. 409 `not_extracted`: we do,
        and its claims are being looked for; ask again after `Retry-After` seconds. 409
        `extraction_failed`: they were not found.
        """
        given = CheckInput(data=request.data)
        given.is_valid(raise_exception=True)
        # Here, not at the top: numpy and spaCy take memory that only who checks should take.
        from claims.desk.checking import article_check, text_check

        asked = given.validated_data
        if asked["url"]:
            check = answered(article_check, article_at(asked["url"]))
        else:
            check = text_check(asked["text"], asked["language"])
        return Response(self.get_serializer(check).data)


def article_at(url: str) -> Article:
    article = Article.objects.select_related("outlet").at(url).first()
    if article is None:
        detail = "We hold no article at this URL. Send its text."
        raise Problem(HTTPStatus.NOT_FOUND, "unknown_article", detail)
    return article


def answered(check: Callable[[Article], Any], article: Article) -> Any:
    try:
        return check(article)
    except Refused as refused:
        later = (
            settings.EXTRACTION_WAKE.total_seconds() if refused.code == "not_extracted" else None
        )
        raise Problem(HTTPStatus.CONFLICT, refused.code, refused.message, wait=later) from refused
