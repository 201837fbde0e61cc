"""The workbench: everything about one claim on one page, and what may be done with it."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Subquery, Window

from articles.admin.wording import worded
from articles.events import Event
from claims.admin import forms, marks
from claims.admin.actions import ACTIONS, Action
from claims.admin.pairs import Elsewhere, Pair, elsewhere, pairs
from claims.desk.authors import wrote
from claims.desk.changing import allowed
from claims.desk.keyboard import single_keys
from claims.desk.rules import CLAIM_RULES
from claims.models import Appearance, Claim, KeptDraft, Match, Note, Verdict
from claims.publishing import linting

#: Rows of each list that the page shows.
MOST_APPEARANCES = 20
MOST_EVENTS = 200
MOST_OTHERS = 5
MOST_LIKELY = 5
MOST_NOTES = 100


class Workbench:
    """What the page shows of `claim` to `user`. Templates read its properties."""

    def __init__(self, claim: Claim, user: Any) -> None:
        self.claim = claim
        self.user = user
        self.bound: dict[str, forms.DeskForm] = {}
        self.trouble = ""
        #: A form that was refused and has no place on the page any more: its text is shown.
        self.lost: forms.DeskForm | None = None

    # --- The verdicts -------------------------------------------------------------------------

    @cached_property
    def verdicts(self) -> list[Verdict]:
        return list(
            self.claim.verdicts.select_related("rating__scale", "author", "approved_by", "corrects")
            .prefetch_related("evidence")
            .order_by("-id")
        )

    @property
    def open(self) -> Verdict | None:
        """The draft or what is in review."""
        return next((v for v in self.verdicts if v.state in Verdict.OPEN), None)

    @property
    def published(self) -> Verdict | None:
        return next((v for v in self.verdicts if v.state == Verdict.State.PUBLISHED), None)

    @property
    def past(self) -> list[Verdict]:
        current = (*Verdict.OPEN, Verdict.State.PUBLISHED)
        return [v for v in self.verdicts if v.state not in current]

    @cached_property
    def own(self) -> bool:
        """Whether the user wrote what is in review, and four eyes are asked for."""
        return bool(settings.FOUR_EYES and self.open and wrote(self.open, self.user))

    # --- What may be done ---------------------------------------------------------------------

    def row(self, action: Action) -> Claim | Verdict | None:
        """What the action would change."""
        if not action.about_verdict:
            return self.claim
        return self.published if action.panel in ("published", "confirm") else self.open

    def may(self, action: Action) -> bool:
        row = self.row(action)
        return row is not None and allowed(action.rule, row, self.user)

    @cached_property
    def can(self) -> dict[str, bool]:
        """By action, with `_` for `-`: whether its button is shown."""
        can = {name.replace("-", "_"): self.may(action) for name, action in ACTIONS.items()}
        approved = self.open is not None and self.open.approved_by_id is not None
        can["approve"] = can["approve"] and not self.own and not approved
        can["publish"] = can["publish"] and approved
        can["publish"] = can["publish"] and not self.errors
        can["approve_and_publish"] = (
            can["approve"] and not self.errors and self.user.has_perm("claims.publish_verdict")
        )
        can["correct"] = can["correct"] and self.open is None
        can["reopen"] = can["reopen"] and (self.published is None or self.open is None)
        in_review = self.open is not None and self.open.state == Verdict.State.IN_REVIEW
        can["confirm"] = can["confirm"] and not in_review
        can["drop"] = can["drop"] and self.published is not None
        can["split"] = can["split"] and len(self.appearances) > 1
        can["merge"] = any(
            allowed(CLAIM_RULES[way], self.claim, self.user) for way in ("merge", "receive")
        )
        return can

    @cached_property
    def findings(self) -> list[linting.Finding]:
        """What is wrong with the ClaimReview of what is written or in review."""
        if self.open is None:
            return []
        self.open.claim = self.claim
        return linting.findings_of_read(self.open)

    @property
    def errors(self) -> list[linting.Finding]:
        return linting.blocking(self.findings)

    @property
    def approve_refused(self) -> bool:
        """The user might approve, were it not their own."""
        return self.own and self.user.has_perm("claims.approve_verdict")

    @property
    def elsewhere(self) -> bool:
        """Somebody else has the claim."""
        return self.claim.assignee_id not in (None, self.user.pk)

    def form(self, action: Action, data: Any = None) -> forms.DeskForm:
        row = self.row(action)
        initial = values(row) if row is not None else {}
        return action.form(data, name=action.panel, initial=initial, **action.extra(row))

    @cached_property
    def panels(self) -> dict[str, forms.DeskForm]:
        """By panel: the form that its buttons share, as typed when it was refused."""
        first = {a.panel: a for a in reversed(ACTIONS.values()) if self.row(a) is not None}
        kept = {"draft": self.kept_form} if self.kept_form and self.may(ACTIONS["draft"]) else {}
        return {name: self.form(a) for name, a in first.items()} | kept | self.bound

    # --- What was typed and not saved ---------------------------------------------------------

    @cached_property
    def kept(self) -> KeptDraft | None:
        """What the user last typed into a verdict of this claim and did not save."""
        kept = KeptDraft.objects.filter(verdict__claim=self.claim, user=self.user)
        return kept.order_by("-kept_at").first()

    @cached_property
    def kept_form(self) -> forms.DraftForm | None:
        """The draft's form as it was left; None when that is what the draft says now."""
        if self.kept is None:
            return None
        verdict = next(v for v in self.verdicts if self.kept and v.pk == self.kept.verdict_id)
        return forms.kept_form(self.kept, verdict)

    @property
    def kept_revision(self) -> int:
        """Of what is kept of the draft on the page; 0 for nothing."""
        here = self.kept and self.open and self.kept.verdict_id == self.open.pk
        return self.kept.revision if self.kept and here else 0

    @property
    def kept_back(self) -> bool:
        """The draft on the page says what was typed before, not what is saved."""
        return "draft" not in self.bound and self.kept_form is not None and self.can["draft"]

    @property
    def kept_apart(self) -> bool:
        """What was typed has no place on the page any more."""
        return self.kept_form is not None and not self.can["draft"]

    # --- What surrounds it --------------------------------------------------------------------

    @cached_property
    def appearances(self) -> list[Appearance]:
        places = marks.with_surroundings(self.claim.appearances.all())
        # In the same query, and once for all of its rows.
        here = Appearance.objects.filter(claim=self.claim).order_by()
        counted = here.values("claim").annotate(number=Count("pk"))
        shown = (
            places.select_related("article__outlet", "attribution", "revision")
            .defer("article__text", "revision__text")
            .annotate(all_told=Subquery(counted.values("number")))
            .order_by("id")[:MOST_APPEARANCES]
        )
        return [marks.shown(place) for place in shown]

    @cached_property
    def places(self) -> list[tuple[Appearance, forms.DeskForm | None]]:
        """The appearances, each with the form that marks its passage anew, if the user may."""
        return [
            (place, self.respan_form(place) if self.can["respan"] and not place.revision else None)
            for place in self.appearances
        ]

    def respan_form(self, place: Appearance) -> forms.DeskForm:
        refused = self.bound.get("respan")
        if refused and str(refused["place"].value()) == str(place.pk):
            return refused
        span = {"place": place.pk, "start": place.start, "end": place.end}
        initial = {**forms.claim_values(self.claim), **span}
        return ACTIONS["respan"].form(name=f"respan-{place.pk}", initial=initial)

    @property
    def other_places(self) -> int:
        return len(self.appearances) - 1 + self.more_appearances

    @cached_property
    def more_appearances(self) -> int:
        if not self.appearances:
            return 0
        return self.appearances[0].all_told - len(self.appearances)  # type: ignore[attr-defined]

    @cached_property
    def same_claimant(self) -> QuerySet[Verdict]:
        """What the desk published on this claimant's other claims."""
        if self.claim.claimant_id is None:
            return Verdict.objects.none()
        return (
            Verdict.objects.filter(
                state=Verdict.State.PUBLISHED, claim__claimant=self.claim.claimant_id
            )
            .exclude(claim=self.claim)
            .select_related("rating", "claim")
            .order_by("-published_at")[:MOST_OTHERS]
        )

    @cached_property
    def merged(self) -> list[Claim]:
        """The claims that were merged into this one, each with the `places` that came with it."""
        came = Count("moved", filter=Q(moved__claim=F("merged_into")))
        return list(self.claim.merged.annotate(places=came).order_by("id")[:MOST_APPEARANCES])

    @cached_property
    def notes(self) -> list[Note]:
        """The last ones on the claim and on what was merged into it, oldest first."""
        left = Note.objects.filter(Q(claim=self.claim) | Q(claim__merged_into=self.claim))
        return list(left.select_related("author").order_by("-id")[:MOST_NOTES])[::-1]

    @property
    def versions(self) -> str:
        return versions_of(self.claim, self.open)

    @cached_property
    def single_keys(self) -> bool:
        return single_keys(self.user)

    # --- What may be the same -----------------------------------------------------------------

    @cached_property
    def pairs(self) -> list[Pair]:
        """The likely ones, best first, and the rejected ones, newest first: read together."""
        matches = Match.objects.of(self.claim)
        # Of all that wait, in the same query.
        waiting = matches.waiting().annotate(all_told=Window(Count("pk")))[:MOST_LIKELY]
        rejected = matches.apart().order_by("-decided_at")[:MOST_APPEARANCES]
        return pairs([*waiting, *rejected], self.user, page=self.claim)

    @property
    def likely(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.match.state == Match.State.SUGGESTED]

    @property
    def more_likely(self) -> int:
        likely = self.likely
        return likely[0].match.all_told - len(likely) if likely else 0  # type: ignore[attr-defined]

    @property
    def unlike(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.match.state == Match.State.REJECTED]

    @cached_property
    def elsewheres(self) -> list[Elsewhere]:
        found = self.claim.external_matches.order_by("state", "-score", "id")
        return elsewhere(found[:MOST_APPEARANCES], self.user)

    @property
    def checked_elsewhere(self) -> list[Elsewhere]:
        """Other desks' verdicts: confirmed ones, then those that wait, best first."""
        return [one for one in self.elsewheres if one.match.state != Match.State.REJECTED]

    @property
    def unlike_elsewhere(self) -> list[Elsewhere]:
        return [one for one in self.elsewheres if one.match.state == Match.State.REJECTED]

    @cached_property
    def history(self) -> list[Event]:
        """The events of the claim and its verdicts, newest first, each with its words."""
        about = Q(subject_type="claims.claim", subject_id=self.claim.pk) | Q(
            subject_type="claims.verdict", subject_id__in=[v.pk for v in self.verdicts]
        )
        return worded(Event.objects.filter(about)[:MOST_EVENTS])


def versions_of(claim: Claim, draft: Verdict | None) -> str:
    """What changes whenever somebody changes the claim or its open verdict."""
    return f"{claim.version}/" + (f"{draft.pk}.{draft.version}" if draft else "")


def values(row: Claim | Verdict) -> dict[str, Any]:
    return forms.claim_values(row) if isinstance(row, Claim) else forms.verdict_values(row)
