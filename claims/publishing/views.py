"""The pages that everyone reads. Nothing here writes, and nothing here shows a draft."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import http_date
from django.utils.safestring import mark_safe
from django.views.decorators.http import conditional_page, require_safe

from articles.events import Event
from claims.models import Claim, ExternalVerdict, Verdict
from claims.publishing.addresses import oembed_url
from claims.publishing.claimreview import absolute, claim_review, json_ld, page_url
from claims.publishing.history import change_of, changes_of, ended, shown_verdict
from claims.publishing.sharing import fresh

PER_PAGE = 20
#: More words than this make a search slower, not better.
MOST_WORDS = 8


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"public/{template}.html", context)


@require_safe
@fresh
@conditional_page
def home(request: HttpRequest) -> HttpResponse:
    """The newest verdicts, or with `q` those that hold all of its words."""
    query = " ".join(request.GET.get("q", "").replace("\0", " ").split())
    verdicts = searched(Verdict.objects.published(), query).order_by("-published_at", "-id")
    return page(
        request,
        "home",
        query=query,
        verdicts=Paginator(verdicts, PER_PAGE).get_page(request.GET.get("page")),
        canonical=absolute(request.path),
    )


@require_safe
@fresh
@conditional_page
def corrections(request: HttpRequest) -> HttpResponse:
    """The log of corrected and retracted verdicts, with the notes meant for the public."""
    verdicts = Paginator(ended(), PER_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "corrections",
        verdicts=verdicts,
        changes=[change_of(verdict) for verdict in verdicts],
        canonical=absolute(request.path),
    )


@require_safe
@fresh
@conditional_page
def claim_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A claim with its verdict. 404 until one was published; a merged claim leads to its target."""
    verdict = verdict_at(slug)
    if verdict.claim.slug != slug:
        return redirect(verdict.claim, permanent=True)
    return verdict_page(request, verdict)


def verdict_at(slug: str) -> Verdict:
    """The verdict that the public reads of a claim, or of what it was merged into.

    Raises Http404.
    """
    claim = Claim.objects.select_related("merged_into").filter(slug=slug).first()
    if claim is None:
        raise Http404("no such claim")
    verdict = shown_verdict(claim.surviving) or shown_verdict(claim)
    if verdict is None:
        raise Http404("nothing is published of this claim")
    return verdict


def verdict_page(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """The page of a published verdict, or the notice that is left of a retracted one."""
    published = verdict.state == Verdict.State.PUBLISHED
    review = json_ld(claim_review(verdict)) if published else ""
    changes = changes_of(verdict.claim)
    response = page(
        request,
        "claim" if verdict.state != Verdict.State.RETRACTED else "retracted",
        verdict=verdict,
        claim=verdict.claim,
        steps=[step for step in verdict.rating.scale.ratings.all() if step.value is not None]
        if verdict.rating
        else [],
        places=sorted(verdict.claim.appearances.all(), key=when_said),
        elsewhere=ExternalVerdict.objects.beside(verdict.claim),
        changes=changes,
        correction=next((change for change in changes if change.after == verdict), None),
        claim_review=mark_safe(review),
        canonical=page_url(verdict),
        oembed=oembed_url(page_url(verdict)),
    )
    response["Last-Modified"] = http_date(last_modified(verdict))
    return response


def searched(verdicts: QuerySet[Verdict], query: str) -> QuerySet[Verdict]:
    for word in query.split()[:MOST_WORDS]:
        verdicts = verdicts.filter(
            Q(claim__text__icontains=word)
            | Q(title__icontains=word)
            | Q(claim__claimant__name__icontains=word)
        )
    return verdicts


def when_said(place: Any) -> tuple[Any, int]:
    article = place.article
    return article.published_at or article.received_at, place.pk


def last_modified(verdict: Verdict) -> float:
    """When the page last changed, in seconds since 1970: verdict, claim or what hangs on it."""
    found = verdict.claim.appearances.aggregate(newest=Max("created_at"))
    beside = ExternalVerdict.objects.beside(verdict.claim).aggregate(said=Max("updated_at"))
    # Also of a match that is confirmed no more; suggestions are the desk's own.
    shown = ("external_match.confirmed", "external_match.reopened")
    decided = Event.objects.about(verdict.claim).filter(kind__in=shown).aggregate(at=Max("at"))
    others = (found, beside, decided)
    moments = [verdict.updated_at, verdict.claim.updated_at]
    moments += [moment for other in others for moment in other.values()]
    return max(moment.timestamp() for moment in moments if moment)
