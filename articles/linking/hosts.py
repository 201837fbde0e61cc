"""How a host wants to be asked: its robots.txt (RFC 9309), and a pause between two requests."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils import timezone
from protego import Protego

from articles.intake.fetching import Fetched, FetchError, Limits, Trouble, fetch
from articles.linking.models import Host

#: What robots.txt calls us; the first word of our User-Agent.
AGENT = "Plumbline"
#: The standard's own least: what is longer is read so far.
LIMITS = Limits(body=500 * 1024, cut=True)
#: How long its rules count, and its silence.
KEPT, SILENT = timedelta(days=1), timedelta(minutes=5)
#: A longer pause than this would be a refusal, which robots.txt has other words for.
LONGEST_PAUSE = 60.0
PORTS = {"http": ":80", "https": ":443"}
#: Characters of a host and its port; DNS has 253.
MOST_NAME = 260
NOBODY = "User-agent: *\nDisallow: /\n"


def host_of(url: str) -> Host:
    """The row of the host that `url` is at."""
    host, _created = Host.objects.get_or_create(name=host_name(url))
    return host


def host_name(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2].lower().removesuffix(PORTS.get(parts.scheme, ""))


def host_hold(host_id: int, until: datetime) -> None:
    """Nobody else asks the host meanwhile; past `until`, who asks it is taken for dead."""
    Host.objects.filter(pk=host_id).update(next_at=until)


def host_let_go(host_id: int, held_until: datetime | None, wait: timedelta) -> None:
    """It may be asked again after the pause that it wants, or `wait` if that is longer."""
    host = Host.objects.get(pk=host_id)
    held = Host.objects.filter(pk=host_id, next_at=held_until or host.next_at)
    held.update(next_at=timezone.now() + max(wait, host.pause))


def check_robots(url: str) -> None:
    """Raise FetchError `robots_disallowed`, or `robots_unknown` while its host does not tell.

    What is wrong with the host itself, as that it is not public, is raised as it is.
    """
    name = host_name(url)
    if len(name) > MOST_NAME or not name.isprintable():
        raise FetchError(Trouble.NOT_A_URL, "it leads to no valid URL")
    host = host_of(url)
    now = timezone.now()
    if host.robots_until is None or host.robots_until <= now:
        host.robots, host.robots_until = robots_asked(url, now)
        rules = Protego.parse(host.robots)
        host.delay = min(float(rules.crawl_delay(AGENT) or 0), LONGEST_PAUSE)
        host.save(update_fields=["robots", "robots_until", "delay"])
    if not Protego.parse(host.robots).can_fetch(url, AGENT):
        if host.robots == NOBODY:
            raise FetchError(Trouble.ROBOTS_UNKNOWN, "its robots.txt does not answer")
        raise FetchError(Trouble.ROBOTS, "its robots.txt asks us not to fetch it")


def robots_asked(url: str, now: datetime) -> tuple[str, datetime]:
    """The rules at the host of `url`, and until when they count.

    Without a robots.txt all is allowed. One that cannot be had now may forbid everything, so we
    wait until it can.
    """
    at = urlsplit(url)
    try:
        answer = fetch(f"{at.scheme}://{at.netloc}/robots.txt", limits=LIMITS)
    except FetchError as error:
        if error.passing:
            return NOBODY, now + SILENT
        if error.code == Trouble.NOT_PUBLIC:
            raise
        return "", now + KEPT
    if answer.status >= 500 or answer.status == 429:
        return NOBODY, now + SILENT
    return rules_in(answer), now + KEPT


def rules_in(answer: Fetched) -> str:
    if answer.status != 200:
        return ""
    return answer.body.decode("utf-8-sig", "replace").replace("\0", "")
