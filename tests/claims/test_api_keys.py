"""API keys: made in the admin, shown once, used by programs, revoked."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.events import Event
from claims.models import ApiKey, Claim
from tests.asking import client_with, refusal
from tests.factories import AppearanceFactory, UserFactory, api_key, user_in

pytestmark = pytest.mark.django_db

CLAIMS = "/api/v1/claims/"
ADD = "/admin/claims/apikey/add/"


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def asked_for(user, **other):
    return {"name": "CMS, live site", "user": user.pk, "scopes": ["read"], "days": 30, **other}


def test_a_key_is_shown_once_and_works_until_it_is_revoked(desk, reader):
    answer = desk.post(ADD, asked_for(reader))
    secret = answer.context["new"].secret
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    program = client_with(secret)
    assert program.get(CLAIMS).status_code == 200

    key = ApiKey.objects.get()
    listed = desk.get(reverse("admin:claims_apikey_changelist")).content.decode()
    page = desk.get(reverse("admin:claims_apikey_change", args=[key.pk])).content.decode()
    for shown in (listed, page):
        assert "CMS, live site" in shown
        assert key.token_key in shown
        assert secret not in shown

    answer = desk.post(reverse("admin:claims_apikey_revoke", args=[key.pk]), follow=True)
    assert "its next request is refused" in answer.content.decode()
    assert refusal(program.get(CLAIMS)) == (401, "not_authenticated")
    assert "revoked" in desk.get(reverse("admin:claims_apikey_changelist")).content.decode()


def test_the_database_holds_no_key(desk, reader):
    secret = desk.post(ADD, asked_for(reader)).context["new"].secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(k::text, ' ') FROM claims_apikey k")
        kept = cursor.fetchone()[0]
    assert "CMS, live site" in kept
    assert secret not in kept
    assert not [event for event in Event.objects.all() if secret in str(event.after)]


def test_making_and_revoking_are_events_of_the_person(desk, admin, reader):
    desk.post(ADD, asked_for(reader, scopes=["desk", "read"]))
    key = ApiKey.objects.get()
    made = Event.objects.about(reader).first()
    assert (made.kind, made.actor) == ("user.key_made", admin)
    assert made.after["scopes"] == ["read", "desk"]
    for _ in range(2):
        desk.post(reverse("admin:claims_apikey_revoke", args=[key.pk]))
    revoked = Event.objects.about(reader).filter(kind="user.key_revoked")
    assert revoked.get().before["name"] == "CMS, live site"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": " "}, "This field is required."),
        ({"scopes": []}, "Choose at least one"),
        ({"scopes": ["read", "all"]}, "all is not one of the available choices"),
        ({"days": 0}, "greater than or equal to 1"),
        ({"name": "a\x07b"}, "control character"),
    ],
)
def test_a_form_that_is_wrong_says_so_and_makes_no_key(desk, reader, wrong, told):
    answer = desk.post(ADD, asked_for(reader, **wrong))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", ["reader", "researcher", "editor"])
def test_only_admins_make_or_revoke_keys(client, role):
    user = user_in(role)
    api_key(user)
    key = ApiKey.objects.get()
    client.force_login(user)
    assert client.post(ADD, asked_for(user)).status_code == 403
    answer = client.post(reverse("admin:claims_apikey_revoke", args=[key.pk]))
    assert answer.status_code == 403
    key.refresh_from_db()
    assert (ApiKey.objects.count(), key.revoked_at) == (1, None)


def test_a_key_is_revoked_by_a_post_with_its_token(admin):
    api_key(admin)
    key = ApiKey.objects.get()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    revoke = reverse("admin:claims_apikey_revoke", args=[key.pk])
    assert strict.post(revoke).status_code == 403
    assert urlsplit(strict.get(revoke).url).path.endswith("/change/")
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_key_ends_on_its_day_and_stays_in_the_list(desk, reader):
    program = client_with(api_key(reader))
    assert program.get(CLAIMS).status_code == 200
    ApiKey.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert refusal(program.get(CLAIMS)) == (401, "not_authenticated")
    assert "expired" in desk.get(reverse("admin:claims_apikey_changelist")).content.decode()


def test_a_key_ends_with_its_persons_account_and_follows_their_role(reader):
    program = client_with(api_key(reader))
    reader.groups.clear()
    assert program.get(CLAIMS).status_code == 403
    User.objects.filter(pk=reader.pk).update(is_active=False)
    assert refusal(program.get(CLAIMS)) == (401, "not_authenticated")


def test_the_last_use_is_told_to_the_minute(desk, reader):
    page = reverse("admin:claims_apikey_changelist")
    program = client_with(api_key(reader))
    assert "never" in desk.get(page).content.decode()
    program.get(CLAIMS)
    first = ApiKey.objects.get().used_at
    assert timezone.now() - first < timedelta(minutes=1)
    program.get(CLAIMS)
    assert ApiKey.objects.get().used_at == first
    ApiKey.objects.update(used_at=first - timedelta(minutes=2))
    program.get(CLAIMS)
    assert ApiKey.objects.get().used_at > first


def test_a_key_works_as_its_person(researcher):
    claim = AppearanceFactory().claim
    answer = client_with(api_key(researcher, "desk")).post(f"{CLAIMS}{claim.uid}/take/")
    assert answer.status_code == 200
    claim = Claim.objects.get()
    assert claim.assignee == researcher
    assert Event.objects.about(claim).first().actor == researcher


def test_a_key_that_is_wrong_by_one_letter(reader):
    secret = api_key(reader)
    other = "0" if secret[-1] != "0" else "1"
    assert refusal(client_with(secret[:-1] + other).get(CLAIMS)) == (401, "not_authenticated")


def test_a_program_needs_no_csrf_token_and_a_browser_does(researcher):
    claim = AppearanceFactory().claim
    triage = f"{CLAIMS}{claim.uid}/triage/"
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(researcher)
    assert browser.post(triage).status_code == 403
    program = Client(enforce_csrf_checks=True)
    token = {"Authorization": f"Token {api_key(researcher)}"}
    assert program.post(triage, headers=token).status_code == 200


def test_nobody_makes_a_key_for_somebody_who_is_gone(desk):
    gone = UserFactory(is_active=False)
    assert desk.post(ADD, asked_for(gone)).status_code == 422
