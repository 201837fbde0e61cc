"""The thresholds of matching in the admin, and what others would have done."""

import pytest

from articles.events import Event
from claims.desk import matches
from claims.desk.splitting import claim_split
from claims.desk.thresholds import matching_settings
from claims.models import MatchingSettings
from tests import factories

THRESHOLDS = "/admin/claims/matchingsettings/"


@pytest.fixture(autouse=True)
def signed_in(client, editor, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client.force_login(editor)


def decided(editor, confirmed, rejected) -> None:
    for score in confirmed:
        matches.match_confirm(factories.MatchFactory(score=score), by=editor)
    for score in rejected:
        matches.match_reject(factories.MatchFactory(score=score), by=editor)


def test_a_new_desk_is_told_how_the_page_fills(client):
    page = client.get(THRESHOLDS).content.decode()
    assert "Nothing was decided yet" in page
    assert 'value="0.3"' in page
    assert client.get(f"{THRESHOLDS}?then=0.6").status_code == 200
    assert not MatchingSettings.objects.exists()


def test_what_each_threshold_would_have_done(client, editor):
    decided(editor, confirmed=(0.95, 0.85, 0.65), rejected=(0.75, 0.55))
    by_hand = factories.AppearanceFactory().claim
    place = factories.AppearanceFactory(claim=by_hand)
    claim_split(by_hand, appearances=[place], by=editor)
    answer = client.get(THRESHOLDS)
    rows = {row.threshold: row for row in answer.context["outcomes"]}
    assert sorted(rows) == [n / 10 for n in range(1, 10)]
    now = rows[0.5]
    assert (now.suggested, now.confirmed, now.spared, now.rejected) == (3, 3, 0, 2)
    assert (now.precision, now.recall) == (3 / 5, 1.0)
    assert (rows[0.7].precision, rows[0.7].recall) == (2 / 3, 2 / 3)
    assert (rows[0.8].precision, rows[0.8].recall) == (1.0, 2 / 3)
    current = answer.content.decode().partition('class="is-current"')[2].partition("</tr>")[0]
    assert "3/3" in current
    assert "0.60" in current


def test_what_another_threshold_would_have_changed_pair_by_pair(client, editor):
    decided(editor, confirmed=(0.95, 0.65), rejected=(0.75, 0.55))
    answer = client.get(f"{THRESHOLDS}?then=0.7")
    tried = answer.context["tried"]
    assert [(pair["match"].score, pair["right"]) for pair in tried["pairs"]] == [
        (0.65, True),
        (0.55, False),
    ]
    page = answer.content.decode()
    assert "2 pairs would not have been suggested" in " ".join(page.split())
    assert tried["pairs"][0]["match"].other.text in page
    nothing = client.get(f"{THRESHOLDS}?then=0.51").content.decode()
    assert "It would have changed nothing." in nothing
    for nonsense in ("x", "2", "nan", "-1", ""):
        page = client.get(THRESHOLDS, {"then": nonsense})
        assert page.context["tried"]["error"], nonsense


def test_the_thresholds_are_changed_and_the_change_is_kept(client, editor):
    sent = {"version": 1, "suggest_from": "0.65"}
    assert client.post(THRESHOLDS, sent).status_code == 302
    row = matching_settings()
    assert (row.suggest_from, row.joins_alone, row.version) == (0.65, False, 2)
    event = Event.objects.about(row).get()
    assert (event.kind, event.actor) == ("matching_settings.changed", editor)
    assert event.before == {"suggest_from": 0.3, "joins_alone": True}
    decided(editor, confirmed=(0.9,), rejected=())
    rows = client.get(THRESHOLDS).context["outcomes"]
    assert 0.65 in [row.threshold for row in rows], "the current one is among them"
    assert client.get("/admin/articles/event/").status_code == 200


def test_two_who_change_the_thresholds(client, editor, other_editor):
    client.post(THRESHOLDS, {"version": 1, "suggest_from": "0.65", "joins_alone": "on"})
    client.force_login(other_editor)
    answer = client.post(THRESHOLDS, {"version": 1, "suggest_from": "0.4"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Edda" in page
    assert 'value="0.4"' in page
    assert matching_settings().suggest_from == 0.65
    form = answer.context["form"]
    again = {name: form[name].value() for name in ("version", "suggest_from")}
    assert client.post(THRESHOLDS, again).status_code == 302
    assert matching_settings().suggest_from == 0.4


@pytest.mark.parametrize("share", ["1.1", "-0.1", "nan", "", "x"])
def test_a_threshold_is_a_share(client, share):
    answer = client.post(THRESHOLDS, {"version": 1, "suggest_from": share})
    assert answer.status_code == 422
    assert not MatchingSettings.objects.exists()
