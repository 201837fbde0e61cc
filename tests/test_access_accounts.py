"""Who may open the pages of accounts, and decide on how others sign in."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.events import Event
from claims.models import ApiKey, SignIn
from tests import factories

pytestmark = pytest.mark.django_db

ROLES = ("reader", "researcher", "editor", "admin")
OWN = ("account:page", "admin:password_change", "account:set_up")
DECISIONS = ("let-in", "reset-second-factor", "end-sessions")


@pytest.mark.parametrize("name", OWN)
def test_everybody_has_an_account_and_strangers_have_none(client, name):
    assert client.get(reverse(name)).url.startswith(reverse("admin:login"))
    for role in ROLES:
        client.force_login(factories.user_in(role))
        assert client.get(reverse(name)).status_code == 200, role


@pytest.mark.parametrize("name", DECISIONS)
def test_only_admins_decide_on_how_others_sign_in(client, editor, name):
    Client().force_login(editor)
    url = reverse(f"admin:auth_user_{name}", args=[editor.pk])
    assert client.post(url).url.startswith(reverse("admin:login"))
    for role in ROLES[:3]:
        client.force_login(factories.user_in(role))
        assert client.post(url).status_code == 403, role
    assert SignIn.objects.filter(user=editor).exists()
    assert not Event.objects.exists()
    client.force_login(factories.user_in("admin"))
    assert client.post(url).url == reverse("admin:auth_user_change", args=[editor.pk])
    assert Event.objects.about(editor).exists()


@pytest.mark.parametrize("name", DECISIONS)
def test_an_admin_who_is_no_superuser_decides_nothing_about_one(client, admin, name):
    root = factories.UserFactory(is_superuser=True)
    Client().force_login(root)
    client.force_login(admin)
    assert client.post(reverse(f"admin:auth_user_{name}", args=[root.pk])).status_code == 403
    assert SignIn.objects.filter(user=root).exists()


def test_a_decision_is_a_post_with_its_token(admin, editor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    Client().force_login(editor)
    url = reverse("admin:auth_user_end-sessions", args=[editor.pk])
    assert strict.post(url).status_code == 403
    assert strict.get(url).status_code == 302
    assert SignIn.objects.filter(user=editor).exists()


def test_an_admin_who_is_no_superuser_cannot_change_one(client, admin):
    root = factories.UserFactory(is_superuser=True)
    client.force_login(admin)
    for name in ("auth_user_change", "auth_user_password_change"):
        answer = client.post(
            reverse(f"admin:{name}", args=[root.pk]),
            {"password1": "another quiet noon", "password2": "another quiet noon"},
        )
        assert answer.status_code == 403
    asked = {"name": "Mine", "user": root.pk, "scopes": ["read"], "days": 3}
    assert client.post(reverse("admin:claims_apikey_add"), asked).status_code == 422
    assert not ApiKey.objects.exists()
