"""`/api/v1/claims/`: the queue, and what the desk does with a claim."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.conditions import last_modified
from articles.api.pages import NEWEST, Order
from articles.api.schema import LOCATION
from articles.api.viewsets import Expansions
from claims.api.conditions import etag_of, version_read
from claims.api.desk import given, step
from claims.api.filters import ClaimFilter
from claims.api.inputs import (
    AssignInput,
    MergeInput,
    ReasonInput,
    SplitInput,
    TopicsInput,
    WordingInput,
)
from claims.api.kept import KeptViewSet
from claims.api.named import appearances_named, claim_named, claimant_named, user_named
from claims.api.rows import (
    answers_in_full,
    claim_written_at,
    claimants_in_full,
    claims_in_full,
    history_of,
    places_expanded,
)
from claims.api.serializers import ClaimSerializer, EventSerializer, ListedClaimSerializer
from claims.desk import claims as desk
from claims.desk import merging, splitting
from claims.desk.rules import CLAIM_RULES
from claims.models import Claim
from claims.models.claims import with_answers

#: By their rule: what each needs, and from which states it may be done.
STEPS = (
    "triage", "take", "assign", "flag", "unflag", "tag", "dismiss", "reopen", "merge", "split",
)  # fmt: skip
LONG_AGO = Value(date.min)

EXPANSIONS: Expansions = {
    "claimant": claimants_in_full,
    "verdict": answers_in_full,
    "ended_verdict": answers_in_full,
}


class ClaimViewSet(ListModelMixin, KeptViewSet):
    needs = {
        "list": ("claims.view_claim",),
        "retrieve": ("claims.view_claim",),
        "events": ("claims.view_claim", "articles.view_event"),
        "partial_update": (CLAIM_RULES["word"].permission,),
        **{name: (CLAIM_RULES[name].permission,) for name in STEPS},
    }
    orders = {
        "score": Order(F("check_worthiness")),
        "priority": Order(F("priority")),
        "newest": Order(F("created_at")),
        "made_on": Order(Coalesce(F("made_on"), LONG_AGO)),
    }
    #: Of claims that are near in meaning.
    likeness = {"likeness": Order(F("likeness"))}
    expansions = {
        "list": {"appearances": places_expanded, **EXPANSIONS},
        "retrieve": EXPANSIONS,
    }
    queryset = Claim.objects.select_related("claimant", "assignee", "merged_into")
    filterset_class = ClaimFilter

    def get_queryset(self) -> QuerySet[Claim]:
        claims = super().get_queryset()
        if self.action == "events":
            return claims
        claims = claims.prefetch_related(with_answers(), with_answers("merged_into__"))
        return claims if self.action == "list" else claims_in_full(claims)

    def paginate_queryset(self, queryset: Any) -> Any:
        if "likeness" in queryset.query.annotations:
            self.orders = {**self.likeness, **self.orders}
        return super().paginate_queryset(queryset)

    def get_serializer_class(self) -> Any:
        return ListedClaimSerializer if self.action == "list" else ClaimSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The claims in every status, most worth checking first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, id: str) -> Response:
        """One claim; a merged one says into which, and has its verdict.

        Its ETag is for `If-Match` too.
        """
        claim = self.get_object()
        written = last_modified(*claim_written_at(claim))
        headers = {"ETag": etag_of(claim), **written}
        return Response(self.get_serializer(claim).data, headers=headers)

    @step(WordingInput, ClaimSerializer)
    def partial_update(self, request: Request, id: str) -> Response:
        """Word a claim, set who makes it and when; extraction leaves words and claimant alone then.

        A day alone does not count as wording.
        """
        fields, claim = given(WordingInput, request), self.get_object()
        read = version_read(request, claim)
        # What was left out is kept as we read it just now, so nobody's change is undone.
        version = claim.version if read is None else read
        with transaction.atomic():
            if "made_on" in fields:
                made_on = fields.pop("made_on")
                desk.claim_date(claim, made_on=made_on, by=request.user, version=version)
                version = claim.version
                if not fields:
                    return self.answered()
            who = claimant_named(fields["claimant"]) if "claimant" in fields else claim.claimant
            text = fields.get("text", claim.text)
            desk.claim_word(claim, text=text, claimant=who, by=request.user, version=version)
        return self.answered()

    @step(None, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def triage(self, request: Request, id: str) -> Response:
        """This is worth checking."""
        return self.done(desk.claim_triage)

    @step(None, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, id: str) -> Response:
        """Start working on a claim: it is assigned to you, and `open_verdict` is its draft."""
        return self.done(desk.claim_take)

    @step(AssignInput, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, id: str) -> Response:
        """Give a claim to someone, or to nobody."""
        return self.done(desk.claim_assign, to=user_named(given(AssignInput, request)["to"]))

    @step(None, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def flag(self, request: Request, id: str) -> Response:
        """An editor wants it looked at first: its priority rises by 5."""
        return self.done(desk.claim_flag)

    @step(None, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def unflag(self, request: Request, id: str) -> Response:
        """It has the priority of its own numbers again."""
        return self.done(desk.claim_unflag)

    @step(TopicsInput, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def tag(self, request: Request, id: str) -> Response:
        """Add and remove topics; capitals do not count."""
        return self.done(desk.claim_tag, **given(TopicsInput, request))

    @step(ReasonInput, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, id: str) -> Response:
        """Not worth checking, for a reason that stays with it."""
        return self.done(desk.claim_dismiss, **given(ReasonInput, request))

    @step(ReasonInput, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, id: str) -> Response:
        """Take a dismissed claim up again, where it was left."""
        return self.done(desk.claim_reopen, **given(ReasonInput, request))

    @step(MergeInput, ClaimSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, id: str) -> Response:
        """This claim is the same as `into`: its appearances move there."""
        return self.done(merging.claim_merge, into=claim_named(given(MergeInput, request)["into"]))

    @step(SplitInput, {201: OpenApiResponse(ClaimSerializer, "The other claim.")}, LOCATION)
    @action(detail=True, methods=["post"])
    def split(self, request: Request, id: str) -> Response:
        """Some of its appearances, never all, are another claim.

        When all came with one claim that was merged into this one, that claim is revived.
        """
        fields, claim = given(SplitInput, request), self.get_object()
        apart = splitting.claim_split(
            claim,
            appearances=appearances_named(fields["appearances"], claim),
            text=fields["text"],
            by=request.user,
            version=version_read(request, claim),
        )
        apart = self.get_queryset().get(pk=apart.pk)
        address = reverse("claim-detail", args=[apart.uid])
        return Response(
            self.get_serializer(apart).data,
            status=status.HTTP_201_CREATED,
            headers={"ETag": etag_of(apart), "Location": request.build_absolute_uri(address)},
        )

    @extend_schema(responses=EventSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_class=None, orders=NEWEST)
    def events(self, request: Request, id: str) -> Response:
        """What happened to a claim and its verdicts, newest first."""
        history = history_of(self.get_object())
        return self.get_paginated_response(
            EventSerializer(self.paginate_queryset(history), many=True).data
        )
