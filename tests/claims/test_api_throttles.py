"""Limits: who may ask how much, told in every answer, counted by all processes together."""

import logging
import re
import threading

import pytest
from django.core.cache import caches
from django.test import Client
from environs import EnvError
from rest_framework.test import APIClient

from claims.desk.rates import counter
from config import throttles
from config.embedded import valkey
from tests.asking import client_of, client_with, refusal
from tests.factories import PASSWORD, api_key

pytestmark = pytest.mark.django_db

VERDICTS, CHECK, LOGIN = "/api/v1/verdicts/", "/api/v1/check/", "/admin/login/"
TEXT = {"text": "Ferries ran late."}


@pytest.fixture(autouse=True)
def limits(settings, monkeypatch):
    caches["default"].clear()
    monkeypatch.setattr(counter, "away_until", 0.0)
    settings.THROTTLES = {
        "anonymous": (3, 60),
        "key": (5, 60),
        "check": (1, 60),
        "wrong_key": (2, 60),
        "sign_in": (2, 3600),
    }
    return settings.THROTTLES


def statuses(client, times, path=VERDICTS, **where):
    return [client.get(path, **where).status_code for _ in range(times)]


def test_a_stranger_has_so_many_and_is_told_how_many_are_left():
    answers = [APIClient().get(VERDICTS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"anonymous";q=3;w=60'
    for answer, left in zip(answers, (2, 1, 0, 0), strict=True):
        remaining, resets = re.fullmatch(
            r'"anonymous";r=(\d+);t=(\d+)', answer["RateLimit"]
        ).groups()
        assert int(remaining) == left
        assert 0 < int(resets) <= 60


def test_too_much_is_a_problem_document_that_says_when_to_ask_again():
    statuses(APIClient(), 3)
    answer = APIClient().get(VERDICTS)
    assert refusal(answer) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_after_its_while_it_starts_again(limits):
    limits["anonymous"] = (1, 1)
    client = APIClient()
    assert statuses(client, 2) == [200, 429]
    threading.Event().wait(1.1)
    assert statuses(client, 1) == [200]


def test_a_key_and_a_person_have_more_and_each_their_own(reader, editor):
    secret = api_key(reader)
    assert statuses(client_with(secret), 6) == [200] * 5 + [429]
    assert statuses(client_with(api_key(reader)), 1) == [200]
    assert statuses(client_of(reader), 6) == [200] * 5 + [429]
    assert statuses(client_of(editor), 1) == [200]
    answer = client_of(editor).get(VERDICTS)
    assert answer["RateLimit-Policy"] == '"key";q=5;w=60'
    assert statuses(APIClient(), 1) == [200]


def test_one_address_does_not_spend_anothers():
    assert statuses(APIClient(), 4, REMOTE_ADDR="198.51.100.7")[-1] == 429
    assert statuses(APIClient(), 1, REMOTE_ADDR="198.51.100.8") == [200]


def test_the_addresses_of_one_ipv6_network_are_one_caller():
    asked = [statuses(APIClient(), 1, REMOTE_ADDR=f"2001:db8:1:2::{n}") for n in range(1, 5)]
    assert asked == [[200], [200], [200], [429]]
    assert statuses(APIClient(), 1, REMOTE_ADDR="2001:db8:1:3::1") == [200]


def test_behind_a_proxy_the_address_is_the_one_that_it_saw(settings):
    settings.PROXY_COUNT = 1
    forged = [f"203.0.113.{n}, 198.51.100.7" for n in range(4)]
    asked = [APIClient().get(VERDICTS, HTTP_X_FORWARDED_FOR=line).status_code for line in forged]
    assert asked == [200, 200, 200, 429]


def test_a_stranger_has_fewer_checks_and_reads_on(reader):
    stranger = APIClient()
    first = stranger.post(CHECK, TEXT)
    assert first.status_code == 200
    assert first["RateLimit-Policy"] == '"anonymous";q=3;w=60, "check";q=1;w=60'
    assert refusal(stranger.post(CHECK, TEXT)) == (429, "throttled")
    assert stranger.get(VERDICTS).status_code == 200
    program = client_with(api_key(reader))
    assert [program.post(CHECK, TEXT).status_code for _ in range(2)] == [200, 200]


def test_who_is_refused_has_asked_as_well(reader):
    stranger = APIClient()
    assert statuses(stranger, 4, "/api/v1/claims/") == [401] * 3 + [429]
    assert statuses(stranger, 1) == [429]
    person = client_of(reader)
    imports = [person.post("/api/v1/imports/", {}).status_code for _ in range(6)]
    assert imports == [403] * 5 + [429]


def test_a_refusal_tells_what_is_left(reader):
    answers = [
        APIClient().get("/api/v1/claims/"),
        client_of(reader).post("/api/v1/links/", {"urls": []}),
        client_with("plumb_nothing").get(VERDICTS),
    ]
    assert [answer.status_code for answer in answers] == [401, 403, 401]
    assert [answer["RateLimit"].partition(";t=")[0] for answer in answers] == [
        '"anonymous";r=2',
        '"key";r=4',
        '"wrong_key";r=1',
    ]
    assert '"anonymous";q=3;w=60' in answers[2]["RateLimit-Policy"]


@pytest.mark.parametrize(
    ("path", "status"), [(VERDICTS, 401), ("/v1alpha1/claims:search?query=ferries", 400)]
)
def test_who_guesses_keys_is_stopped_and_learns_nothing_more(reader, limits, path, status):
    limits["anonymous"] = None
    guesses = [client_with(f"plumb_{n}").get(path).status_code for n in range(4)]
    assert guesses == [status, status, 429, 429]
    right = client_with(api_key(reader))
    stopped = right.get(path)
    assert stopped.status_code == 429
    assert stopped["RateLimit-Policy"] == '"wrong_key";q=2;w=60'
    assert 0 < int(stopped["Retry-After"]) <= 60
    assert right.get(path, REMOTE_ADDR="198.51.100.7").status_code == 200
    assert APIClient().get(path).status_code == 200
    assert client_of(reader).get(VERDICTS).status_code == 200


def test_a_key_that_works_is_no_guess(reader):
    assert statuses(client_with(api_key(reader)), 5) == [200] * 5
    assert statuses(client_with("plumb_nothing"), 1) == [401]


def test_a_browser_without_its_token_is_counted(reader):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(reader)
    tried = [browser.post(CHECK, TEXT).status_code for _ in range(2)]
    assert tried == [403, 429]


def test_passwords_from_one_address_whatever_the_names(editor):
    def tried(username, password):
        return Client().post(LOGIN, {"username": username, "password": password})

    assert [tried(name, "wrong").status_code for name in ("ada", "bea")] == [200, 200]
    answer = tried("editor", PASSWORD)
    assert answer.status_code == 429
    assert "not locked" in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert Client().get(LOGIN).status_code == 200
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert elsewhere.post(LOGIN, {"username": "editor", "password": PASSWORD}).status_code == 302


def test_requests_at_once_are_all_counted(transactional_db, limits):
    limits["anonymous"] = (20, 60)
    found = []

    def ask():
        found.extend(statuses(APIClient(), 5))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count(200), found.count(429)) == (20, 10)


def test_while_valkey_is_away_everybody_reads_on(settings, tmp_path, caplog):
    server = valkey.start(tmp_path)
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": valkey.running_url(tmp_path)}
    }
    assert "RateLimit" in APIClient().get(VERDICTS)
    valkey.stop(server, tmp_path)
    with caplog.at_level(logging.WARNING, logger="claims.desk.rates"):
        answers = [APIClient().get(VERDICTS) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert not any("RateLimit" in answer for answer in answers)
    assert len([line for line in caplog.messages if "limits are off" in line]) == 1


def test_public_pages_are_not_counted(client):
    assert statuses(client, 6, "/claimreview.json") == [200] * 6
    assert "RateLimit" not in client.get("/")


@pytest.mark.parametrize("given", ["", "60", "60/fortnight", "-1/minute", "0/minute", "many"])
def test_a_rate_that_is_none_stops_the_start(monkeypatch, given):
    monkeypatch.setenv("THROTTLE_KEY", given)
    with pytest.raises(EnvError, match=f'"THROTTLE_KEY" invalid: {given!r} is no rate'):
        throttles.env.rate("THROTTLE_KEY", "1200/minute")


def test_a_limit_may_be_lifted(limits):
    limits["anonymous"] = throttles.rate("none")
    assert statuses(APIClient(), 10) == [200] * 10
