"""Who may open which page of the admin, and do what there: every page, every action, every role."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.events import Event
from articles.feeding.services import feed_add
from articles.linking.services import links_submit
from articles.models import Import
from claims.admin.actions import ACTIONS
from claims.desk import correcting
from claims.desk import verdicts as verdict_services
from claims.desk.deciding import decide
from claims.desk.review_sources import source_add
from claims.desk.thresholds import matching_settings
from claims.desk.webhooks.endpoints import endpoint_ping
from claims.models import ApiKey, Claim, ReviewPublisher, Verdict
from tests import factories
from tests.kept_rows import kept
from tests.subscribing import subscribed

pytestmark = pytest.mark.django_db

ROLES = ("reader", "researcher", "editor", "admin")
EVERYONE, WRITERS, EDITORS, ADMINS = ROLES, ROLES[1:], ROLES[2:], ROLES[3:]

#: Page by URL name; who may open it. `{}` is the id of a row of its own.
PAGES = {
    "index": EVERYONE,
    "claims_claim_changelist": EVERYONE,
    "claims_claim_change": EVERYONE,
    "claims_claim_add": (),
    "claims_claim_delete": (),
    "claims_claim_merge": EDITORS,
    "claims_match_changelist": EVERYONE,
    "claims_match_add": (),
    "claims_match_delete": (),
    "claims_externalmatch_changelist": EVERYONE,
    "claims_externalmatch_add": (),
    "claims_externalmatch_delete": (),
    "claims_matchingsettings_changelist": EVERYONE,
    "claims_matchingsettings_add": (),
    "claims_verdict_changelist": EVERYONE,
    "claims_verdict_add": (),
    "claims_verdict_delete": (),
    "claims_externalverdict_changelist": EVERYONE,
    "claims_externalverdict_change": EVERYONE,
    "claims_externalverdict_add": (),
    "claims_externalverdict_delete": (),
    "claims_reviewpublisher_changelist": EVERYONE,
    "claims_reviewpublisher_change": EVERYONE,
    "claims_reviewpublisher_add": EDITORS,
    "claims_reviewpublisher_delete": (),
    "claims_reviewsource_changelist": EVERYONE,
    "claims_reviewsource_change": EVERYONE,
    "claims_reviewsource_add": EDITORS,
    "claims_reviewsource_delete": (),
    "claims_claimant_changelist": EVERYONE,
    "claims_claimant_change": EVERYONE,
    "claims_claimant_add": EDITORS,
    "claims_claimant_delete": (),
    "claims_claimant_merge": EDITORS,
    "claims_notification_changelist": EVERYONE,
    "claims_ratingscale_changelist": EVERYONE,
    "claims_ratingscale_change": EVERYONE,
    "claims_ratingscale_add": ADMINS,
    "claims_ratingscale_delete": (),
    "articles_article_changelist": EVERYONE,
    "articles_article_change": EVERYONE,
    "articles_article_state": EVERYONE,
    "articles_article_add": WRITERS,
    "articles_article_delete": (),
    "articles_import_changelist": EVERYONE,
    "articles_import_change": EVERYONE,
    "articles_import_state": EVERYONE,
    "articles_import_failed": EVERYONE,
    "articles_import_add": WRITERS,
    "articles_import_delete": (),
    "articles_link_changelist": EVERYONE,
    "articles_link_change": EVERYONE,
    "articles_link_add": WRITERS,
    "articles_link_delete": (),
    "articles_feed_changelist": EVERYONE,
    "articles_feed_change": EVERYONE,
    "articles_feed_add": EDITORS,
    "articles_feed_delete": (),
    "articles_outlet_changelist": EVERYONE,
    "articles_outlet_change": EVERYONE,
    "articles_outlet_add": EDITORS,
    "articles_outlet_delete": (),
    "articles_event_changelist": EVERYONE,
    "articles_event_change": EVERYONE,
    "articles_event_add": (),
    "articles_event_delete": (),
    "auth_user_changelist": ADMINS,
    "auth_user_change": ADMINS,
    "auth_user_add": ADMINS,
    "auth_user_delete": (),
    "auth_group_changelist": ADMINS,
    "auth_group_add": (),
    "claims_apikey_changelist": ADMINS,
    "claims_apikey_add": ADMINS,
    "claims_apikey_change": ADMINS,
    "claims_apikey_delete": (),
    "claims_webhookendpoint_changelist": ADMINS,
    "claims_webhookendpoint_change": ADMINS,
    "claims_webhookendpoint_add": ADMINS,
    "claims_webhookendpoint_delete": (),
    "claims_webhookdelivery_changelist": ADMINS,
    "claims_webhookdelivery_change": ADMINS,
    "claims_webhookdelivery_add": (),
    "claims_webhookdelivery_delete": (),
}
WITH_ID = ("change", "delete", "state", "merge", "failed")

#: Who may do what, of a claim or verdict in the right state that somebody else wrote.
DOERS = {
    "take": WRITERS,
    "triage": WRITERS,
    "word": WRITERS,
    "date": WRITERS,
    "respan": WRITERS,
    "note": WRITERS,
    "assign": EDITORS,
    "flag": EDITORS,
    "unflag": EDITORS,
    "tag": WRITERS,
    "dismiss": EDITORS,
    "reopen": EDITORS,
    "split": EDITORS,
    "draft": WRITERS,
    "add-evidence": WRITERS,
    "remove-evidence": WRITERS,
    "submit": WRITERS,
    "return": EDITORS,
    "approve": EDITORS,
    "publish": EDITORS,
    "approve-and-publish": EDITORS,
    "correct": EDITORS,
    "confirm": EDITORS,
    "drop": EDITORS,
    "retract": EDITORS,
}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Many users, none of whom types a password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def author(db):
    return factories.user_in("researcher", username="author")


@pytest.fixture
def rows(db):
    return kept("what the admin's pages are about", rows_made)


def rows_made() -> dict[str, int]:
    """One row of every model; returns the id for the pages of each."""
    author = factories.user_in("researcher", username="author")
    verdict = factories.draft_verdict(author)
    ping = endpoint_ping(subscribed(None), by=None)
    outlet = verdict.claim.appearances.get().article.outlet
    return {
        "articles_link": links_submit(["https://a.example/x"], by=author)[0].link.pk,
        "articles_feed": feed_add(outlet=outlet, url="https://a.example/feed", by=None).pk,
        "claims_reviewpublisher": ReviewPublisher.objects.create(site="a.example").pk,
        "claims_reviewsource": source_add(name="A", url="https://a.example/feed", by=None).pk,
        "claims_claim": verdict.claim_id,
        "claims_match": factories.MatchFactory().pk,
        "claims_externalmatch": factories.ExternalMatchFactory().pk,
        "claims_verdict": verdict.pk,
        "claims_apikey": factories.api_key(author) and ApiKey.objects.get().pk,
        "claims_externalverdict": factories.ExternalVerdictFactory().pk,
        "claims_claimant": verdict.claim.claimant_id,
        "claims_ratingscale": verdict.rating.scale_id,
        "articles_article": verdict.claim.appearances.get().article_id,
        "articles_import": an_import().pk,
        "articles_outlet": outlet.pk,
        "articles_event": Event.objects.first().pk,
        "auth_user": author.pk,
        "claims_webhookendpoint": ping.endpoint_id,
        "claims_webhookdelivery": ping.pk,
    }


def an_import() -> Import:
    return Import.objects.create(
        name="a.csv", path="a", sha256="", size=1, state="queued", options={"format": "csv"}
    )


def address(name: str, rows: dict[str, int]) -> str:
    model, _, kind = name.rpartition("_")
    return reverse(f"admin:{name}", args=[rows[model]] if kind in WITH_ID else [])


@pytest.mark.parametrize("name", PAGES)
def test_pages(client, rows, name):
    url = address(name, rows)
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))
    for role in ROLES:
        client.force_login(factories.user_in(role))
        expected = 200 if role in PAGES[name] else 403
        assert client.get(url).status_code == expected, role


def test_someone_without_a_role_or_staff_status_sees_nothing(client, rows):
    client.force_login(factories.UserFactory(is_staff=False))
    assert client.get(address("claims_claim_changelist", rows)).status_code == 302
    client.force_login(factories.UserFactory())
    for name in PAGES.keys() - {"index"}:
        assert client.get(address(name, rows)).status_code == 403, name


NEXT_FOR_NEW = (
    "take", "triage", "word", "date", "respan", "note", "assign", "flag", "unflag", "tag",
    "dismiss",
)  # fmt: skip


def in_state_for(action: str, author) -> Claim:
    """A claim on which `action` is the next step."""
    if action in NEXT_FOR_NEW:
        return factories.AppearanceFactory().claim
    if action == "split":
        return factories.AppearanceFactory(claim=factories.AppearanceFactory().claim).claim
    if action == "reopen":
        return factories.ClaimFactory(status="dismissed", dismissal="A matter of taste.")
    if action in ("draft", "add-evidence", "remove-evidence", "submit"):
        return factories.draft_verdict(author).claim
    if action in ("correct", "confirm", "retract"):
        return factories.published_verdict(author).claim
    if action == "drop":
        verdict = factories.published_verdict(author)
        return correcting.verdict_correct(verdict, note="Late.", by=verdict.approved_by).claim
    verdict = factories.submitted_verdict(author)
    if action == "publish":
        verdict_services.verdict_approve(verdict, by=factories.user_in("editor"))
    return verdict.claim


def sent(action: str, claim: Claim) -> dict:
    """What the page's form for `action` would send."""
    verdict = Verdict.objects.filter(claim=claim).first()
    row = verdict if ACTIONS[action].about_verdict else claim
    evidence = verdict.evidence.first() if verdict else None
    place = claim.appearances.first()
    span = {"place": place.pk, "start": 0, "end": 7} if place else {}
    texts = {
        "text": "Ferries ran late.",
        "reason": "It changed.",
        "note": "It changed.",
        "topics": "may",
    }
    return {
        **texts,
        **span,
        "version": row.version,
        "verdict": verdict.pk if verdict else "",
        "title": "How often?",
        "explanation": "Because the log says so.",
        "evidence": evidence.pk if evidence else "",
        "places": [place.pk for place in claim.appearances.all()[:1]],
        **({"source_url": "https://a.example/", "source_stance": "supports"}
           if action == "add-evidence" else {}),
    }  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
def test_actions(client, author, action):
    for role in (None, *ROLES):
        claim = in_state_for(action, author)
        url = reverse(f"admin:claims_claim_{action}", args=[claim.pk])
        happened = Event.objects.count()
        client.logout()
        if role:
            client.force_login(factories.user_in(role))
        answer = client.post(url, sent(action, claim))
        if role in DOERS[action]:
            assert answer.status_code == 302, (role, answer.context["bench"].trouble)
            assert answer.url == reverse("admin:claims_claim_change", args=[claim.pk])
            assert Event.objects.count() > happened
        else:
            assert answer.status_code == (403 if role else 302)
            assert Event.objects.count() == happened


@pytest.mark.parametrize("factory", [factories.MatchFactory, factories.ExternalMatchFactory])
@pytest.mark.parametrize("step", ["confirm", "reject", "reopen"])
def test_deciding_on_a_match(client, editor, factory, step):
    for role in (None, *ROLES):
        match = factory()
        if step == "reopen":
            decide(match, "rejected", by=editor)
        state, happened = match.state, Event.objects.count()
        client.logout()
        if role:
            client.force_login(factories.user_in(role))
        url = reverse(f"admin:claims_{match._meta.model_name}_{step}", args=[match.pk])
        answer = client.post(url, {"version": match.version, "on": match.claim_id})
        match.refresh_from_db()
        if role in EDITORS:
            assert answer.url == reverse("admin:claims_claim_change", args=[match.claim_id])
            assert match.state != state
        else:
            assert answer.status_code == (403 if role else 302)
            assert (match.state, Event.objects.count()) == (state, happened)


def test_merging_and_tuning_need_their_permissions(client):
    for role in ROLES:
        goes, stays = (factories.AppearanceFactory().claim for _ in range(2))
        client.force_login(factories.user_in(role))
        client.post(
            reverse("admin:claims_claim_merge", args=[goes.pk]),
            {"goes": goes.pk, "stays": stays.pk, "version": 1},
        )
        goes.refresh_from_db()
        assert (goes.status == "merged") == (role in EDITORS), role
        settings = matching_settings()
        answer = client.post(
            reverse("admin:claims_matchingsettings_changelist"),
            {"version": settings.version, "suggest_from": "0.7"},
        )
        assert answer.status_code == (302 if role in EDITORS else 403)
        assert (matching_settings().version > settings.version) == (role in EDITORS), role


def test_a_reader_sees_no_buttons(client, reader, author):
    client.force_login(reader)
    likely = factories.MatchFactory().claim
    factories.ExternalMatchFactory(claim=likely)
    factories.AppearanceFactory(claim=likely)
    claims = [in_state_for(a, author) for a in ("take", "reopen", "draft", "approve", "correct")]
    for claim in (likely, *claims):
        page = client.get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()
        main = page.partition('id="content"')[2]
        assert "<form" not in main
        assert "desk-button" not in main
    queue = client.get(reverse("admin:claims_claim_changelist")).content.decode()
    assert 'name="action"' not in queue
    assert "Paste an article" not in queue


@pytest.mark.parametrize("action", ["assign_to_me", "take", "mark_to_be_checked", "dismiss"])
def test_bulk_actions(client, action):
    doers = WRITERS if action in ("take", "mark_to_be_checked") else EDITORS
    for role in ROLES:
        claim = factories.ClaimFactory()
        client.force_login(factories.user_in(role))
        client.post(
            reverse("admin:claims_claim_changelist"),
            {"action": action, "_selected_action": [claim.pk]},
        )
        if action == "dismiss":
            again = {"_selected_action": [claim.pk], "reason": "A matter of taste."}
            client.post(reverse("admin:claims_claim_dismiss_many"), again)
        claim.refresh_from_db()
        assert (claim.status != Claim.Status.NEW) == (role in doers), role


def test_retrying_an_article_needs_its_permission(client):
    for role in ROLES:
        article = factories.ArticleFactory(state="failed", attempts=3)
        client.force_login(factories.user_in(role))
        answer = client.post(reverse("admin:articles_article_retry", args=[article.pk]))
        article.refresh_from_db()
        assert article.state == ("pending" if role in WRITERS else "failed")
        assert answer.status_code == (302 if role in WRITERS else 403)


@pytest.mark.parametrize("move", ["pause", "cancel"])
def test_moving_an_import_needs_its_permission(client, move):
    for role in ROLES:
        work = an_import()
        client.force_login(factories.user_in(role))
        answer = client.post(reverse("admin:articles_import_move", args=[work.pk]), {"move": move})
        work.refresh_from_db()
        assert (work.state != "queued") == (role in WRITERS), role
        assert answer.status_code == (302 if role in WRITERS else 403)


def test_posts_need_the_csrf_token(researcher):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(researcher)
    claim = factories.ClaimFactory()
    url = reverse("admin:claims_claim_take", args=[claim.pk])
    assert strict.post(url, {"version": 1}).status_code == 403
