"""A client that openapi-python-client generates from the schema works against a running desk."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from articles.models import Article
from tests.factories import (
    AppearanceFactory,
    OutletFactory,
    api_key,
    draft_verdict,
    published_verdict,
    user_in,
)

GENERATOR = str(Path(sys.executable).parent / "openapi-python-client")


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The package that the generator makes of the committed schema, which is the current one."""
    folder = tmp_path_factory.mktemp("client")
    command = [GENERATOR, "generate", "--path", "docs/openapi.yaml", "--meta", "none"]
    made = subprocess.run(
        [*command, "--output-path", str(folder / "desk_client")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "WARNING" not in made.stdout.upper().replace("WARNING(S) ENCOUNTERED", "")
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


@pytest.fixture
def api(generated):
    """A module of the generated package, by its dotted name."""
    return lambda name: importlib.import_module(f"desk_client.{name}")


@pytest.fixture
def client(api, transactional_db, live_server):
    """The client with an editor's key."""
    secret = api_key(user_in("editor"))
    made = api("client").AuthenticatedClient(base_url=live_server.url, token=secret, prefix="Token")
    with made:
        yield made


def test_it_submits_an_article_and_reads_it(api, client):
    OutletFactory(name="Harbour Herald", domain="herald.example")
    submission = api("models.submission").Submission(
        url="https://herald.example/news/1", text="Ferries ran late four times in May."
    )

    made = api("api.articles.articles_create").sync(client=client, body=submission)
    read = api("api.articles.articles_retrieve").sync(made.id, client=client)

    assert read == made
    assert read.extraction.state == api("models.article_state").ArticleState.PENDING
    assert Article.objects.get().uid == made.id


def test_it_pages_through_claims_with_their_verdicts(api, client):
    claims = {published_verdict().claim.uid for _ in range(3)}
    listing = api("api.claims.claims_list")
    expand = api("models.claims_list_expand_item").ClaimsListExpandItem.VERDICT
    found, query = [], {}

    while query is not None:
        page = listing.sync(client=client, page_size=2, expand=[expand], **query)
        found += page.results
        cursor = page.next_ and page.next_.split("cursor=")[1].split("&")[0]
        query = {"cursor": cursor.replace("%3D", "=")} if cursor else None

    assert {row.id for row in found} == claims
    assert {type(row).__name__ for row in found} == {"ListedClaim"}
    assert {row.verdict.explanation for row in found} == {
        "The harbour log counts four late ferries."
    }


def test_it_does_the_desks_work_and_is_told_what_is_wrong(api, client):
    claim = AppearanceFactory().claim
    triaged = api("api.claims.claims_triage").sync(claim.uid, client=client)

    again = api("api.claims.claims_triage").sync(claim.uid, client=client)
    stale = api("api.claims.claims_take").sync_detailed(claim.uid, client=client, if_match='"v1"')

    assert triaged.status == "triaged"
    assert (again.status, again.code) == (409, "wrong_state")
    assert (stale.status_code, stale.parsed.code) == (412, "changed_meanwhile")


def test_it_reads_sparse_rows_and_304(api, client):
    verdict = published_verdict()
    retrieve = api("api.verdicts.verdicts_retrieve")
    fields = api("models.verdicts_retrieve_fields_item").VerdictsRetrieveFieldsItem

    sparse = retrieve.sync(verdict.uid, client=client, fields=[fields.ID, fields.TITLE])
    whole = retrieve.sync_detailed(verdict.uid, client=client)
    again = retrieve.sync_detailed(verdict.uid, client=client, if_none_match=whole.headers["ETag"])

    assert sparse.to_dict() == {"id": str(verdict.uid), "title": verdict.title}
    assert again.status_code == 304


def test_it_follows_the_feed_and_checks_a_text(api, client):
    verdict = draft_verdict(user_in("researcher"))
    feed = api("api.events.events_list")
    seen = feed.sync(client=client)
    after = seen.results[-1].id

    assert str(verdict.uid) in [str(event.subject.id) for event in seen.results]
    assert feed.sync(client=client, after=after).results == []
    body = api("models.check_input").CheckInput(text="Ferries ran late nine times in June.")
    checked = api("api.check.check_create").sync(client=client, body=body)
    assert [claim.text for claim in checked.claims] == ["Ferries ran late nine times in June."]
