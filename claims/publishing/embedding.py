"""A verdict on other sites: a card for an iframe, and oEmbed 1.0, which tells of it.

Source: https://oembed.com, sections 2.2 and 2.3, type “rich”.
"""

from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from articles.api.problems import problem_page
from claims.models import Verdict
from claims.publishing.addresses import slug_at
from claims.publishing.claimreview import absolute, page_url
from claims.publishing.sharing import fresh, shared
from claims.publishing.views import verdict_at

#: The card runs nothing and loads its style alone; any site may frame it.
CARD_POLICY = {
    "default-src": [NONE],
    "img-src": [NONE],
    "script-src": [NONE],
    "style-src": [SELF],
    "form-action": [NONE],
    "frame-ancestors": ["*"],
}
#: Pixels. Narrower than the least, a claim has more lines than anybody reads.
WIDEST, NARROWEST, LOWEST = 600, 220, 120
#: How long a consumer may keep an answer, in seconds; what the card says is asked for anew.
CACHE_AGE = 3600
#: What the card's style gives each line, and what stands beside the claim, in pixels.
LINE, LETTER, EDGES, REST = 26, 9, 60, 152
NOTICE = 56
#: A page on a phone leaves a card so much of its width, and the card's iframe shrinks with it.
PHONE = 340


@require_safe
@fresh
@csp_replace(CARD_POLICY)  # type: ignore[arg-type]  # It knows views without arguments only.
@xframe_options_exempt
@conditional_page
def card(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A claim with its rating, small, for an iframe. 404 until a verdict was published."""
    verdict = verdict_at(slug)
    if verdict.claim.slug != slug:
        return redirect("claim-card", verdict.claim.slug, permanent=True)
    context = {
        "verdict": verdict,
        "claim": verdict.claim,
        "retracted": verdict.state == Verdict.State.RETRACTED,
        "canonical": page_url(verdict),
    }
    return render(request, "public/card.html", context)


@require_safe
@shared
@fresh
@conditional_page
def oembed(request: HttpRequest) -> HttpResponse:
    """How to embed the page at `url`. 404 for any other address, 501 for another format.

    400 `invalid` without a URL, and for a size that is no number above 0.
    """
    if request.GET.get("format", "json") != "json":
        return problem_page(HTTPStatus.NOT_IMPLEMENTED, "not_offered", "Only JSON is offered.")
    try:
        asked = Asked.read(request.GET)
    except ValueError as error:
        return problem_page(HTTPStatus.BAD_REQUEST, "invalid", str(error))
    slug = slug_at(asked.url)
    try:
        verdict = verdict_at(slug or "")
    except Http404:
        detail = "There is no fact check of ours at this URL."
        return problem_page(HTTPStatus.NOT_FOUND, "not_found", detail)
    return JsonResponse(embedded(verdict, asked))


@dataclass(frozen=True)
class Asked:
    """What a consumer asks for; sizes in pixels, None for any."""

    url: str
    maxwidth: int | None
    maxheight: int | None

    @classmethod
    def read(cls, given: Any) -> "Asked":
        """Raises ValueError, with what is wrong."""
        if not given.get("url"):
            raise ValueError("url: The address of a fact check is required.")
        return cls(given["url"], size(given, "maxwidth"), size(given, "maxheight"))


def size(given: Any, name: str) -> int | None:
    text = given.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text)):
        raise ValueError(f"{name}: A number of pixels, above 0.")
    return int(text)


def embedded(verdict: Verdict, asked: Asked) -> dict[str, Any]:
    """The answer. The card scrolls where it is given less height than it needs."""
    width = min(asked.maxwidth or WIDEST, WIDEST)
    height = card_height(verdict, width)
    return {
        "type": "rich",
        "version": "1.0",
        "title": card_title(verdict),
        "provider_name": settings.PUBLISHER["name"],
        "provider_url": absolute(reverse("home")),
        "cache_age": CACHE_AGE,
        "width": width,
        "height": min(asked.maxheight or height, height),
        "html": frame(verdict, width, min(asked.maxheight or height, height)),
    }


def frame(verdict: Verdict, width: int, height: int) -> str:
    """The iframe: it may open the fact check in a window of its own, and nothing else."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" style="border:0;max-width:100%" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy"></iframe>',
        absolute(reverse("claim-card", args=[verdict.claim.slug])),
        card_title(verdict),
        width,
        height,
    )


def card_title(verdict: Verdict) -> str:
    if verdict.state == Verdict.State.RETRACTED:
        return f"Retracted: {verdict.claim.text}"
    return f"{verdict.rating}: {verdict.title or verdict.claim.text}"


def card_height(verdict: Verdict, width: int) -> int:
    """What the card takes at `width`, and on a phone: estimated from how many letters a line holds.

    Below a card on a wider page there is room left, rather than half of it hidden on a phone.
    """
    letters = max(1, (max(min(width, PHONE), NARROWEST) - EDGES) / LETTER)
    lines = ceil(len(verdict.claim.text) / letters) + ceil(len(verdict.title) / letters)
    noted = verdict.state != Verdict.State.PUBLISHED or verdict.corrects_id is not None
    return max(LOWEST, lines * LINE + REST + (NOTICE if noted else 0))
