"""What is answered where no view does, in the look of the pages and with the desk's own name."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.publishing import views
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def harbour_desk(settings):
    settings.PUBLISHER = {"name": "Harbour Desk", "logo": ""}


def check_page(answer, status: int) -> str:
    page = answer.content.decode()
    assert answer.status_code == status
    assert '<header class="masthead">' in page
    assert "Harbour Desk</a>" in page
    assert "Harbour Desk</title>" in page
    return page


def test_an_address_that_leads_nowhere(client):
    check_page(client.get("/nowhere/"), 404)


def test_a_page_of_the_desk_that_a_role_may_not_see(client, reader):
    client.force_login(reader)
    check_page(client.get(reverse("admin:articles_article_add")), 403)


def test_a_form_without_its_token_says_what_to_do_and_signs_nobody_in(reader):
    browser = Client(enforce_csrf_checks=True)
    form = {"username": reader.username, "password": PASSWORD}
    page = check_page(browser.post(reverse("admin:login"), form), 403)
    assert "send the form again" in page
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("path", ["/", "/api/v1/verdicts/"])
def test_a_fault_of_ours(client, monkeypatch, path):
    def broken(*args, **kwargs):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(views, "searched", broken)
    monkeypatch.setattr("articles.api.viewsets.conditional", broken)
    client.raise_request_exception = False
    answer = client.get(path)
    assert "a secret detail" not in answer.content.decode()
    if path == "/":
        check_page(answer, 500)
    else:
        assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
