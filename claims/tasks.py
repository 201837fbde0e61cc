"""Celery's doors to the desk: ids in, a service called, named errors retried.

The database is the queue of record; a message here is a wake-up, and may be lost or doubled.
"""

import logging
import time
from collections.abc import Sequence

from celery import shared_task
from django.conf import settings
from django.db import close_old_connections

from articles import services
from articles.idempotency import answers_forget
from articles.models import Article
from claims.desk.claimants import claimants_mend
from claims.desk.embedding import wordings_embed
from claims.desk.errors import TRANSIENT, Refused
from claims.desk.extraction import articles_extract
from claims.desk.heartbeat import heartbeat_write
from claims.desk.links import evidence_check
from claims.desk.mailing import notifications_mail
from claims.desk.matching import AT_ONCE, claims_match, matching_due, suggestions_mend
from claims.desk.review_polling import sources_poll
from claims.desk.searching import words_mend
from claims.desk.sign_in import sign_ins_forget
from claims.desk.verdicts import verdict_expire
from claims.desk.webhooks.sending import webhooks_forget, webhooks_send
from claims.models import Claim, Verdict
from claims.publishing.dumps import dump_due, dump_write
from claims.waking import wake_bulk, wake_for_webhooks

log = logging.getLogger(__name__)

#: Seconds that a worker gives to articles of files before it looks for what people wait for.
BULK_SECONDS = 2.0


@shared_task(name="claims.extract")
def extract(article_id: int) -> None:
    """Extract one article, and leave its state saying how that went."""
    heartbeat_write()
    if article := services.article_take(article_id):
        extract_taken([article])


@shared_task(name="claims.extract_bulk")
def extract_bulk(until: float) -> None:
    """Extract articles of files for a moment, and send for more of it until that time.

    What people wait for has come to the front of the queue by then.
    """
    heartbeat_write()
    ends = min(until, time.time() + BULK_SECONDS)
    while time.time() < ends:
        if not (articles := services.articles_take_next()):
            return
        extract_taken(articles)
    wake_bulk(until, lanes=1)


def extract_taken(articles: Sequence[Article]) -> None:
    """Extract articles that this worker has leased."""
    try:
        claims = articles_extract(articles)
    except TRANSIENT as error:
        log.warning("articles %s: postponed, %r", [article.pk for article in articles], error)
        # A connection that broke would refuse to write this down, too.
        close_old_connections()
        for article in articles:
            services.article_postpone(article, described(error))
    except Exception as error:
        if len(articles) > 1:
            # Which of them is to blame shows when each is taken by itself.
            for article in articles:
                extract_taken([article])
            return
        # Any other error is the text's or ours: another try would meet it again, so it is shown.
        [article] = articles
        log.exception("article %s: failed", article.pk)
        services.article_fail(article, described(error))
    else:
        match_found(claims)


def match_found(claims: Sequence[Claim]) -> None:
    """Match new claims while they are at hand. Their article is done, whatever becomes of this."""
    try:
        for at in range(0, len(claims), AT_ONCE):
            claims_match(claims[at : at + AT_ONCE])
    except TRANSIENT as error:
        log.warning("matching was broken off (%r); the sweep will find the claims", error)
        close_old_connections()


@shared_task(name="claims.match")
def match() -> None:
    """Embed and match what waits for it: edited claims, others' verdicts, a new model's work.

    Ends well before its time limit; the next one goes on from there.
    """
    suggestions_mend()
    claimants_mend()
    ends = time.monotonic() + settings.CELERY_TASK_SOFT_TIME_LIMIT / 2
    while (wordings_embed() or matching_due()) and time.monotonic() < ends:
        pass


@shared_task(name="claims.check_evidence")
def check_evidence() -> None:
    """Ask the URLs of evidence that are due, for a while: others need the worker, too."""
    evidence_check(seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT / 8)


@shared_task(name="claims.expire")
def expire() -> None:
    """End the verdicts that have run out."""
    for verdict in Verdict.objects.run_out():
        try:
            verdict_expire(verdict)
        except Refused:
            log.info("verdict %s: ended before it ran out", verdict.pk)


@shared_task(name="claims.sweep")
def sweep() -> None:
    """Wake the worker for what is due, and free what dead workers held."""
    heartbeat_write()
    for article_id in services.articles_sweep():
        extract.delay(article_id)
    if Article.objects.in_bulk_due().exists():
        wake_bulk()


@shared_task(name="claims.mend_words")
def mend_words() -> None:
    """Make findable what a killed process wrote last."""
    words_mend()


@shared_task(name="claims.mail")
def mail() -> None:
    """Send the e-mails that are due; what fails is due again later."""
    try:
        notifications_mail()
    except OSError as error:
        log.warning("the e-mail server does not answer (%r): all stays due", error)


def described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


@shared_task(name="claims.forget_sign_ins")
def forget_sign_ins() -> None:
    """Keep no address of anybody for longer than it is of use."""
    sign_ins_forget()


@shared_task(name="claims.forget_answers")
def forget_answers() -> None:
    """Delete what was kept for requests sent again, once it is too old to be given out."""
    answers_forget()


@shared_task(name="claims.send_webhooks")
def send_webhooks() -> None:
    """Send the webhooks that are due, for a while; where more are, the next run does at once."""
    try:
        more = webhooks_send(seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT / 8)
    except TRANSIENT as error:
        log.warning("webhooks: broken off, %r; what is due stays due", error)
        close_old_connections()
        return
    if more:
        wake_for_webhooks()


@shared_task(name="claims.forget_webhooks")
def forget_webhooks() -> None:
    webhooks_forget()


@shared_task(name="claims.dump")
def dump() -> None:
    """Write the dump anew, every night."""
    dump_write()


@shared_task(name="claims.mend_dump")
def mend_dump() -> None:
    """Write it at once where it holds what no longer stands, or where there is none."""
    if dump_due():
        dump_write()


@shared_task(
    name="claims.poll_sources",
    soft_time_limit=settings.SOURCE_SECONDS,
    time_limit=settings.SOURCE_SECONDS + 60,
)
def poll_sources() -> None:
    """Ask the sources of other desks' verdicts that are due, for a while."""
    try:
        sources_poll(seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT / 8)
    except TRANSIENT as error:
        log.warning("sources: broken off, %r; what is due stays due", error)
        close_old_connections()
