"""Claimants, outlets, scales, users and keys in the admin: what is saved, and its Event."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from articles.events import Event
from articles.models import Outlet
from claims.models import Claimant, Rating, RatingScale
from tests import factories

INLINE = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}


def inline(prefix: str, *rows: dict, existing: int = 0) -> dict:
    data = {f"{prefix}-{name}": value for name, value in INLINE.items()}
    data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": existing}
    return data | {f"{prefix}-{n}-{k}": v for n, row in enumerate(rows) for k, v in row.items()}


def newest() -> Event:
    return Event.objects.first()


@pytest.fixture(autouse=True)
def signed_in(client, admin):
    client.force_login(admin)


def test_a_claimant_with_its_aliases(client, admin):
    fields = {"name": "Mara Quill", "kind": "person", "role": "Mayor", "wikidata_id": "Q42"}
    url = reverse("admin:claims_claimant_add")
    assert client.post(url, fields | inline("aliases", {"name": "M. Quill"})).status_code == 302
    claimant = Claimant.objects.get()
    assert [alias.name for alias in claimant.aliases.all()] == ["M. Quill"]
    assert (newest().kind, newest().actor) == ("claimant.added", admin)

    change = reverse("admin:claims_claimant_change", args=[claimant.pk])
    client.post(change, fields | {"role": "Former mayor"} | inline("aliases"))
    assert newest().kind == "claimant.changed"
    assert (newest().before, newest().after) == ({"role": "Mayor"}, {"role": "Former mayor"})

    for bad in ({"wikidata_id": "42"}, {"name": ""}, {"name": "mara quill"}, {"kind": "robot"}):
        answer = client.post(url, {**fields, **bad} | inline("aliases"))
        assert answer.status_code == 200, bad
        assert answer.context["errors"]
    assert Claimant.objects.count() == 1


def test_an_outlet_by_its_bare_domain(client):
    url = reverse("admin:articles_outlet_add")
    client.post(url, {"name": "Herald", "domain": "https://www.Herald.example/news"})
    assert Outlet.objects.get().domain == "herald.example"
    assert newest().kind == "outlet.added"
    again = client.post(url, {"name": "HERALD", "domain": ""})
    assert again.status_code == 200
    assert again.context["errors"]


def test_another_scale_becomes_the_default(client):
    old = factories.rating_scale()
    fields = {"name": "Two steps", "slug": "two", "description": "", "default": "on"}
    step = {"name": "True", "slug": "true", "value": 2, "colour": "green", "description": ""}
    url = reverse("admin:claims_ratingscale_add")
    assert client.post(url, fields | inline("ratings", step)).status_code == 302
    assert RatingScale.objects.get(default=True).slug == "two"
    old.refresh_from_db()
    assert old.default is False
    assert newest().kind == "ratingscale.added"


def test_a_rating_in_use_is_not_deleted(client):
    verdict = factories.published_verdict()
    scale, rating = verdict.rating.scale, verdict.rating
    row = {
        "id": rating.pk,
        "scale": scale.pk,
        "name": rating.name,
        "slug": rating.slug,
        "value": rating.value,
        "colour": rating.colour,
        "DELETE": "on",
    }
    fields = {"name": scale.name, "slug": scale.slug, "default": "on"}
    client.post(
        reverse("admin:claims_ratingscale_change", args=[scale.pk]),
        fields | inline("ratings", row, existing=1),
    )
    assert Rating.objects.filter(pk=rating.pk).exists()


def test_a_user_gets_a_role_and_may_log_in(client):
    role = factories.Group.objects.get(name="researcher")
    fields = {
        "username": "tove",
        "first_name": "Tove",
        "role": role.pk,
        "password1": factories.PASSWORD,
        "password2": factories.PASSWORD,
        "usable_password": "true",
    }
    client.post(reverse("admin:auth_user_add"), fields)
    user = User.objects.get(username="tove")
    assert (user.is_staff, user.is_superuser, [*user.groups.all()]) == (True, False, [role])
    assert newest().kind == "user.added"

    editor = factories.Group.objects.get(name="editor")
    change = reverse("admin:auth_user_change", args=[user.pk])
    client.post(change, {"username": "tove", "role": editor.pk, "is_active": "on"})
    user.refresh_from_db()
    assert [*user.groups.all()] == [editor]
    assert (newest().before, newest().after) == ({"role": "researcher"}, {"role": "editor"})
    client.logout()
    typed = {"username": "tove", "password": factories.PASSWORD}
    assert client.post(reverse("admin:login"), typed).url == reverse("admin:index")
    assert client.get("/admin/claims/claim/").status_code == 200


def test_an_admin_cannot_make_a_superuser(client):
    user = factories.user_in("reader")
    role = user.groups.get()
    client.post(
        reverse("admin:auth_user_change", args=[user.pk]),
        {"username": user.username, "role": role.pk, "is_active": "on", "is_superuser": "on"},
    )
    user.refresh_from_db()
    assert user.is_superuser is False


def test_the_events_list_reads_as_sentences(client):
    verdict = factories.published_verdict()
    page = client.get(reverse("admin:articles_event_changelist")).content.decode()
    assert "Verdict published" in page
    assert "Draft → In review" in page
    event = Event.objects.about(verdict).first()
    one = client.get(reverse("admin:articles_event_change", args=[event.pk])).content.decode()
    assert "Verdict published" in one
    link = reverse("admin:claims_verdict_change", args=[verdict.pk])
    assert link in page
    assert client.get(link).url == reverse("admin:claims_claim_change", args=[verdict.claim_id])


def test_an_event_is_called_what_a_person_would_say(client, researcher, editor):
    factories.published_verdict(researcher, editor)
    event = Event.objects.get(kind="verdict.published")
    page = client.get(reverse("admin:articles_event_change", args=[event.pk])).content.decode()
    assert f"Verdict published, by {event.actor_name}" in page
    assert "verdict.published by" not in page
