"""Unread marks: each user's own, gone when a claim is opened, back when it has news."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from claims.desk import merging
from claims.desk.matching import claims_suggest, externals_suggest
from claims.models import Claim, ReadMark
from tests import factories
from tests.conftest import wait_until

QUEUE = "/admin/claims/claim/"


@pytest.fixture
def claims(db) -> list[Claim]:
    return [factories.AppearanceFactory(claim__text=f"Claim {n}.").claim for n in range(3)]


def unread(client) -> list[str]:
    shown = client.get(f"{QUEUE}?mark=unread").context["cl"].result_list
    return sorted(claim.text for claim in shown)


def test_opening_a_claim_reads_it_for_oneself_alone(client, editor, other_editor, claims):
    client.force_login(editor)
    assert unread(client) == ["Claim 0.", "Claim 1.", "Claim 2."]
    client.get(f"{QUEUE}{claims[1].pk}/change/")
    assert unread(client) == ["Claim 0.", "Claim 2."]
    page = client.get(QUEUE).content.decode()
    assert page.count('aria-label="Unread"') == 2
    client.force_login(other_editor)
    assert len(unread(client)) == 3


def test_a_new_user_does_not_start_with_a_million(client, claims):
    client.force_login(factories.user_in("editor", date_joined=timezone.now()))
    assert unread(client) == []


def test_marking_read_unread_and_everything(client, editor, claims):
    client.force_login(editor)
    picked = {"_selected_action": [claims[0].pk, claims[1].pk]}
    client.post(QUEUE, {"action": "mark_read", **picked})
    assert unread(client) == ["Claim 2."]
    client.post(QUEUE, {"action": "mark_unread", "_selected_action": [claims[0].pk]})
    assert unread(client) == ["Claim 0.", "Claim 2."]
    client.post(f"{QUEUE}read/")
    assert unread(client) == []
    assert not ReadMark.objects.exists()
    client.post(QUEUE, {"action": "mark_unread", "_selected_action": [claims[0].pk]})
    assert unread(client) == ["Claim 0."]
    client.get(f"{QUEUE}{claims[0].pk}/change/")
    assert unread(client) == []


@pytest.mark.django_db(transaction=True)
def test_a_new_match_or_appearance_makes_it_unread_again(client, editor, claims):
    client.force_login(editor)
    client.post(f"{QUEUE}read/")
    one, two, three = claims
    said = {"score": 0.8, "agreeing": [], "differing": []}
    claims_suggest({(one.pk, two.pk): said})
    assert unread(client) == ["Claim 0.", "Claim 1."]
    client.post(f"{QUEUE}read/")
    claims_suggest({(one.pk, two.pk): said})
    assert unread(client) == [], "it was suggested before"
    merging.claim_merge(one, into=three, by=editor)
    assert unread(client) == ["Claim 2."]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["claims", "verdicts elsewhere"])
def test_what_another_worker_suggested_a_moment_before_is_no_news_again(client, editor, kind):
    client.force_login(editor)
    one, two = (factories.AppearanceFactory().claim for _ in range(2))
    external = factories.ExternalVerdictFactory()
    said = {"score": 0.8, "agreeing": [], "differing": []}
    client.post(f"{QUEUE}read/")

    def work() -> None:
        try:
            if kind == "claims":
                claims_suggest({(one.pk, two.pk): said})
            else:
                externals_suggest({(one.pk, external.pk): said})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            if kind == "claims":
                factories.MatchFactory(claim=one, other=two)
            else:
                factories.ExternalMatchFactory(claim=one, external=external)
            suggested = pool.submit(work)
            wait_until(somebody_waits)
        suggested.result()
    assert unread(client) == []


@pytest.mark.django_db(transaction=True)
def test_a_verdict_elsewhere_makes_only_the_claim_it_newly_answers_unread(client, editor, claims):
    client.force_login(editor)
    one, two, _three = claims
    external = factories.ExternalVerdictFactory()
    said = {"score": 0.8, "agreeing": [], "differing": []}
    externals_suggest({(one.pk, external.pk): said})
    client.post(f"{QUEUE}read/")
    externals_suggest({(one.pk, external.pk): said, (two.pk, external.pk): said})
    assert unread(client) == ["Claim 1."]


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_somebody_has_in_hand_has_its_news_later_and_others_at_once(
    client, editor, claims
):
    client.force_login(editor)
    client.post(f"{QUEUE}read/")
    one, two, _three = claims

    def work() -> None:
        try:
            claims_suggest({(one.pk, two.pk): {"score": 0.8, "agreeing": [], "differing": []}})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Claim.objects.select_for_update(no_key=True).get(pk=one.pk)
            suggested = pool.submit(work)
            wait_until(somebody_waits)
            assert unread(client) == ["Claim 1."]
            # Nobody holds it, so that no two wait for each other.
            Claim.objects.select_for_update(nowait=True).get(pk=two.pk)
        suggested.result()
    assert unread(client) == ["Claim 0.", "Claim 1."]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
