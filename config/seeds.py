"""Loads the demonstration data of `seeds/`. Running it again adds only what is missing."""

import json
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import CommandError
from django.db import transaction

from articles.models import Article, Outlet
from articles.services import Submission, article_store
from claims.desk import claims as claim_services
from claims.desk import verdicts as verdict_services
from claims.desk.external import external_verdicts_write
from claims.desk.matches import external_match_confirm
from claims.models import Appearance, Claim, ExternalMatch, Rating, RatingScale
from claims.publishing.claimreview_files import read

SEEDS = settings.BASE_DIR / "seeds"
#: Of every demonstration user; printed by `make demo`, and refused in production.
DEMO_PASSWORD = "plumbline-demo"


def loaded(name: str) -> Any:
    return json.loads((SEEDS / name).read_text())


def load_desk() -> None:
    """Outlets, rating scales and users: what a desk has before its first article."""
    if settings.PRODUCTION:
        raise CommandError("The seeds' users have a password that is known: not in production.")
    with transaction.atomic():
        load_rows()


def load_rows() -> None:
    for outlet in loaded("outlets.json"):
        Outlet.objects.get_or_create(name=outlet["name"], defaults=outlet)
    for number, scale in enumerate(loaded("rating_scales.json")):
        load_scale(scale, default=number == 0)
    for user in loaded("users.json"):
        load_user(**user)


def load_scale(scale: dict[str, Any], *, default: bool) -> None:
    ratings = scale.pop("ratings")
    row, created = RatingScale.objects.get_or_create(
        slug=scale["slug"],
        defaults={**scale, "default": default and not RatingScale.objects.exists()},
    )
    if created:
        Rating.objects.bulk_create(Rating(scale=row, **rating) for rating in ratings)


def load_user(*, username: str, name: str, email: str, role: str) -> None:
    first, _, last = name.partition(" ")
    user, created = User.objects.get_or_create(
        username=username,
        defaults={"first_name": first, "last_name": last, "email": email, "is_staff": True},
    )
    if created:
        user.set_password(DEMO_PASSWORD)
        user.save()
        user.groups.add(Group.objects.get(name=role))


def load_elsewhere() -> None:
    """What other desks say; before the articles, whose claims are matched as they are found."""
    with (SEEDS / "claimreviews.json").open("rb") as feed:
        external_verdicts_write([item.reading for item in read(feed) if item.reading], by=None)


def load_articles() -> list[Article]:
    """Store every report of the seeds, or find it stored."""
    return [load_article(**entry) for entry in loaded("articles.json")]


def load_article(*, file: str, published_at: str, **fields: Any) -> Article:
    text = (SEEDS / file).read_text()
    submission = Submission(
        text=text.partition("\n")[2],
        published_at=datetime.fromisoformat(published_at),
        **fields,
    )
    return article_store(submission, by=None, intake=Article.Intake.FILE).article


def publish_verdicts(articles: list[Article]) -> int:
    """Take the seeds' verdicts from claim to publication, as their users would; how many now."""
    found = by_file(articles)
    return sum(publish_verdict(found[entry["article"]], entry) for entry in loaded("verdicts.json"))


def by_file(articles: list[Article]) -> dict[str, Article]:
    entries = zip(loaded("articles.json"), articles, strict=True)
    return {entry["file"]: article for entry, article in entries}


def publish_verdict(article: Article, entry: dict[str, Any]) -> bool:
    """False when the claim has its verdict already, or the extraction did not find it."""
    claim = claim_at(article, entry["passage"])
    if claim is None or claim.verdicts.exists():
        return False
    researcher = User.objects.get(username=entry["researcher"])
    editor = User.objects.get(username=entry["approver"])
    with transaction.atomic():
        verdict = claim_services.claim_take(claim, by=researcher)
        verdict_services.verdict_edit(
            verdict,
            rating=Rating.objects.get(scale__default=True, slug=entry["rating"]),
            title=entry["title"],
            explanation=entry["explanation"],
            by=researcher,
        )
        for source in entry["evidence"]:
            verdict_services.evidence_add(verdict, verdict_services.Source(**source), by=researcher)
        verdict_services.verdict_submit(verdict, by=researcher)
        verdict_services.verdict_approve(verdict, by=editor)
        verdict_services.verdict_publish(verdict, by=editor)
    return True


def confirm_elsewhere(articles: list[Article]) -> None:
    """Confirm what the machine suggested and the seeds' editors have read."""
    found = by_file(articles)
    for entry in loaded("verdicts.json"):
        claim = claim_at(found[entry["article"]], entry["passage"])
        suggested = ExternalMatch.objects.filter(
            claim=claim, external__url__in=entry.get("elsewhere", ()), state="suggested"
        )
        for match in suggested:
            external_match_confirm(match, by=User.objects.get(username=entry["approver"]))


def claim_at(article: Article, passage: str) -> Claim | None:
    """The claim whose appearance shares most with `passage`."""
    start = article.text.find(passage)
    if start < 0:
        return None
    end = start + len(passage)
    places = article.appearances.select_related("claim").filter(start__lt=end, end__gt=start)
    best = max(places, key=partial(shared, start=start, end=end), default=None)
    return best.claim if best else None


def shared(place: Appearance, *, start: int, end: int) -> int:
    return min(place.end, end) - max(place.start, start)
