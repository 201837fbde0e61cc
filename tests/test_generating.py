"""The desk that `make bench-desk` generates and asks, small."""

import random

import pytest
from django.db import connection
from django.test import Client

from claims.models import Appearance, Claim, Match, Verdict
from tests.bench import desk, generating

pytestmark = pytest.mark.django_db(transaction=True)

CLAIMS = 600


def test_a_generated_desk_is_one_and_every_page_of_the_bench_answers():
    indexes = index_names()
    generating.generate(CLAIMS)
    assert Claim.objects.count() == CLAIMS
    assert Verdict.objects.exists()
    assert Match.objects.waiting().exists()
    assert index_names() == indexes
    places = Appearance.objects.select_related("article", "claim")
    assert len(places) == CLAIMS * 6 // 5
    for place in places:
        assert place.article.text[place.start : place.end] == place.text == place.claim.text
    client = Client()
    client.force_login(generating.people()[0])
    chance = random.Random(5)
    for name, ask in desk.pages().items():
        # Those of the API's far pages need thousands of claims.
        if "1,000" not in name:
            desk.fetch(client, ask(chance, CLAIMS))


def index_names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        return {name for (name,) in cursor.fetchall()}
