"""Two claimants become one: everything follows, and it can be undone until something new hangs."""

import pytest
from django.urls import reverse

from articles.events import Event
from claims.desk import claimants as desk
from claims.desk.errors import Refused
from claims.desk.naming import claimants_of
from claims.models import Attribution, Claim, Claimant, ClaimantAlias, ClaimantMerge
from tests.asking import client_of, ids
from tests.factories import AppearanceFactory, ClaimantFactory, ClaimFactory, published_verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone():
    claimant = ClaimantFactory(name="M. Quill", role="Mayor", wikidata_id="Q42")
    ClaimantAlias.objects.create(claimant=claimant, name="Mayor Quill")
    return claimant


@pytest.fixture
def stays():
    return ClaimantFactory(name="Mara Quill")


def said_by(claimant) -> Claim:
    return AppearanceFactory(claim=ClaimFactory(claimant=claimant)).claim


def state() -> dict:
    """All that hangs on each claimant, to compare before and after."""
    return {
        "claims": dict(Claim.objects.values_list("pk", "claimant__name")),
        "attributions": dict(Attribution.objects.values_list("pk", "claimant__name")),
        "aliases": dict(ClaimantAlias.objects.values_list("name", "claimant__name")),
        "claimants": list(
            Claimant.objects.order_by("pk").values(
                "name", "kind", "role", "wikidata_id", "merged_into"
            )
        ),
    }


def page(claimant, name="merge") -> str:
    return reverse(f"admin:claims_claimant_{name}", args=[claimant.pk])


def test_everything_follows_and_extraction_finds_the_survivor(client, editor, gone, stays):
    claim = said_by(gone)
    client.force_login(editor)

    answer = client.post(page(gone), {"goes": gone.pk, "stays": stays.pk}, follow=True)

    assert answer.redirect_chain == [(page(stays), 302)]
    assert "is “Mara Quill” from now on" in answer.content.decode()
    claim.refresh_from_db()
    stays.refresh_from_db()
    assert claim.claimant == stays
    assert Attribution.objects.get(article__appearances__claim=claim).claimant == stays
    assert (stays.role, stays.wikidata_id) == ("Mayor", "Q42")
    assert {alias.name for alias in stays.aliases.all()} == {"M. Quill", "Mayor Quill"}
    for name in ("M. Quill", "m. quill", "Mayor Quill", "Mara Quill"):
        assert claimants_of({name: "person"}) == {name: stays}
    assert Claimant.objects.filter(merged_into=None).count() == 1
    told = {event.kind: event for event in Event.objects.filter(actor=editor)}
    assert told["claimant.merged"].after == {"into": "Mara Quill"}
    assert told["claim.claimant_merged"].subject_id == claim.pk
    assert told["claim.claimant_merged"].before == {"claimant": "M. Quill"}


def test_api_and_public_answers_follow(client, editor, gone, stays):
    verdict = published_verdict(editor=editor, claim=said_by(gone))
    feed = "/claimreview.json"
    etag = client.get(feed)["ETag"]

    desk.claimant_merge(gone, into=stays, by=editor)

    for called in (gone.uid, stays.uid, "M. Quill", "Mara Quill", "Mayor Quill"):
        assert ids(client.get("/api/v1/verdicts/", {"claimant": called})) == [str(verdict.uid)]
        claims = client_of(editor).get("/api/v1/claims/", {"claimant": called})
        assert ids(claims) == [str(verdict.claim.uid)]
    shown = client.get(f"/api/v1/verdicts/{verdict.uid}/").json()["claim"]["claimant"]
    assert (shown["id"], shown["name"]) == (str(stays.uid), "Mara Quill")
    told = client.get(feed, headers={"If-None-Match": etag})
    assert told.status_code == 200
    element = b"".join(told.streaming_content).decode()
    assert '"name": "Mara Quill"' in element
    assert "Q42" in element
    assert "M. Quill" not in element
    assert "Mara Quill" in client.get(verdict.get_absolute_url()).content.decode()


def test_undoing_restores_exactly_what_was(client, editor, gone, stays):
    said_by(gone)
    said_by(stays)
    earlier = ClaimantFactory(name="Quill")
    desk.claimant_merge(earlier, into=gone, by=editor)
    before = state()
    desk.claimant_merge(gone, into=stays, by=editor)
    assert Claimant.objects.get(pk=earlier.pk).merged_into == stays
    client.force_login(editor)
    assert "Undo this merge" in client.get(page(stays)).content.decode()

    merge = ClaimantMerge.objects.get(gone=gone)
    answer = client.post(page(stays, "restore"), {"merge": merge.pk}, follow=True)

    assert "“M. Quill” is a claimant of its own again" in answer.content.decode()
    assert state() == before
    assert claimants_of({"M. Quill": "person"}) == {"M. Quill": gone}
    assert Event.objects.filter(kind="claim.claimant_restored", actor=editor).count() == 1
    # And it can be merged again.
    gone.refresh_from_db()
    desk.claimant_merge(gone, into=stays, by=editor)
    assert Claim.objects.filter(claimant=stays).count() == 2


def a_claim(stays):
    ClaimFactory(claimant=stays)


def a_quotation(stays):
    place = AppearanceFactory(claim=ClaimFactory(claimant=None))
    Attribution.objects.filter(pk=place.attribution_id).update(claimant=stays)


def an_alias(stays):
    ClaimantAlias.objects.create(claimant=stays, name="The mayor")


@pytest.mark.parametrize(
    ("comes", "told"),
    [(a_claim, "1 claim came"), (a_quotation, "1 quotation"), (an_alias, "1 alias")],
)
def test_once_something_new_hangs_on_it_undoing_is_refused(
    client, editor, gone, stays, comes, told
):
    said_by(gone)
    merge = desk.claimant_merge(gone, into=stays, by=editor)
    comes(stays)
    before = state()
    client.force_login(editor)

    shown = client.get(page(stays)).content.decode()
    answer = client.post(page(stays, "restore"), {"merge": merge.pk})

    assert told in shown
    assert "Undo this merge" not in shown
    assert answer.status_code == 409
    assert "This cannot be undone any more" in answer.content.decode()
    assert state() == before


def test_merges_are_undone_in_reverse_order(editor, gone, stays):
    third = ClaimantFactory(name="The mayor")
    first = desk.claimant_merge(gone, into=stays, by=editor)
    second = desk.claimant_merge(third, into=stays, by=editor)
    with pytest.raises(Refused) as refused:
        desk.claimant_restore(first, by=editor)
    assert refused.value.code == "something_new"
    desk.claimant_restore(second, by=editor)
    desk.claimant_restore(first, by=editor)
    with pytest.raises(Refused) as refused:
        desk.claimant_restore(first, by=editor)
    assert refused.value.code == "restored"


def test_a_claim_that_a_person_gave_to_somebody_else_stays_theirs(editor, gone, stays):
    claim, other = said_by(gone), ClaimantFactory()
    merge = desk.claimant_merge(gone, into=stays, by=editor)
    Claim.objects.filter(pk=claim.pk).update(claimant=other)
    desk.claimant_restore(merge, by=editor)
    claim.refresh_from_db()
    assert claim.claimant == other


def test_what_a_worker_still_writes_for_a_merged_one_is_led_to_the_survivor(editor, gone, stays):
    desk.claimant_merge(gone, into=stays, by=editor)
    late = said_by(gone)
    assert desk.claimants_mend() == 2
    late.refresh_from_db()
    assert late.claimant == stays
    assert not Attribution.objects.filter(claimant=gone).exists()


def test_wikidata_tells_two_people_apart(client, editor, gone, stays):
    Claimant.objects.filter(pk=stays.pk).update(wikidata_id="Q43")
    before = state()
    client.force_login(editor)
    assert (
        "Wikidata tells them apart" in client.get(page(gone), {"with": stays.pk}).content.decode()
    )
    answer = client.post(page(gone), {"goes": gone.pk, "stays": stays.pk})
    assert (answer.status_code, state()) == (409, before)


@pytest.mark.parametrize("goes", ["itself", "nobody", "a merged one", "others"])
def test_what_cannot_be_merged_is_refused(client, editor, gone, stays, goes):
    far = ClaimantFactory(name="Otto Far")
    merged = ClaimantFactory(name="Otto Gone")
    desk.claimant_merge(merged, into=far, by=editor)
    pair = {
        "itself": (gone.pk, gone.pk),
        "nobody": (0, gone.pk),
        "a merged one": (merged.pk, gone.pk),
        "others": (far.pk, stays.pk),
    }[goes]
    before = state()
    client.force_login(editor)
    answer = client.post(page(gone), dict(zip(("goes", "stays"), pair, strict=True)))
    assert answer.status_code in (409, 422)
    assert state() == before


def test_only_who_may_merges(client, researcher, gone, stays):
    merge_page = page(gone)
    client.force_login(researcher)
    assert client.get(merge_page).status_code == 403
    assert client.post(merge_page, {"goes": gone.pk, "stays": stays.pk}).status_code == 403
    change = reverse("admin:claims_claimant_change", args=[stays.pk])
    assert merge_page not in client.get(change).content.decode()
    assert not ClaimantMerge.objects.exists()


def test_pages_lead_to_the_survivor_and_offer_names_that_are_alike(client, editor, gone, stays):
    ClaimantFactory(name="Otto Far")
    client.force_login(editor)
    shown = client.get(page(gone)).content.decode()
    assert "Mara Quill" in shown
    assert "Otto Far" not in shown
    assert "Otto Far" in client.get(page(gone), {"q": "otto"}).content.decode()
    desk.claimant_merge(gone, into=stays, by=editor)
    change = reverse("admin:claims_claimant_change", args=[gone.pk])
    assert client.get(change).url == reverse("admin:claims_claimant_change", args=[stays.pk])
    assert client.get(page(gone)).url == page(stays)


def test_nobody_new_gets_a_name_that_leads_to_somebody_else(client, editor, gone, stays):
    desk.claimant_merge(gone, into=stays, by=editor)
    client.force_login(editor)
    inline = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    fields = {"name": "m. quill", "kind": "person", "role": "", "wikidata_id": ""}
    answer = client.post(reverse("admin:claims_claimant_add"), fields | inline)
    assert answer.status_code == 200
    assert "is an alias of “Mara Quill”" in answer.content.decode()
    assert not Claimant.objects.filter(name="m. quill").exists()


def test_the_page_asks_as_much_for_many_as_for_few(
    client, editor, stays, django_assert_max_num_queries
):
    client.force_login(editor)

    def asked() -> int:
        with django_assert_max_num_queries(29) as asking:
            assert client.get(page(stays)).status_code == 200
        return len(asking)

    def more() -> None:
        for _ in range(3):
            desk.claimant_merge(ClaimantFactory(), into=stays, by=editor)
            ClaimantAlias.objects.create(claimant=ClaimantFactory(), name=f"Ma {ClaimFactory().pk}")

    more()
    few = asked()
    more()
    assert asked() == few
