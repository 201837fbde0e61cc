"""`/api/v1/verdicts/`: published ones for everybody, all of them and every step for the desk."""

from typing import Any

from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    OpenApiTypes,
    extend_schema,
)
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.access import OPEN
from articles.api.conditions import last_modified
from articles.api.filters import uuid_in
from articles.api.pages import Order
from articles.api.schema import LOCATION
from articles.models import Event
from claims.api.conditions import etag_of, version_read
from claims.api.desk import given, step
from claims.api.filters import VerdictFilter
from claims.api.inputs import ConfirmInput, DraftInput, EvidenceInput, NoteInput
from claims.api.kept import KeptViewSet
from claims.api.named import rating_named
from claims.api.rows import successors_in_full, verdict_written_at
from claims.api.verdict_serializers import (
    EvidenceSerializer,
    FindingSerializer,
    VerdictSerializer,
)
from claims.desk import correcting
from claims.desk import verdicts as desk
from claims.desk.rules import VERDICT_RULES
from claims.models import Verdict
from claims.publishing import linting

EVIDENCE_ID = OpenApiParameter("evidence_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
#: With a key, a session or neither.
ANYONE: Any = [{"knoxApiToken": []}, {"cookieAuth": []}, {}]
WRITES = (VERDICT_RULES["edit"].permission,)


class VerdictViewSet(ListModelMixin, KeptViewSet):
    needs = {
        "list": OPEN,
        "retrieve": OPEN,
        "partial_update": WRITES,
        "add_evidence": WRITES,
        "remove_evidence": WRITES,
        "send_back": (VERDICT_RULES["return"].permission,),
        **{
            name: (VERDICT_RULES[name].permission,)
            for name in ("submit", "approve", "publish", "correct", "confirm", "drop", "retract")
        },
        "lint": ("claims.view_verdict",),
    }
    orders = {"newest": Order(F("published_at"))}
    expansions = {"retrieve": {"successor": successors_in_full}}
    queryset = Verdict.objects.for_reading().select_related("corrects")
    serializer_class = VerdictSerializer
    filterset_class = VerdictFilter

    def get_queryset(self) -> QuerySet[Verdict]:
        verdicts: Any = super().get_queryset()
        if self.action == "list":
            return verdicts.filter(state=Verdict.State.PUBLISHED)
        verdicts = verdicts.with_successors()
        if self.action == "retrieve" and not self.request.user.has_perm("claims.view_verdict"):
            return verdicts.once_published()
        return verdicts

    @extend_schema(auth=ANYONE)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The verdicts that stand, newest first."""
        verdicts: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rows = self.get_paginated_response(self.get_serializer(verdicts, many=True).data).data
        # A retraction changes a page by what is gone from it.
        last = Event.objects.seen_outside().values_list("at", flat=True).first()
        moments = [last, *(moment for one in verdicts for moment in verdict_written_at(one))]
        return Response(rows, headers=last_modified(*moments) if any(moments) else None)

    @extend_schema(auth=ANYONE)
    def retrieve(self, request: Request, id: str) -> Response:
        """One verdict, also when it was corrected or retracted or has run out: `state` says so.

        Its ETag is for `If-Match` too. The desk reads drafts here.
        """
        verdict = self.get_object()
        written = last_modified(*verdict_written_at(verdict))
        headers = {"ETag": etag_of(verdict), **written}
        return Response(self.get_serializer(verdict).data, headers=headers)

    @step(DraftInput, VerdictSerializer)
    def partial_update(self, request: Request, id: str) -> Response:
        """Save a draft; it may be as unfinished as it likes."""
        fields, verdict = given(DraftInput, request), self.get_object()
        read = version_read(request, verdict)
        names = ("title", "explanation", "correction_note", "expires_on", "review_on")
        desk.verdict_edit(
            verdict,
            rating=rating_named(fields["rating"], verdict)
            if "rating" in fields
            else verdict.rating,
            by=request.user,
            # What was left out is kept as we read it just now, so nobody's change is undone.
            version=verdict.version if read is None else read,
            **{name: fields.get(name, getattr(verdict, name)) for name in names},
        )
        return self.answered()

    @step(EvidenceInput, {201: EvidenceSerializer})
    @action(detail=True, methods=["post"], url_path="evidence")
    def add_evidence(self, request: Request, id: str) -> Response:
        """Add a source to a draft; the same URL again refreshes the one that is there."""
        source, verdict = desk.Source(**given(EvidenceInput, request)), self.get_object()
        evidence = desk.evidence_add(
            verdict, source, by=request.user, version=version_read(request, verdict)
        )
        return Response(
            EvidenceSerializer(evidence).data,
            status=status.HTTP_201_CREATED,
            headers={"ETag": etag_of(verdict)},
        )

    @extend_schema(parameters=[EVIDENCE_ID])
    @step(None, {204: None})
    @action(detail=True, methods=["delete"], url_path="evidence/(?P<evidence_id>[^/.]+)")
    def remove_evidence(self, request: Request, id: str, evidence_id: str) -> Response:
        """Take a source out of a draft."""
        verdict = self.get_object()
        evidence = get_object_or_404(
            verdict.evidence.select_related("verdict"), uid=uuid_in(evidence_id)
        )
        desk.evidence_remove(evidence, by=request.user, version=version_read(request, verdict))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @step(None, VerdictSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, id: str) -> Response:
        """Hand a finished draft to a second person."""
        return self.done(desk.verdict_submit)

    @step(NoteInput, VerdictSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, id: str) -> Response:
        """Give a verdict back to its author, saying what it still needs."""
        return self.done(desk.verdict_return, **given(NoteInput, request))

    @step(None, VerdictSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, id: str) -> Response:
        """A second person agrees; 403 for who wrote it."""
        return self.done(desk.verdict_approve)

    @step(None, VerdictSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, id: str) -> Response:
        """Put an approved verdict before the public; one that it corrects steps back."""
        return self.done(desk.verdict_publish)

    @step(
        NoteInput,
        {201: OpenApiResponse(VerdictSerializer, "The draft of the correction.")},
        LOCATION,
    )
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, id: str) -> Response:
        """Open the draft that will replace a published verdict, starting from its words."""
        note, verdict = given(NoteInput, request)["note"], self.get_object()
        read = version_read(request, verdict)
        draft = correcting.verdict_correct(verdict, note=note, by=request.user, version=read)
        draft = self.get_queryset().get(pk=draft.pk)
        address = reverse("verdict-detail", args=[draft.uid])
        return Response(
            self.get_serializer(draft).data,
            status=status.HTTP_201_CREATED,
            headers={"ETag": etag_of(draft), "Location": request.build_absolute_uri(address)},
        )

    @step(ConfirmInput, VerdictSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, id: str) -> Response:
        """A review found that a published verdict stands; a draft that it had opened goes."""
        return self.done(correcting.verdict_confirm, **given(ConfirmInput, request))

    @step(NoteInput, OpenApiResponse(VerdictSerializer, "The verdict that stands."))
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, id: str) -> Response:
        """Nothing comes of the draft of a correction: it goes, what is published stands."""
        note, draft = given(NoteInput, request)["note"], self.get_object()
        stands = correcting.correction_drop(
            draft, note=note, by=request.user, version=version_read(request, draft)
        )
        stands = self.get_queryset().get(pk=stands.pk)
        return Response(self.get_serializer(stands).data, headers={"ETag": etag_of(stands)})

    @extend_schema(responses=FindingSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def lint(self, request: Request, id: str) -> Response:
        """What is wrong with its ClaimReview: `error` stops publishing, `warning` does not."""
        found: Any = linting.findings(self.get_object())
        return Response(FindingSerializer(found, many=True).data)

    @step(NoteInput, VerdictSerializer)
    @action(detail=True, methods=["post"])
    def retract(self, request: Request, id: str) -> Response:
        """Take a published verdict back, telling the public why."""
        return self.done(desk.verdict_retract, **given(NoteInput, request))
