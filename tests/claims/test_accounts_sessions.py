"""The browsers that people are signed in with: listed, ended, and ended by a new password."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.events import Event
from claims.models import SignIn
from claims.tasks import forget_sign_ins
from tests import factories

pytestmark = pytest.mark.django_db

ACCOUNT = "/admin/account/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


def browser(user, agent=FIREFOX, address="198.51.100.7") -> Client:
    """A browser in which `user` has signed in by the form."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    answer = client.post(
        "/admin/login/", {"username": user.username, "password": factories.PASSWORD}
    )
    assert answer.status_code == 302
    return client


def signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def own(client: Client) -> SignIn:
    return SignIn.objects.get(session_id=client.session.session_key)


def test_the_account_lists_device_address_and_last_seen(editor, other_editor):
    here = browser(editor)
    browser(editor, SAFARI, "2001:db8::7")
    browser(editor, EDGE)
    browser(other_editor, "curl/8.9")
    page = here.get(ACCOUNT).content.decode()
    for told in ("Firefox on Linux", "Safari on iPhone", "2001:db8::7", "Edge on Windows"):
        assert told in page
    assert "Unknown device" not in page
    assert page.count("this browser") == 1
    assert here.session.session_key not in page


def test_last_seen_moves_with_use_and_not_with_every_page(editor):
    client = browser(editor)
    hour = timezone.now() - timedelta(hours=1)
    SignIn.objects.update(seen_at=hour)
    client.get("/admin/")
    seen = own(client).seen_at
    assert seen > hour + timedelta(minutes=59)
    client.get("/admin/")
    assert own(client).seen_at == seen


def test_an_expired_session_is_not_listed(editor):
    here, gone = browser(editor), browser(editor, SAFARI)
    Session.objects.filter(pk=gone.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    assert "Safari" not in here.get(ACCOUNT).content.decode()


def test_signing_out_takes_the_row_along(editor):
    client = browser(editor)
    client.post(reverse("admin:logout"))
    assert not SignIn.objects.exists()


def test_one_session_is_ended(editor):
    here, there, third = browser(editor), browser(editor, SAFARI), browser(editor, EDGE)
    here.post(reverse("account:end_one", args=[own(there).pk]))
    assert (signed_in(here), signed_in(there), signed_in(third)) == (True, False, True)
    event = Event.objects.about(editor).first()
    assert (event.kind, event.actor, event.before) == (
        "user.sessions_ended",
        editor,
        {"sessions": 1},
    )


def test_all_others_are_ended(editor, other_editor):
    here, there, third = browser(editor), browser(editor, SAFARI), browser(editor, EDGE)
    stranger = browser(other_editor)
    here.post(reverse("account:end_others"))
    assert (signed_in(here), signed_in(there), signed_in(third)) == (True, False, False)
    assert signed_in(stranger)
    assert Event.objects.about(editor).first().before == {"sessions": 2}


def test_nobody_ends_somebody_elses_session_from_their_account(editor, other_editor):
    here, theirs = browser(editor), browser(other_editor)
    assert here.post(reverse("account:end_one", args=[own(theirs).pk])).status_code == 404
    assert signed_in(theirs)
    assert not Event.objects.exists()


def test_an_admin_ends_all_of_a_user(admin, editor):
    office, first, second = browser(admin), browser(editor), browser(editor, SAFARI)
    office.post(reverse("admin:auth_user_end-sessions", args=[editor.pk]))
    assert (signed_in(office), signed_in(first), signed_in(second)) == (True, False, False)
    event = Event.objects.about(editor).first()
    assert (event.kind, event.actor) == ("user.sessions_ended", admin)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(editor):
    here, there = browser(editor), browser(editor, SAFARI)
    new = "an even quieter quay"
    typed = {"old_password": factories.PASSWORD, "new_password1": new, "new_password2": new}
    answer = here.post(reverse("admin:password_change"), typed)
    assert answer.url == ACCOUNT
    assert (signed_in(here), signed_in(there)) == (True, False)
    assert [row.session_id for row in SignIn.objects.all()] == [here.session.session_key]
    kinds = {event.kind for event in Event.objects.about(editor)}
    assert kinds == {"user.password_changed", "user.sessions_ended"}
    editor.refresh_from_db()
    assert editor.check_password(new)


def test_a_wrong_old_password_changes_nothing(editor):
    here, there = browser(editor), browser(editor, SAFARI)
    new = "an even quieter quay"
    typed = {"old_password": "no", "new_password1": new, "new_password2": new}
    assert here.post(reverse("admin:password_change"), typed).status_code == 422
    assert signed_in(there)
    assert not Event.objects.exists()


def test_a_password_set_by_an_admin_ends_every_session(admin, editor):
    office, theirs = browser(admin), browser(editor)
    new = "an even quieter quay"
    answer = office.post(
        reverse("admin:auth_user_password_change", args=[editor.pk]),
        {"password1": new, "password2": new, "usable_password": "true"},
    )
    assert answer.status_code == 302
    assert (signed_in(office), signed_in(theirs)) == (True, False)
    assert not SignIn.objects.filter(user=editor).exists()
    assert Event.objects.about(editor).filter(kind="user.password_changed", actor=admin).exists()


def test_an_admin_who_sets_their_own_password_there_stays_signed_in(admin):
    office, elsewhere = browser(admin), browser(admin, SAFARI)
    new = "an even quieter quay"
    office.post(
        reverse("admin:auth_user_password_change", args=[admin.pk]),
        {"password1": new, "password2": new, "usable_password": "true"},
    )
    assert (signed_in(office), signed_in(elsewhere)) == (True, False)
    assert own(office).user == admin


def test_a_deactivated_account_comes_back_without_its_sessions(admin, editor):
    office, theirs = browser(admin), browser(editor)
    person = reverse("admin:auth_user_change", args=[editor.pk])
    fields = {"username": "editor", "role": editor.groups.get().pk}
    office.post(person, fields)
    office.post(person, {**fields, "is_active": "on"})
    editor.refresh_from_db()
    assert editor.is_active
    assert not signed_in(theirs)


@pytest.mark.parametrize("count", [2, 20])
def test_the_account_takes_as_many_queries_for_many_sessions_as_for_few(
    editor, django_assert_num_queries, count
):
    here = [browser(editor) for _ in range(count)][-1]
    with django_assert_num_queries(11):
        assert here.get(ACCOUNT).content.decode().count("Firefox on Linux") >= count


def test_the_night_forgets_what_has_run_out(editor, client):
    here, gone = browser(editor), browser(editor, SAFARI)
    for _ in range(2):
        client.post("/admin/login/", {"username": "editor", "password": "wrong"})
    Session.objects.filter(pk=gone.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    forget_sign_ins()
    assert [row.device for row in SignIn.objects.all()] == ["Firefox on Linux"]
    assert signed_in(here)
    assert AccessAttempt.objects.count() == 1
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    forget_sign_ins()
    assert not AccessAttempt.objects.exists()


def test_public_pages_ask_for_no_session(client, editor):
    client.force_login(editor)
    answer = client.get("/corrections/")
    assert answer.status_code == 200
    assert "Cookie" not in answer.get("Vary", "")
