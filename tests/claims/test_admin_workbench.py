"""The workbench: from a claim to a published verdict, and what stops on the way."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from articles.events import Event
from claims.admin.actions import ACTIONS
from claims.desk import claims as claim_services
from claims.desk import verdicts as verdict_services
from claims.models import Claim, Evidence, Rating, Verdict
from tests import factories

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def desk(client):
    """Acts as a user of the workbench: `desk(user, "submit", claim, **fields)`."""

    def act(user, action: str, claim: Claim, **fields):
        client.force_login(user)
        verdict = fields.pop("verdict", None) or claim.verdicts.order_by("-id").first()
        row = verdict if ACTIONS[action].about_verdict else claim
        row.refresh_from_db()
        data = {"version": row.version, "verdict": verdict.pk if verdict else "", **fields}
        return client.post(reverse(f"admin:claims_claim_{action}", args=[claim.pk]), data)

    return act


def page_of(client, claim: Claim) -> str:
    return client.get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()


def kinds(claim: Claim) -> list[str]:
    """The kinds of all events of the claim and its verdicts, oldest first."""
    about_claim = Event.objects.about(claim)
    about_verdicts = Event.objects.filter(
        subject_type="claims.verdict", subject_id__in=claim.verdicts.values("pk")
    )
    return [e.kind for e in (about_claim | about_verdicts).order_by("id")]


def test_from_claim_to_published_verdict_every_step_in_the_history(
    client, desk, researcher, editor
):
    claim = factories.AppearanceFactory().claim
    rating = Rating.objects.get(scale=factories.rating_scale(), slug="false")
    assert desk(researcher, "take", claim).status_code == 302
    words = {"rating": rating.pk, "title": "How often?", "explanation": "Four times, not nine."}
    desk(researcher, "draft", claim, **words)
    source = {"source_url": "https://harbour.example/log", "source_stance": "refutes"}
    desk(researcher, "add-evidence", claim, **source)
    desk(researcher, "submit", claim)
    desk(editor, "approve", claim)
    answer = desk(editor, "publish", claim)
    assert answer.status_code == 302

    verdict = claim.verdicts.get()
    assert (verdict.state, verdict.rating, verdict.author) == ("published", rating, researcher)
    assert (verdict.title, verdict.explanation) == ("How often?", "Four times, not nine.")
    assert kinds(claim) == [
        "claim.taken",
        "verdict.edited",
        "verdict.evidence_added",
        "verdict.submitted",
        "claim.in_review",
        "verdict.approved",
        "verdict.published",
        "claim.published",
    ]
    history = page_of(client, claim).partition("desk-history")[2]
    for told in ("Claim taken", "Draft saved", "Verdict approved", "Verdict published"):
        assert told in history
    assert "Four times, not nine." in history
    assert history.index("Edda") < history.index("Tove")


def test_what_was_typed_beside_the_draft_is_saved_with_it(desk, researcher):
    verdict = factories.draft_verdict(researcher)
    [old] = verdict.evidence.all()
    typed = {"explanation": "A better one.", "title": verdict.title}
    desk(researcher, "remove-evidence", verdict.claim, evidence=old.pk, **typed)
    verdict.refresh_from_db()
    assert verdict.explanation == "A better one."
    assert not verdict.evidence.exists()
    source = {"source_url": "https://b.example/", "source_stance": "context"}
    desk(researcher, "submit", verdict.claim, **typed, **source)
    verdict.refresh_from_db()
    assert verdict.state == "in_review"
    assert verdict.evidence.get().url == "https://b.example/"


def test_the_second_of_two_on_one_draft_is_told_and_loses_nothing(client, desk, researcher, editor):
    verdict = factories.draft_verdict(researcher)
    seen = verdict.version
    desk(researcher, "draft", verdict.claim, explanation="Tove was first.", title="")
    answer = desk(
        editor, "draft", verdict.claim, explanation="Edda was second.", title="", version=seen
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Edda was second.</textarea>" in page
    assert "Tove was faster" in page
    assert "Tove was first." in page.partition("Saved meanwhile")[2]
    verdict.refresh_from_db()
    assert verdict.explanation == "Tove was first."

    form = answer.context["bench"].panels["draft"]
    again = {name: form[name].value() for name in ("version", "explanation", "title")}
    assert desk(editor, "draft", verdict.claim, **again).status_code == 302
    verdict.refresh_from_db()
    assert verdict.explanation == "Edda was second."


def seen_by(client, user, claim: Claim, panel: str = "draft") -> dict:
    """The fields that the user's page sends when nothing is typed, as a browser sends them."""
    client.force_login(user)
    answer = client.get(reverse("admin:claims_claim_change", args=[claim.pk]))
    return fields_of(answer.context["bench"].panels[panel])


def fields_of(form) -> dict:
    values = {name: form[name].value() or "" for name in form.fields}
    seen = {f"seen-{name}": form[name].initial or "" for name in form.fields}
    return {k: str(v).replace("\n", "\r\n") for k, v in (values | seen).items()}


def test_two_who_change_different_fields_both_keep_theirs(client, desk, researcher, editor):
    verdict = factories.draft_verdict(researcher)
    verdict_services.verdict_edit(
        verdict, rating=verdict.rating, explanation="One.\n\nTwo.", by=researcher
    )
    edda = seen_by(client, editor, verdict.claim)
    rating = Rating.objects.get(slug="false")
    tove = seen_by(client, researcher, verdict.claim)
    desk(researcher, "draft", verdict.claim, **{**tove, "rating": rating.pk, "verdict": verdict})

    sent = {**edda, "title": "Edda’s title", "verdict": verdict}
    answer = desk(editor, "draft", verdict.claim, **sent)
    assert answer.status_code == 409
    assert "Saved meanwhile" not in answer.content.decode()
    again = fields_of(answer.context["bench"].panels["draft"])
    desk(editor, "draft", verdict.claim, **{**again, "verdict": verdict})
    verdict.refresh_from_db()
    assert (verdict.rating, verdict.title) == (rating, "Edda’s title")
    assert verdict.explanation == "One.\n\nTwo."


def test_text_for_a_draft_that_was_submitted_meanwhile_is_shown_to_copy(desk, researcher, editor):
    verdict = factories.draft_verdict(researcher)
    seen = verdict.version
    verdict_services.verdict_submit(verdict, by=researcher)
    answer = desk(editor, "draft", verdict.claim, explanation="Too late.", version=seen)
    assert answer.status_code == 409
    assert "Too late.</pre>" in answer.content.decode()
    verdict.refresh_from_db()
    assert verdict.explanation != "Too late."


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("word", {"text": "Mine.", "claimant": ""}),
        ("assign", {"to": ""}),
        ("dismiss", {"reason": "Not for us."}),
        ("take", {}),
    ],
)
def test_a_stale_page_changes_no_claim(desk, editor, researcher, action, fields):
    claim = factories.AppearanceFactory().claim
    claim_services.claim_word(claim, text="Theirs.", claimant=claim.claimant, by=researcher)
    before = Claim.objects.values().get(pk=claim.pk)
    answer = desk(editor, action, claim, version=1, **fields)
    assert answer.status_code == 409
    for typed in filter(None, fields.values()):
        assert typed in answer.content.decode()
    assert Claim.objects.values().get(pk=claim.pk) == before


def test_nobody_approves_their_own(client, desk, editor, other_editor):
    verdict = factories.submitted_verdict(editor)
    client.force_login(editor)
    page = page_of(client, verdict.claim)
    assert "You wrote this verdict" in page
    assert "/approve/" not in page
    for action in ("approve", "approve-and-publish"):
        answer = desk(editor, action, verdict.claim)
        assert answer.status_code == 403
        assert "somebody else approves it" in answer.content.decode()
    verdict.refresh_from_db()
    assert (verdict.state, verdict.approved_by) == ("in_review", None)
    client.force_login(other_editor)
    assert "/approve/" in page_of(client, verdict.claim)
    desk(other_editor, "approve-and-publish", verdict.claim)
    verdict.refresh_from_db()
    assert (verdict.state, verdict.approved_by) == ("published", other_editor)


def test_a_one_person_desk_may_approve_its_own(client, desk, editor, settings):
    settings.FOUR_EYES = False
    verdict = factories.submitted_verdict(editor)
    client.force_login(editor)
    assert "You wrote this verdict" not in page_of(client, verdict.claim)
    assert desk(editor, "approve-and-publish", verdict.claim).status_code == 302


def test_an_unfinished_draft_is_not_submitted_and_says_what_it_lacks(desk, researcher):
    verdict = factories.draft_verdict(researcher, complete=False)
    answer = desk(researcher, "submit", verdict.claim, title="Typed, not saved", explanation="")
    assert answer.status_code == 422
    page = answer.content.decode()
    for missing in ("Choose a rating.", "Explain the rating.", "Add at least one source."):
        assert missing in page
    assert "Typed, not saved" in page
    verdict.refresh_from_db()
    assert (verdict.state, verdict.title) == ("draft", "")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"source_url": "javascript:alert(1)", "source_stance": "supports"}, "Enter a valid URL"),
        ({"source_url": "https://a.example/", "source_stance": ""}, "This field cannot be blank"),
        ({"source_url": "https://a.example/", "source_stance": "lies"}, "not one of the available"),
        ({"source_url": "", "source_stance": ""}, "Give the URL"),
        ({"source_url": "https://a.example/", "source_quotation": "a\x07"}, "control character"),
        ({"source_url": "https://a.example/" + "a" * 2000, "source_stance": "supports"}, "2000"),
    ],
)  # fmt: skip
def test_bad_evidence_is_refused_beside_its_field(desk, researcher, fields, message):
    verdict = factories.draft_verdict(researcher, complete=False)
    answer = desk(researcher, "add-evidence", verdict.claim, explanation="Kept.", **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert message in page
    assert "Kept.</textarea>" in page
    assert escape(fields["source_url"]) in page
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("bad", ["a\x00b", "a\x07b", "a\x9bb"])
def test_control_characters_are_refused_where_they_are(desk, editor, bad):
    verdict = factories.draft_verdict(editor)
    claim = verdict.claim
    for action, field in (("draft", "explanation"), ("word", "text"), ("dismiss", "reason")):
        answer = desk(editor, action, claim, **{field: bad})
        assert answer.status_code == 422, action
        panel = answer.context["bench"].panels[ACTIONS[action].panel]
        assert panel.errors[field]
        assert panel[field].value() == bad
    claim.refresh_from_db()
    assert claim.status == "in_progress"


@pytest.mark.parametrize(
    "data", [{}, {"version": "x"}, {"version": 10**30}, {"version": -1}, {"verdict": "9" * 5000}]
)
def test_nonsense_is_no_server_error(client, researcher, data):
    verdict = factories.draft_verdict(researcher)
    client.force_login(researcher)
    before = Verdict.objects.values().get()
    for action in ACTIONS:
        sent = {"verdict": verdict.pk, **data}
        answer = client.post(reverse(f"admin:claims_claim_{action}", args=[verdict.claim_id]), sent)
        assert answer.status_code in (403, 404, 409, 422), action
    assert Verdict.objects.values().get() == before
    assert client.get(reverse("admin:claims_claim_change", args=["nonsense"])).status_code == 404
    assert client.get(reverse("admin:claims_claim_change", args=["9" * 40])).status_code == 404


def test_markup_is_text(client, editor):
    article = factories.ArticleFactory(
        text=f"{SCRIPT} ran late, she said.", title=f"{SCRIPT} in a title", state="extracted"
    )
    claimant = factories.ClaimantFactory(name=f"{SCRIPT} Quill")
    claim = factories.ClaimFactory(
        text=f"{SCRIPT} is late.", slug="s", claimant=claimant, reasons=[[SCRIPT, 0.9]]
    )
    factories.AppearanceFactory(claim=claim, article=article)
    verdict = factories.draft_verdict(editor, claim=claim)
    verdict_services.verdict_edit(verdict, rating=None, explanation=SCRIPT, title=SCRIPT, by=editor)
    client.force_login(editor)
    pages = (
        "/admin/",
        reverse("admin:claims_claim_changelist"),
        reverse("admin:claims_claim_change", args=[claim.pk]),
        reverse("admin:claims_verdict_changelist"),
        reverse("admin:articles_article_change", args=[article.pk]),
        reverse("admin:articles_article_changelist"),
        reverse("admin:articles_event_changelist"),
    )
    for url in pages:
        page = client.get(url).content.decode()
        assert SCRIPT not in page, url
        assert escape(SCRIPT) in page, url


def test_rewording_keeps_to_known_claimants(client, desk, editor):
    claim = factories.AppearanceFactory().claim
    other = factories.ClaimantFactory(name="Jonas Teller")
    other.aliases.create(name="Teller")
    answer = desk(editor, "word", claim, text="Trips rose.", claimant="Nobody We Know")
    assert answer.status_code == 422
    assert "Nobody is called “Nobody We Know”" in answer.content.decode()
    desk(editor, "word", claim, text="Trips rose.", claimant="teller")
    claim.refresh_from_db()
    assert (claim.text, claim.claimant, claim.edited) == ("Trips rose.", other, True)


def test_a_correction_replaces_what_is_published(client, desk, editor, other_editor):
    old = factories.published_verdict()
    claim = old.claim
    assert desk(editor, "correct", claim, note="").status_code == 422
    desk(editor, "correct", claim, note="The log was misread.")
    draft = claim.verdicts.open().get()
    page = page_of(client, claim)
    assert "Published verdict" in page
    assert "Correction: draft" in page
    desk(editor, "submit", claim, explanation="Five times.", verdict=draft)
    desk(other_editor, "approve-and-publish", claim, verdict=draft)
    old.refresh_from_db()
    draft.refresh_from_db()
    assert (old.state, draft.state, draft.explanation) == ("corrected", "published", "Five times.")
    assert "The log was misread." in page_of(client, claim)


def test_retract_return_dismiss_and_reopen_tell_why(client, desk, editor, researcher):
    published = factories.published_verdict()
    desk(editor, "retract", published.claim, note="The source withdrew it.")
    assert "The source withdrew it." in page_of(client, published.claim)

    submitted = factories.submitted_verdict(researcher)
    assert desk(editor, "return", submitted.claim, note=" ").status_code == 422
    desk(editor, "return", submitted.claim, note="Ask the port first.")
    submitted.refresh_from_db()
    assert submitted.state == "draft"
    assert "Ask the port first." in page_of(client, submitted.claim)

    claim = factories.ClaimFactory()
    desk(editor, "dismiss", claim, reason="A matter of taste.")
    claim.refresh_from_db()
    assert claim.status == "dismissed"
    assert "A matter of taste." in page_of(client, claim)
    desk(editor, "reopen", claim, reason="It was repeated.")
    claim.refresh_from_db()
    assert claim.status == "triaged"


def test_the_passage_is_shown_within_its_text(client, reader):
    before = "One sentence here. " * 40
    text = f"{before}\n\nFerries ran late nine times, she said. {'And more. ' * 60}"
    article = factories.ArticleFactory(text=text, state="extracted")
    start = text.index("Ferries")
    place = factories.AppearanceFactory(
        article=article, start=start, end=start + 27, attribution=None
    )
    client.force_login(reader)
    page = page_of(client, place.claim)
    passage = page.partition("<blockquote")[2].partition("</blockquote>")[0]
    assert f'<mark class="is-new">{text[start : start + 27]}</mark>' in passage
    assert "One sentence here." in passage
    assert ", she said. And more." in passage
    assert len(passage) < 1000


def test_the_page_asks_as_much_for_many_rows_as_for_few(
    client, researcher, editor, django_assert_max_num_queries
):
    verdict = factories.draft_verdict(researcher)
    for number in range(25):
        factories.AppearanceFactory(claim=verdict.claim)
        verdict_services.evidence_add(
            verdict,
            verdict_services.Source(url=f"https://a.example/{number}", stance="context"),
            by=researcher,
        )
    client.force_login(editor)
    claim = verdict.claim
    with django_assert_max_num_queries(29):
        page = page_of(client, claim)
    assert "The last 6 are not shown." in page
