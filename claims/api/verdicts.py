"""`/api/v1/verdicts/`: published ones for everybody, all of them and every step for the desk."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    OpenApiTypes,
    extend_schema,
)
from psycopg import Cursor, Error
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.access import OPEN
from articles.api.filters import uuid_in
from articles.api.pages import Order
from articles.models import Event
from claims.api.conditions import conditional, etag_of, version_read
from claims.api.desk import DeskViewSet, given, step
from claims.api.filters import VerdictFilter
from claims.api.inputs import ConfirmInput, DraftInput, EvidenceInput, NoteInput
from claims.api.named import rating_named
from claims.api.rendered import KEPT, Rendered, StampedRows, conditional_json, is_plain_read, stamp
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

#: As it stands: building it anew for each reader would take the ORM longer than all the rest.
STANDING = """
    SELECT id, version, claims_verdict_stamp(id) FROM claims_verdict
    WHERE uid = %s AND state = 'published'
"""


class Stamped(NamedTuple):
    pk: int
    version: int
    stamp: str


class VerdictViewSet(StampedRows, RetrieveModelMixin, DeskViewSet):
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
    stamp = stamp("claims_verdict_stamp")
    queryset = Verdict.objects.for_reading().select_related("corrects")
    serializer_class = VerdictSerializer
    filterset_class = VerdictFilter

    def get_queryset(self) -> QuerySet[Verdict]:
        verdicts: Any = super().get_queryset()
        if self.action == "list":
            return verdicts.filter(state=Verdict.State.PUBLISHED)
        if self.action == "retrieve" and not self.request.user.has_perm("claims.view_verdict"):
            return verdicts.once_published()
        return verdicts

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Without REST framework where nobody in particular reads an answer that is kept."""
        plain = self.action_map.get("get") == "retrieve" and is_plain_read(request)
        known = self.known(request, uuid_in(kwargs["id"])) if plain else None
        return known or super().dispatch(request, *args, **kwargs)

    def known(self, request: HttpRequest, uid: UUID | None) -> Any:
        stamped = stamped_now(uid) if uid else None
        shown = KEPT.get(self.key(stamped, False)) if stamped else None
        return answer_with(request, stamped, shown) if stamped and shown else None

    @extend_schema(auth=ANYONE)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The verdicts that stand, newest first."""
        return super().list(request)

    def list_changed_at(self) -> datetime | None:
        # Any event may have changed a page of the list, a retraction by what is gone from it.
        return Event.objects.values_list("at", flat=True).first()

    def changed_at(self, verdict: Verdict) -> datetime:
        """When anything that a verdict's answer shows was last written.

        A claim is written whenever it gains or loses a verdict or an appearance.
        """
        found = [place.created_at for place in verdict.claim.appearances.all()]
        return max(verdict.updated_at, verdict.claim.updated_at, *found)

    @extend_schema(auth=ANYONE)
    def retrieve(self, request: Request, id: str) -> Any:
        """One verdict, also when it was corrected or retracted or has run out: `state` says so.

        Its ETag is for `If-Match` too. The desk reads drafts here.
        """
        uid = None if self.shaped_by_query() else uuid_in(id)
        return (uid and self.standing(request, uid)) or self.read(request)

    def standing(self, request: Request, uid: UUID) -> Any:
        """The answer with a published verdict; None where there is none of that id."""
        with connection.cursor() as cursor:
            cursor.execute(STANDING, [uid])
            stamped = [Stamped(*row) for row in cursor.fetchall()]
        rows = self.rendered(stamped)
        return answer_with(request._request, stamped[0], rows[0]) if rows else None

    def read(self, request: Request) -> Any:
        """Any other: it may name what replaced it, which no stamp of its own tells."""
        verdict = self.get_object()
        response = Response(self.get_serializer(verdict).data)
        prefix = f"v{verdict.version}-"
        return conditional(request, response, prefix=prefix, changed_at=self.changed_at(verdict))

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

    @step(NoteInput, {201: OpenApiResponse(VerdictSerializer, "The draft of the correction.")})
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


def answer_with(request: HttpRequest, stamped: Stamped, shown: Rendered) -> HttpResponseBase:
    etag = f'"v{stamped.version}-{shown.digest}"'
    return conditional_json(request, shown.body, etag=etag, changed_at=shown.changed_at)


def stamped_now(uid: UUID) -> Stamped | None:
    """The published verdict as it stands; None as well where the database must be asked again.

    On the driver itself: Django would first ask whether the connection works, which takes as long.
    One that does not is found out here, and mended by whoever asks next through Django.
    """
    if connection.connection is None:
        return None
    try:
        found = Cursor(connection.connection).execute(STANDING, [uid], prepare=True).fetchone()
    except Error:
        return None
    return Stamped(*found) if found else None
