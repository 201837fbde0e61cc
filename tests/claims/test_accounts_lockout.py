"""Failed sign-ins: who is kept out, from where, for how long, and who lets them in again."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.events import Event
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
TRIES = 5


def try_in(username, password="wrong", *, address="198.51.100.7", **headers):
    """The answer to one try, from a browser of its own."""
    browser = Client(REMOTE_ADDR=address, **headers)
    return browser.post(LOGIN, {"username": username, "password": password})


def lock(username, **where):
    return [try_in(username, **where) for _ in range(TRIES)][-1]


def test_five_failed_tries_stop_even_the_right_password_and_say_until_when(editor):
    answers = [try_in("editor").status_code for _ in range(TRIES)]
    assert answers == [200, 200, 200, 200, 429]
    answer = try_in("editor", factories.PASSWORD)
    assert answer.status_code == 429
    page = answer.content.decode()
    opens = timezone.localtime(AccessAttempt.objects.get().attempt_time + timedelta(minutes=15))
    assert f"{opens:%H:%M:%S}" in page
    assert 0 < int(answer["Retry-After"]) <= 15 * 60


def test_tries_during_the_lockout_do_not_make_it_longer(editor):
    lock("editor")
    until = re.search(r"<b>(\d\d:\d\d:\d\d)</b>", try_in("editor").content.decode())[1]
    assert until in try_in("editor").content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert try_in("editor", factories.PASSWORD).status_code == 302


def test_of_two_browsers_the_older_tries_say_when_it_opens(editor):
    for _ in range(3):
        try_in("editor", HTTP_USER_AGENT="one")
    older = timezone.now() - timedelta(minutes=10)
    AccessAttempt.objects.update(attempt_time=older)
    answers = [try_in("editor", HTTP_USER_AGENT="other") for _ in range(2)]
    opens = timezone.localtime(older + timedelta(minutes=15))
    assert answers[-1].status_code == 429
    assert f"{opens:%H:%M:%S}" in answers[-1].content.decode()
    AccessAttempt.objects.filter(user_agent="one").update(
        attempt_time=timezone.now() - timedelta(minutes=15, seconds=1)
    )
    assert try_in("editor", factories.PASSWORD).status_code == 302


def test_a_stranger_elsewhere_cannot_keep_the_editor_out(editor, other_editor):
    lock("editor", address="203.0.113.66")
    assert try_in("editor", factories.PASSWORD, address="198.51.100.7").status_code == 302
    # Nor does the office lose everybody behind its one address.
    lock("editor", address="198.51.100.7")
    assert try_in("other-editor", factories.PASSWORD, address="198.51.100.7").status_code == 302


def test_a_right_password_clears_the_count(editor):
    for _ in range(TRIES - 1):
        try_in("editor")
    assert try_in("editor", factories.PASSWORD).status_code == 302
    assert try_in("editor").status_code == 200


def test_one_event_tells_the_lockout_without_the_address(editor):
    lock("editor")
    try_in("editor")
    [event] = Event.objects.about(editor)
    assert event.kind == "user.locked_out"
    assert "198.51.100" not in str((event.before, event.after, event.note))


def test_a_name_that_nobody_has_is_locked_like_any_other(db):
    assert lock("nobody-here").status_code == 429
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("proxies", "passed", "seen"),
    [
        (0, "203.0.113.1", "10.0.0.1"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "192.0.2.99, 203.0.113.1", "203.0.113.1"),
        (2, "192.0.2.99, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        (2, "203.0.113.1", "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "unknown", None),
    ],
)
def test_behind_proxies_the_address_is_the_one_they_saw(editor, settings, proxies, passed, seen):
    settings.PROXY_COUNT = proxies
    try_in("editor", address="10.0.0.1", HTTP_X_FORWARDED_FOR=passed)
    assert AccessAttempt.objects.get().ip_address == seen


def test_changing_a_forged_header_does_not_get_around_the_lockout(editor, settings):
    settings.PROXY_COUNT = 1
    for n in range(TRIES):
        forged = f"192.0.2.{n}, 203.0.113.1"
        answer = try_in("editor", address="10.0.0.1", HTTP_X_FORWARDED_FOR=forged)
    assert answer.status_code == 429


def test_an_admin_lifts_it(client, admin, editor):
    lock("editor")
    client.force_login(admin)
    person = reverse("admin:auth_user_change", args=[editor.pk])
    assert "Kept out from 198.51.100.7" in client.get(person).content.decode()
    answer = client.post(reverse("admin:auth_user_let-in", args=[editor.pk]))
    assert answer.url == person
    assert try_in("editor", factories.PASSWORD).status_code == 302
    assert Event.objects.about(editor).filter(kind="user.lockout_lifted", actor=admin).exists()


def test_the_password_is_not_kept_with_the_tries(editor):
    try_in("editor", "what I use everywhere")
    [attempt] = AccessAttempt.objects.values()
    assert "everywhere" not in str(attempt)
