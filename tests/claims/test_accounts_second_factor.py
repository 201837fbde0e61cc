"""The second factor: set up, asked for, lost, taken off, and what stays shut without it."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from articles.events import Event
from claims.models import SignIn
from tests import factories
from tests.claims.test_accounts_sessions import browser, signed_in
from tests.codes import totp

pytestmark = pytest.mark.django_db

SET_UP, CODE, ACCOUNT = "/admin/second-factor/set-up/", "/admin/second-factor/", "/admin/account/"


@pytest.fixture(autouse=True)
def one_half_minute(monkeypatch):
    """Codes change every half minute, not in the middle of a test."""
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)


def secret_on(page: str) -> str:
    return re.search(r'value="([A-Z2-7]{4}(?: [A-Z2-7]{4})+)"', page)[1]


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set the second factor as a person would; its secret and the recovery codes."""
    secret = secret_on(client.get(SET_UP).content.decode())
    answer = client.post(SET_UP, {"code": totp(secret)})
    assert answer.status_code == 200
    return secret, re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", answer.content.decode())


def enter(client: Client, code: str):
    # The wait after wrong codes is another test's subject.
    TOTPDevice.objects.update(throttling_failure_count=0)
    return client.post(CODE, {"code": code})


def kinds(user) -> list[str]:
    return [event.kind for event in Event.objects.about(user).order_by("id")]


def test_set_up_then_every_sign_in_asks_for_a_code(editor):
    here = browser(editor)
    secret, codes = set_up(here)
    assert len(set(codes)) == 10
    assert signed_in(here)
    assert kinds(editor) == ["user.second_factor_set"]

    again = browser(editor)
    assert not signed_in(again)
    assert again.get("/admin/login/?next=/admin/claims/claim/").url.startswith(CODE)
    assert enter(again, "000000").status_code == 422
    assert not signed_in(again)
    # The step that set it up has been used; the next one is accepted early.
    assert enter(again, totp(secret)).status_code == 422
    answer = again.post(CODE, {"code": totp(secret, steps=1), "next": "/admin/claims/claim/"})
    assert answer.status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0)
    answer = again.post(CODE, {"code": totp(secret, steps=1), "next": "/admin/claims/claim/"})
    assert answer.url == "/admin/claims/claim/"
    assert signed_in(again)


def test_the_set_up_page_shows_an_inline_picture_under_a_strict_policy(editor):
    answer = browser(editor).get(SET_UP)
    page, policy = answer.content.decode(), answer["Content-Security-Policy"]
    assert "<svg" in page
    assert "data:image" not in page
    assert "script-src 'self'" in policy
    assert "default-src 'self'" in policy


def test_a_wrong_code_sets_nothing_and_the_same_secret_is_shown_again(editor):
    here = browser(editor)
    secret = secret_on(here.get(SET_UP).content.decode())
    answer = here.post(SET_UP, {"code": "000000"})
    assert answer.status_code == 422
    assert secret_on(answer.content.decode()) == secret
    assert not TOTPDevice.objects.exists()
    assert kinds(editor) == []


def test_a_code_typed_late_does_not_spoil_the_next_sign_in(editor, monkeypatch):
    here = browser(editor)
    secret = secret_on(here.get(SET_UP).content.decode())
    late = totp(secret)
    now = time.time() + 30
    monkeypatch.setattr("time.time", lambda: now)
    assert here.post(SET_UP, {"code": late}).status_code == 200
    assert enter(browser(editor), totp(secret, steps=1)).status_code == 302


def test_wrong_codes_make_the_next_try_wait_ever_longer(editor):
    secret, _codes = set_up(browser(editor))
    again = browser(editor)
    for _ in range(8):
        TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))
        assert again.post(CODE, {"code": "000000"}).status_code == 422
    answer = again.post(CODE, {"code": totp(secret, steps=1)})
    assert answer.status_code == 422
    assert re.search(r"Wait 12[678] s", answer.content.decode())
    assert not signed_in(again)


def test_a_recovery_code_opens_once_and_is_not_kept_in_the_clear(editor):
    _secret, codes = set_up(browser(editor))
    stored = {*StaticToken.objects.values_list("token", flat=True)}
    assert not stored & {code.replace("-", "") for code in codes}
    again = browser(editor)
    assert enter(again, f" {codes[3].upper()} ").status_code == 302
    assert signed_in(again)
    assert Event.objects.about(editor).first().after == {"left": 9}
    assert enter(browser(editor), codes[3]).status_code == 422


def test_new_recovery_codes_replace_the_old_ones(editor):
    here = browser(editor)
    secret, old = set_up(here)
    answer = here.post(reverse("account:new_codes"), {"code": totp(secret, steps=1)})
    new = re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", answer.content.decode())
    assert len(new) == 10
    assert old[0] not in new
    assert enter(browser(editor), old[0]).status_code == 422
    assert kinds(editor)[-1] == "user.recovery_codes_made"


def test_removing_it_takes_a_code(editor):
    here = browser(editor)
    secret, _codes = set_up(here)
    assert here.post(reverse("account:remove"), {"code": "123456"}).status_code == 422
    assert TOTPDevice.objects.exists()
    TOTPDevice.objects.update(throttling_failure_count=0)
    here.post(reverse("account:remove"), {"code": totp(secret, steps=1)})
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert signed_in(browser(editor))
    assert kinds(editor)[-1] == "user.second_factor_removed"


def test_setting_it_up_shuts_the_sessions_that_have_not_shown_it(editor):
    here, there = browser(editor), browser(editor)
    set_up(here)
    assert (signed_in(here), signed_in(there)) == (True, False)


def test_a_password_alone_does_not_replace_a_second_factor(editor):
    set_up(browser(editor))
    thief = browser(editor)
    assert thief.get(SET_UP).url.startswith(CODE)
    assert thief.post(SET_UP, {"code": "000000"}).status_code == 302
    assert kinds(editor) == ["user.second_factor_set"]


def test_an_admin_takes_it_off_and_every_session_ends(admin, editor):
    here, office = browser(editor), browser(admin)
    set_up(here)
    office.post(reverse("admin:auth_user_reset-second-factor", args=[editor.pk]))
    assert not signed_in(here)
    assert not SignIn.objects.filter(user=editor).exists()
    assert signed_in(browser(editor))
    event = Event.objects.about(editor).first()
    assert (event.kind, event.actor) == ("user.second_factor_removed", admin)


def test_an_admin_needs_a_code_to_take_off_their_own(admin):
    office = browser(admin)
    set_up(office)
    person = reverse("admin:auth_user_change", args=[admin.pk])
    assert "Take it off" not in office.get(person).content.decode()
    reset = reverse("admin:auth_user_reset-second-factor", args=[admin.pk])
    assert office.post(reset).status_code == 403
    assert TOTPDevice.objects.exists()


def test_an_admin_ends_the_wait_after_wrong_codes(admin, editor):
    secret, _codes = set_up(browser(editor))
    TOTPDevice.objects.update(
        throttling_failure_count=12, throttling_failure_timestamp=timezone.now()
    )
    again, office = browser(editor), browser(admin)
    assert again.post(CODE, {"code": totp(secret, steps=1)}).status_code == 422
    person = reverse("admin:auth_user_change", args=[editor.pk])
    assert "wrong 12 times" in office.get(person).content.decode()
    office.post(reverse("admin:auth_user_let-in", args=[editor.pk]))
    assert again.post(CODE, {"code": totp(secret, steps=1)}).status_code == 302
    assert "Let in again" not in office.get(person).content.decode()


def test_where_a_role_requires_it_nothing_opens_but_the_set_up(editor, reader, settings):
    settings.TOTP_ROLES = ["editor"]
    here = browser(editor)
    claim = factories.ClaimFactory()
    for path in ("/admin/", ACCOUNT, "/admin/password_change/", "/admin/auth/user/"):
        answer = here.get(path)
        assert answer.url.startswith("/admin/login/"), path
        assert here.get(answer.url).url.startswith(CODE), path
    assert here.get(CODE).url.startswith(SET_UP)
    assert here.get(SET_UP).status_code == 200
    assert "Nothing else opens" in here.get(SET_UP).content.decode()
    triage = reverse("admin:claims_claim_triage", args=[claim.pk])
    assert here.post(triage, {"version": claim.version}).status_code == 302
    assert here.get("/api/v1/claims/").status_code == 401
    claim.refresh_from_db()
    assert claim.status == "new"
    assert signed_in(browser(reader))

    set_up(here)
    assert signed_in(here)
    assert here.get("/api/v1/claims/").status_code == 200


def test_a_superuser_is_in_every_role(settings):
    settings.TOTP_ROLES = ["admin"]
    root = factories.UserFactory(is_superuser=True)
    assert not signed_in(browser(root))


def test_a_session_that_was_open_when_the_role_came_to_require_it_is_shut(editor, settings):
    here = browser(editor)
    assert signed_in(here)
    settings.TOTP_ROLES = ["editor"]
    assert not signed_in(here)


def test_api_keys_are_untouched(editor, settings):
    settings.TOTP_ROLES = ["editor"]
    secret = factories.api_key(editor)
    answer = Client().get("/api/v1/claims/", headers={"Authorization": f"Token {secret}"})
    assert answer.status_code == 200


def test_half_way_in_one_may_start_again_as_somebody_else(editor, reader):
    set_up(browser(editor))
    here = browser(editor)
    here.post(reverse("account:cancel"))
    assert here.get("/admin/login/").status_code == 200
    here.post("/admin/login/", {"username": "reader", "password": factories.PASSWORD})
    assert signed_in(here)


def test_the_way_on_leads_to_no_other_host(editor):
    _secret, codes = set_up(browser(editor))
    here = browser(editor)
    answer = here.post(CODE, {"code": codes[0], "next": "https://evil.example/"})
    assert answer.url == "/admin/"


def test_strangers_are_sent_to_the_sign_in(client):
    assert client.get(SET_UP).url.startswith("/admin/login/")
    assert client.get(CODE).url == "/admin/"
