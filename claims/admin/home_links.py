"""What the home page counts, each with the list that shows exactly those rows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from articles.models import Article, Import
from claims.admin.sizes import MOST, Size, sizes
from claims.desk.authors import for_approval_by
from claims.models import Claim, Match, Notification, Verdict

#: What its assignee works on; once in review it waits for somebody else.
WORKING = (Claim.Status.NEW, Claim.Status.TRIAGED, Claim.Status.IN_PROGRESS)
UNTAKEN = (Claim.Status.NEW, Claim.Status.TRIAGED)
TROUBLED = (Article.State.FAILED, Article.State.SET_ASIDE, Article.State.UNSUPPORTED)

NOT_COUNTED = Size(0)
#: A week's numbers are drawn, and an index alone has them.
MOST_OF_WEEK = 10_000


@dataclass(frozen=True)
class Counted:
    """A number that leads to its list."""

    name: str
    rows: QuerySet[Any]
    url: str
    trouble: bool = False
    size: Size = NOT_COUNTED
    #: Counted to here.
    most: int = MOST


def counted(lists: dict[str, Counted]) -> dict[str, Counted]:
    """The same with their sizes, in one query."""
    found = sizes({name: (one.rows, one.most) for name, one in lists.items()})
    return {name: replace(one, size=found[name]) for name, one in lists.items()}


def waiting_lists(user: Any) -> dict[str, Counted]:
    mine = {"assignee": "me", "status__in": ",".join(WORKING)}
    anyone = {"assignee": "nobody", "status__in": ",".join(UNTAKEN)}
    claims, verdicts = Claim.objects.all(), Verdict.objects.all()
    return {
        "told": Counted(
            "Unread notifications",
            Notification.objects.at_home_of(user).unread(),
            address("claims_notification", read="no"),
        ),
        "mine": Counted(
            "Waiting for me",
            claims.filter(assignee=user, status__in=WORKING),
            address("claims_claim", **mine),
        ),
        "anyone": Counted(
            "Waiting for anyone",
            claims.filter(assignee=None, status__in=UNTAKEN),
            address("claims_claim", **anyone),
        ),
        "approve": Counted(
            "Waiting for my approval",
            for_approval_by(user),
            address("claims_verdict", waiting="approval"),
        ),
        "publish": Counted(
            "Approved, to be published",
            verdicts.approved(),
            address("claims_verdict", waiting="publication"),
        ),
        "pairs": Counted("Possibly the same", Match.objects.waiting(), address("claims_match")),
    }


def late_lists() -> dict[str, Counted]:
    now, today = timezone.now(), timezone.localdate()
    since = now - timedelta(days=settings.LATE_DAYS)
    soon = today + timedelta(days=settings.EXPIRES_SOON_DAYS)
    claim = {"assigned_at__lt": since.isoformat(), "status__in": ",".join(WORKING)}
    review = {"state__exact": "in_review", "submitted_at__lt": since.isoformat()}
    expiring = {"state__exact": "published", "expires_on__lte": soon.isoformat()}
    verdicts = Verdict.objects.all()
    return {
        "late_claims": Counted(
            f"assigned for more than {days(settings.LATE_DAYS)}",
            Claim.objects.filter(assigned_at__lt=since, status__in=WORKING),
            address("claims_claim", **claim),
            trouble=True,
        ),
        "late_reviews": Counted(
            f"in review for more than {days(settings.LATE_DAYS)}",
            verdicts.filter(state=Verdict.State.IN_REVIEW, submitted_at__lt=since),
            address("claims_verdict", **review),
            trouble=True,
        ),
        "expiring": Counted(
            f"published, expires within {days(settings.EXPIRES_SOON_DAYS)}",
            verdicts.filter(state=Verdict.State.PUBLISHED, expires_on__lte=soon),
            address("claims_verdict", **expiring),
        ),
        "review": Counted(
            "published, to be looked at again",
            verdicts.review_due(),
            address("claims_verdict", review="due"),
            trouble=True,
        ),
        "ran_out": Counted(
            "expired, to be checked again",
            verdicts.ran_out(),
            address("claims_verdict", waiting="check"),
            trouble=True,
        ),
    }


def days(number: int) -> str:
    return "a day" if number == 1 else f"{number} days"


def article_lists() -> dict[str, Counted]:
    """By state, and what came in during the last seven days by its way in."""
    since = timezone.now() - timedelta(days=7)
    states = {
        f"state_{state}": Counted(
            state.label.lower(),
            Article.objects.filter(state=state),
            address("articles_article", state__exact=state),
            trouble=state in TROUBLED,
        )
        for state in Article.State
    }
    ways = {
        f"intake_{way}": Counted(
            way.label,
            Article.objects.filter(intake=way, received_at__gte=since),
            address("articles_article", intake__exact=way, received_at__gte=since.isoformat()),
        )
        for way in Article.Intake
    }
    return states | ways


def import_lists(last: Import | None) -> dict[str, Counted]:
    """Those that wait or run, and what the `last` one has stored, once there is one."""
    going = (Import.State.QUEUED, Import.State.RUNNING)
    lists = {
        "imports_going": Counted(
            "imports waiting or running",
            Import.objects.filter(state__in=going),
            address("articles_import", state__in=",".join(going)),
        )
    }
    if last:
        lists["imported"] = Counted(
            "articles stored",
            Article.objects.filter(imported__by=last),
            address("articles_article", imported__by=last.pk),
        )
    return lists


def week_lists(starts: Iterable[datetime]) -> dict[str, Counted]:
    """Of each week the claims that came in, `in_0` on, and the verdicts that went out, `out_0` on.

    A verdict counts in the week of its first publication, whether it was corrected since or not.
    """
    lists = {}
    for number, start in enumerate(starts):
        end = start + timedelta(days=7)
        came = {"created_at__gte": start, "created_at__lt": end}
        went = {"published_at__gte": start, "published_at__lt": end}
        lists[f"in_{number}"] = Counted(
            "Claims in",
            Claim.objects.filter(**came),
            address("claims_claim", status="all", **texts(came)),
            most=MOST_OF_WEEK,
        )
        lists[f"out_{number}"] = Counted(
            "Verdicts out",
            Verdict.objects.filter(**went, state__in=OUT),
            address("claims_verdict", state__in=",".join(OUT), **texts(went)),
            most=MOST_OF_WEEK,
        )
    return lists


#: What was published once. A corrected one is left out: its correction has its date.
OUT = (Verdict.State.PUBLISHED, Verdict.State.RETRACTED, Verdict.State.EXPIRED)


def texts(range_: dict[str, datetime]) -> dict[str, str]:
    return {name: at.isoformat() for name, at in range_.items()}


def address(name: str, **query: Any) -> str:
    """The list of the model `name`, filtered."""
    url = reverse(f"admin:{name}_changelist")
    return f"{url}?{urlencode(query)}" if query else url
