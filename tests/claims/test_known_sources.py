"""A source that the desk knows is known again, and its archived copy is used again."""

import pytest
from django.urls import reverse

from claims.desk import verdicts as verdict_services
from claims.desk.sources import source_known
from tests import factories
from tests.asking import client_of

pytestmark = pytest.mark.django_db


def test_a_source_is_known_again_however_it_is_linked(client, researcher):
    verdict = factories.draft_verdict(researcher, complete=False)
    source = verdict_services.Source(
        url="https://www.harbour.example/log/?b=2&a=1",
        stance="context",
        title="The log",
        archived_url="https://archive.example/1",
    )
    verdict_services.evidence_add(verdict, source, by=researcher)
    client.force_login(researcher)
    known = reverse("admin:claims_claim_known-source")
    again = "http://harbour.example/log?a=1&b=2&utm_source=mail"
    found = client.get(known, {"url": again}).json()
    assert (found["title"], found["archived_url"]) == ("The log", "https://archive.example/1")
    assert str(verdict.claim) in found["used"]
    for other in ("", "https://harbour.example/other", "http://[", "https://a.example:99999/"):
        assert client.get(known, {"url": other}).json() == {}


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_known_source_given_without_its_copy_has_the_one_that_is_known(client, researcher, door):
    before, verdict = (factories.draft_verdict(researcher, complete=False) for _ in range(2))
    copy = "https://archive.example/1"
    source = verdict_services.Source(
        url="https://harbour.example/log?b=2&a=1", stance="context", archived_url=copy
    )
    verdict_services.evidence_add(before, source, by=researcher)
    again = "http://harbour.example/log?a=1&b=2&utm_source=mail"
    if door == "page":
        sent = {"verdict": verdict.pk, "source_url": again, "source_stance": "refutes"}
        verdict.refresh_from_db()
        sent["version"] = verdict.version
        client.force_login(researcher)
        client.post(reverse("admin:claims_claim_add-evidence", args=[verdict.claim.pk]), sent)
    else:
        url = f"/api/v1/verdicts/{verdict.uid}/evidence/"
        client_of(researcher).post(url, {"url": again, "stance": "refutes"})
    assert [one.archived_url for one in verdict.evidence.all()] == [copy]
    # One's own copy is kept.
    own = verdict_services.Source(url=again, stance="refutes", archived_url="https://b.example/2")
    verdict_services.evidence_add(verdict, own, by=researcher)
    assert verdict.evidence.get().archived_url == "https://b.example/2"


def test_an_article_of_the_desk_is_a_known_source_by_its_title():
    article = factories.ArticleFactory(title="Ferries late again")
    known = source_known(f"{article.url}?utm_medium=mail")
    assert known is not None
    assert (known.title, known.archived_url) == ("Ferries late again", "")
