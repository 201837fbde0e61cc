"""The workbench's own services: passages marked anew, notes, drafts kept, people present."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from articles.events import Event
from claims.desk import claims as claim_services
from claims.desk import verdicts as verdict_services
from claims.desk.drafts import draft_keep
from claims.desk.errors import Conflict, Refused
from claims.desk.respanning import appearance_respan
from claims.models import Appearance, Claim, KeptDraft, Note, Notification, Presence, Verdict
from tests import factories

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"


def address(name: str, claim: Claim) -> str:
    return reverse(f"admin:claims_claim_{name}", args=[claim.pk])


def posted(client, user, name: str, claim: Claim, **fields):
    client.force_login(user)
    claim.refresh_from_db()
    return client.post(address(name, claim), {"version": claim.version, **fields})


def page_of(client, user, claim: Claim) -> str:
    client.force_login(user)
    return client.get(address("change", claim)).content.decode()


# --- The passage ------------------------------------------------------------------------------


@pytest.fixture
def place() -> Appearance:
    article = factories.ArticleFactory(
        text="Überall 🚢 Ferries ran late, very late, in May.", state="extracted"
    )
    return factories.AppearanceFactory(article=article, start=10, end=26)


def test_a_passage_is_marked_anew_and_the_page_and_the_history_say_so(client, researcher, place):
    assert place.text == "Ferries ran late"
    answer = posted(client, researcher, "respan", place.claim, place=place.pk, start=9, end=37)
    assert answer.status_code == 302
    place.refresh_from_db()
    assert (place.start, place.end, place.text) == (10, 37, "Ferries ran late, very late")
    page = page_of(client, researcher, place.claim)
    assert "Ferries ran late, very late</mark>, in May." in page
    event = Event.objects.about(place.claim).first()
    assert (event.kind, event.actor, event.before["passage"]) == (
        "claim.respanned",
        researcher,
        "Ferries ran late",
    )
    assert "Passage marked anew" in page


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (9, 10, "Select the words"),
        (12, 12, "Select the words"),
        (20, 12, "not inside the article"),
        (0, 4000, "not inside the article"),
    ],
)
def test_what_is_no_passage_is_refused_and_nothing_changes(
    client, researcher, place, start, end, told
):
    answer = posted(client, researcher, "respan", place.claim, place=place.pk, start=start, end=end)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    place.refresh_from_db()
    assert (place.start, place.end) == (10, 26)
    assert not Event.objects.about(place.claim).exists()


def test_two_claims_never_stand_at_the_very_same_place(client, researcher, place):
    other = factories.AppearanceFactory(article=place.article, start=10, end=37)
    answer = posted(client, researcher, "respan", place.claim, place=place.pk, start=10, end=37)
    assert answer.status_code == 422
    assert f"marked already, as “{other.claim}”" in answer.content.decode()
    place.refresh_from_db()
    assert place.end == 26


def test_a_place_of_another_claim_or_an_older_page_changes_nothing(client, researcher, place):
    elsewhere = factories.AppearanceFactory()
    answer = posted(client, researcher, "respan", elsewhere.claim, place=place.pk, start=10, end=37)
    assert answer.status_code == 409
    claim_services.claim_triage(place.claim, by=researcher)
    old = {"place": place.pk, "start": 10, "end": 37, "version": 1}
    answer = posted(client, researcher, "respan", place.claim, **old)
    assert answer.status_code == 409
    place.refresh_from_db()
    assert place.end == 26


def test_who_may_not_word_a_claim_does_not_mark_its_passage(reader, editor, place):
    with pytest.raises(PermissionDenied):
        appearance_respan(place, start=10, end=37, by=reader)
    verdict = factories.published_verdict(claim=place.claim)
    with pytest.raises(Refused):
        appearance_respan(Appearance.objects.get(), start=10, end=37, by=editor)
    assert verdict.claim.appearances.get().end == 26


def test_more_of_the_article_is_shown_on_demand(client, reader):
    text = f"{'Before it all. ' * 60}Ferries ran late, they said. {'After it all. ' * 60}"
    start = text.index("Ferries")
    article = factories.ArticleFactory(text=text, state="extracted")
    place = factories.AppearanceFactory(article=article, start=start, end=start + 16)
    page = page_of(client, reader, place.claim)
    assert page.count("Before it all.") < 30
    more = client.get(address("passage", place.claim), {"place": place.pk, "around": 3000})
    shown = more.content.decode()
    assert shown.count("Before it all.") == shown.count("After it all.") == 60
    assert 'data-from="0"' in shown
    assert "data-more" not in shown
    for wrong in ({}, {"place": place.pk}, {"place": place.pk + 1, "around": 9}):
        assert client.get(address("passage", place.claim), wrong).status_code == 404


# --- The wording ------------------------------------------------------------------------------


def test_a_new_wording_loses_nothing_that_hangs_on_the_claim(client, researcher, editor):
    verdict = factories.draft_verdict(researcher)
    claim = verdict.claim
    place = claim.appearances.get()
    match = factories.MatchFactory(claim=claim)
    posted(client, editor, "note", claim, note="Look at the log.")
    answer = posted(
        client, researcher, "word", claim, text="Ferries are late.", claimant=claim.claimant.name
    )
    assert answer.status_code == 302
    claim.refresh_from_db()
    match.refresh_from_db()
    assert claim.text == "Ferries are late."
    assert claim.appearances.get() == place
    assert claim.verdicts.get().evidence.count() == 1
    assert (match.claim, match.state) == (claim, "suggested")
    assert claim.notes.get().text == "Look at the log."


# --- Notes ------------------------------------------------------------------------------------


def test_a_note_says_who_wrote_it_as_plain_text_and_whom_it_mentions(client, researcher, editor):
    claim = factories.AppearanceFactory().claim
    text = f"@editor. {SCRIPT}\r\n\r\nmail@researcher @nobody"
    assert posted(client, researcher, "note", claim, note=text).status_code == 302
    page = page_of(client, editor, claim)
    assert "&lt;script&gt;" in page.partition('id="notes"')[2]
    assert SCRIPT not in page
    note = Note.objects.get()
    assert (note.author, note.claim) == (researcher, claim)
    event = Event.objects.about(claim).get()
    assert (event.kind, event.after) == ("claim.noted", {"mentioned": "Edda"})
    told = Notification.objects.get()
    assert (told.to, told.kind, told.claim, told.by) == (editor, "mentioned", claim, researcher)
    assert claim.version == 1


def test_an_empty_note_is_asked_for_again_and_a_reader_leaves_none(client, reader, researcher):
    claim = factories.AppearanceFactory().claim
    assert posted(client, researcher, "note", claim, note=" \n").status_code == 422
    assert posted(client, reader, "note", claim, note="Hello").status_code == 403
    assert "Leave a note" not in page_of(client, reader, claim)
    assert not Note.objects.exists()


def test_the_notes_of_a_merged_claim_are_read_on_the_one_that_stays(client, editor):
    match = factories.MatchFactory()
    posted(client, editor, "note", match.other, note="Said again in June.")
    client.post(reverse("admin:claims_match_confirm", args=[match.pk]), {"version": match.version})
    match.other.refresh_from_db()
    assert match.other.merged_into == match.claim
    assert "Said again in June." in page_of(client, editor, match.claim)


def test_people_are_found_by_the_beginning_of_a_name(client, reader, researcher, editor):
    people = reverse("admin:claims_claim_people")
    client.force_login(researcher)
    found = client.get(people, {"q": "ed"}).json()["people"]
    assert found == [{"username": "editor", "name": "Edda"}]
    editor.is_active = False
    editor.save()
    assert client.get(people, {"q": "ed"}).json() == {"people": []}
    client.force_login(reader)
    assert client.get(people, {"q": "ed"}).status_code == 403


# --- Drafts kept ------------------------------------------------------------------------------


@pytest.fixture
def kept(client, researcher):
    """Keeps what is typed into a draft: `kept(verdict, revision, **typed)` is the answer."""

    def keep(verdict: Verdict, revision: int, user=researcher, **typed):
        client.force_login(user)
        fields = {"verdict": verdict.pk, "version": verdict.version, "revision": revision}
        return client.post(address("keep", verdict.claim), {**fields, **typed})

    return keep


def test_what_is_typed_is_kept_for_its_typist_alone(client, kept, researcher, editor):
    verdict = factories.draft_verdict(researcher)
    said = verdict.explanation
    answer = kept(verdict, 0, explanation="Half a thought", **{"seen-explanation": said})
    assert answer.json() == {"revision": 1}
    verdict.refresh_from_db()
    assert verdict.explanation == said
    page = page_of(client, researcher, verdict.claim)
    assert "Half a thought</textarea>" in page
    assert "did not save yet" in page
    assert "Half a thought" not in page_of(client, editor, verdict.claim)


def test_two_windows_of_one_person_do_not_keep_over_each_other(kept, researcher):
    verdict = factories.draft_verdict(researcher)
    assert kept(verdict, 0, explanation="First window").status_code == 200
    assert kept(verdict, 0, explanation="Second window").status_code == 409
    assert kept(verdict, 1, explanation="First window, more").json() == {"revision": 2}
    assert KeptDraft.objects.get().typed["explanation"] == "First window, more"


def test_saving_forgets_what_was_kept_and_so_does_discarding(client, kept, researcher):
    verdict = factories.draft_verdict(researcher)
    kept(verdict, 0, explanation="Half a thought")
    fields = {"verdict": verdict.pk, "version": verdict.version, "explanation": "A whole one"}
    posted(client, researcher, "draft", verdict.claim, **fields)
    assert not KeptDraft.objects.exists()
    verdict.refresh_from_db()
    kept(verdict, 0, explanation="Another")
    posted(client, researcher, "forget", verdict.claim, verdict=verdict.pk)
    assert not KeptDraft.objects.exists()
    assert "A whole one</textarea>" in page_of(client, researcher, verdict.claim)


def test_a_draft_saved_by_another_meanwhile_is_shown_beside_what_was_kept(
    client, kept, researcher, editor
):
    verdict = factories.draft_verdict(researcher)
    said = {"seen-explanation": verdict.explanation, "seen-title": verdict.title}
    kept(verdict, 0, explanation="Tove, unsaved", title=verdict.title, **said)
    verdict_services.verdict_edit(
        verdict, rating=verdict.rating, title="Edda’s", explanation="Edda, saved", by=editor
    )
    page = page_of(client, researcher, verdict.claim)
    assert "Tove, unsaved</textarea>" in page
    assert "Edda, saved" in page.partition("Saved meanwhile")[2]
    assert 'value="Edda’s"' in page
    verdict.refresh_from_db()
    assert verdict.explanation == "Edda, saved"


def test_words_kept_for_a_verdict_in_review_are_there_to_copy(client, kept, researcher, editor):
    verdict = factories.draft_verdict(researcher)
    kept(verdict, 0, explanation="One more thing")
    verdict_services.verdict_submit(verdict, by=editor)
    assert "One more thing</pre>" in page_of(client, researcher, verdict.claim)
    assert Verdict.objects.get().state == "in_review"


def test_what_cannot_be_kept_is_told(client, kept, reader, researcher):
    verdict = factories.draft_verdict(researcher)
    assert kept(verdict, 0, explanation="a\x00b").status_code == 422
    assert kept(verdict, -1, explanation="a").status_code == 422
    assert kept(verdict, 0, user=reader, explanation="a").status_code == 403
    assert client.get(address("keep", verdict.claim)).status_code == 405
    assert not KeptDraft.objects.exists()


def test_the_preview_is_what_the_public_page_shows(client, researcher):
    verdict = factories.draft_verdict(researcher)
    text = f"One & two.\r\n\r\n{SCRIPT}\r\nhttps://a.example/"
    typed = {"verdict": verdict.pk, "explanation": text, "rating": verdict.rating_id}
    seen = posted(client, researcher, "preview", verdict.claim, **typed).content.decode()
    assert "Mostly false" in seen
    verdict_services.verdict_edit(
        verdict, rating=verdict.rating, explanation=text, title="", by=researcher
    )
    verdict_services.verdict_submit(verdict, by=researcher)
    editor = factories.user_in("editor")
    verdict_services.verdict_approve(verdict, by=editor)
    verdict_services.verdict_publish(verdict, by=editor)
    public = client.get(verdict.claim.get_absolute_url()).content.decode()
    shown = seen.partition('"desk-prose">')[2].partition("</div>")[0].strip()
    assert "<p>One &amp; two.</p>" in shown
    assert shown in public


# --- People present and keys ------------------------------------------------------------------


def test_a_second_editor_is_seen_until_they_leave(client, researcher, editor):
    claim = factories.AppearanceFactory().claim
    assert posted(client, researcher, "presence", claim).json()["others"] == []
    assert posted(client, editor, "presence", claim).json()["others"] == ["Tove"]
    assert posted(client, researcher, "presence", claim).json()["others"] == ["Edda"]
    assert posted(client, editor, "presence", claim, left="yes").status_code == 204
    assert posted(client, researcher, "presence", claim).json()["others"] == []


def test_a_page_that_is_heard_of_no_more_is_closed(client, researcher, editor):
    claim = factories.AppearanceFactory().claim
    posted(client, editor, "presence", claim)
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert posted(client, researcher, "presence", claim).json()["others"] == []
    assert [one.user for one in Presence.objects.all()] == [researcher]


def test_the_page_is_told_when_somebody_changed_the_claim(client, researcher, editor):
    verdict = factories.draft_verdict(researcher)
    claim = verdict.claim
    page = page_of(client, researcher, claim)
    now = posted(client, researcher, "presence", claim).json()["versions"]
    assert f'data-versions="{now}"' in page
    verdict_services.verdict_edit(verdict, rating=None, explanation="Edda’s", by=editor)
    assert posted(client, researcher, "presence", claim).json()["versions"] != now


def test_single_keys_are_each_users_own_choice(client, researcher, editor):
    claim = factories.AppearanceFactory().claim
    queue = reverse("admin:claims_claim_changelist")
    client.force_login(researcher)
    keys = reverse("admin:claims_claim_keys")
    answer = client.post(keys, {"single_keys": "off", "next": address("change", claim)})
    assert answer.url == address("change", claim)
    assert 'data-single-keys="off"' in page_of(client, researcher, claim)
    assert 'data-single-keys="off"' in client.get(queue).content.decode()
    assert 'data-single-keys="on"' in page_of(client, editor, claim)
    answer = client.post(keys, {"single_keys": "on", "next": "https://evil.example/"})
    assert answer.url == queue


def test_a_conflict_of_kept_drafts_is_a_conflict(researcher):
    verdict = factories.draft_verdict(researcher)
    draft_keep(verdict, {"title": "a"}, version=3, revision=0, by=researcher)
    with pytest.raises(Conflict):
        draft_keep(verdict, {"title": "b"}, version=2, revision=1, by=researcher)
    with pytest.raises(ValidationError):
        draft_keep(verdict, {"title": "\x07"}, version=3, revision=1, by=researcher)
    assert KeptDraft.objects.get().typed == {"title": "a"}


@pytest.mark.parametrize("name", ["passage", "preview", "keep", "forget", "presence"])
def test_nobody_asks_about_a_claim_whose_page_they_may_not_see(client, researcher, name):
    verdict = factories.draft_verdict(researcher)
    url = address(name, verdict.claim)
    for ask in (client.get, client.post):
        assert ask(url).url.startswith(reverse("admin:login"))
    client.force_login(factories.UserFactory())
    for ask in (client.get, client.post):
        assert ask(url, {"verdict": verdict.pk}).status_code == 403
    assert not Presence.objects.exists()
