"""A day at the desk without a mouse, by keys alone; and what keeps what was typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from claims.desk import claims as claim_services
from claims.desk import notes
from claims.desk.keyboard import single_keys
from claims.models import Claim, KeptDraft, Match, Verdict
from tests import factories
from tests.conftest import wait_until
from tests.e2e.conftest import SCREENSHOTS

pytestmark = pytest.mark.no_worker

FOCUSED = "(e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText)"
LOG = "https://harbour.example/log?utm_source=mail"


def shot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"keyboard-{name}.png")


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def tab_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Press Tab until what is called `name` has the focus; fails when nothing is."""
    passed = []
    for _turn in range(60):
        keys(page, key)
        passed.append(str(page.evaluate(f"{FOCUSED}(document.activeElement)")).strip())
        if re.match(name, passed[-1]):
            return
    pytest.fail(f"{key} never comes to {name}, but to {passed}")


def is_focused(page: Page, selector: str) -> None:
    expect(page.locator(f"{selector}:focus")).to_have_count(1)


@pytest.fixture
def desk_by_keyboard(desk) -> dict[str, Claim]:
    """Three claims in the queue, best first: one to dismiss, one known already, one to check."""
    factories.rating_scale()
    researcher = factories.user_in("researcher", username="tove", first_name="Tove")
    factories.user_in("editor", username="edda", first_name="Edda")
    factories.user_in("editor", username="otis", first_name="Otis")
    checked = factories.published_verdict(researcher).claim
    evidence = checked.verdicts.get().evidence.get()
    evidence.title, evidence.archived_url = "The harbour log", "https://archive.example/log"
    evidence.save()
    claims = {
        name: factories.AppearanceFactory(claim__text=text, claim__check_worthiness=score).claim
        for name, text, score in (
            ("dull", "The ferry is blue.", 0.95),
            ("again", "Ferries were late four times.", 0.9),
            ("fresh", "Ferries cost 9 million in May.", 0.85),
        )
    }
    older, newer = sorted((checked, claims["again"]), key=lambda claim: claim.pk)
    factories.MatchFactory(claim=older, other=newer)
    return claims | {"checked": checked}


def sign_in_by_keyboard(
    page: Page, desk: str, path: str = "/admin/claims/claim/", username: str = "edda"
) -> None:
    page.goto(f"{desk}{path}")
    type_login(page, username)
    expect(page.locator("[data-keys-open]")).to_be_visible()


def type_login(page: Page, username: str) -> None:
    is_focused(page, "input[name=username]")
    page.keyboard.type(username)
    keys(page, "Tab")
    page.keyboard.type(factories.PASSWORD)
    keys(page, "Enter")


def sign_out(page: Page) -> None:
    tab_to(page, "Account and colours", key="Shift+Tab")
    keys(page, "Enter")
    # The menu opens above its button, and comes before it once it is there.
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    tab_to(page, "Log out", key="Shift+Tab")
    keys(page, "Enter")
    expect(page.get_by_text("successfully logged out")).to_be_visible()


def test_a_whole_day_by_keys_alone(desk, desk_by_keyboard, page: Page):
    """Two editors at one keyboard, from signing in to a published verdict and its correction."""
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.add_init_script(
        "addEventListener('pointerdown', () => sessionStorage.setItem('mouse', 'used'), true)"
    )
    page.goto(f"{desk}/admin/")
    type_login(page, "edda")
    expect(page.get_by_role("heading", name="Claims in, verdicts out")).to_be_visible()
    morning(page, desk_by_keyboard)
    to_a_submitted_verdict(page, desk_by_keyboard["fresh"])
    sign_out(page)
    tab_to(page, "Log in again")
    keys(page, "Enter")
    type_login(page, "otis")
    to_a_correction(page, desk_by_keyboard["fresh"])
    sign_out(page)
    assert page.evaluate("sessionStorage.getItem('mouse')") is None
    assert troubles == []


def rows_are(page: Page, number: int) -> None:
    """The queue shows so many, and its keys work. The first search reads the model of meanings."""
    expect(page.locator("#result_list .desk-claim")).to_have_count(number, timeout=60_000)
    expect(page.locator("[data-keys-open]")).to_be_visible()


def morning(page: Page, claims: dict[str, Claim]) -> None:
    """From the home page into the queue: what is dull goes, what is known is confirmed."""
    tab_to(page, "Waiting for anyone")
    shot(page, "home")
    keys(page, "Enter")
    rows_are(page, 3)
    keys(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    shot(page, "help")
    keys(page, "Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()

    keys(page, "/")
    is_focused(page, "#searchbar")
    page.keyboard.type("blue")
    keys(page, "Enter")
    rows_are(page, 1)
    keys(page, "/")
    keys(page, "Delete", "Enter")
    rows_are(page, 3)

    keys(page, "j")
    is_focused(page, f"a[href*='/claim/{claims['dull'].pk}/']")
    keys(page, "j", "k")
    is_focused(page, f"a[href*='/claim/{claims['dull'].pk}/']")
    shot(page, "queue")
    keys(page, "d")
    is_focused(page, "textarea[name=reason]")
    page.keyboard.type("jokes and dreams")
    keys(page, "Control+Enter")
    expect(page.get_by_text("1 claim dismissed.")).to_be_visible()
    claims["dull"].refresh_from_db()
    assert (claims["dull"].status, claims["dull"].dismissal) == ("dismissed", "jokes and dreams")

    is_focused(page, f"a[href*='/claim/{claims['again'].pk}/']")
    keys(page, "m")
    is_focused(page, "#best-match")
    shot(page, "match")
    keys(page, "m")
    expect(page).to_have_url(re.compile(f"/claim/{claims['checked'].pk}/"))
    assert Match.objects.get().state == "confirmed"


def to_a_submitted_verdict(page: Page, claim: Claim) -> None:
    """From the page of a claim that left the queue to the next: taken, rated, explained, sent."""
    while f"/claim/{claim.pk}/" not in page.url:
        before = page.url
        keys(page, "j")
        expect(page).not_to_have_url(before)
        expect(page.locator("[data-keys-open]")).to_be_visible()
    keys(page, "a")
    expect(page.get_by_text("This claim is yours.")).to_be_visible()
    tab_to(page, "Leave a note")
    page.keyboard.type("@ot")
    expect(page.get_by_role("option", name="@otis")).to_be_visible()
    keys(page, "Enter")
    page.keyboard.type("is this the same log?")
    keys(page, "Control+Enter")
    expect(page.get_by_text("@otis is this the same log?")).to_be_visible()
    write_verdict(page)
    shot(page, "verdict")
    tab_to(page, "Submit for review")
    keys(page, "Enter")
    expect(page.get_by_text("Submitted.")).to_be_visible()
    is_focused(page, "*")
    shot(page, "submitted")

    verdict = Verdict.objects.get(claim=claim)
    assert (verdict.state, verdict.rating.name) == ("in_review", "Mostly false")
    assert verdict.explanation == "The log, read by day, says four.\n\nNot nine."
    source = verdict.evidence.get()
    assert (source.title, source.stance) == ("The harbour log", "refutes")
    assert source.archived_url == "https://archive.example/log"
    assert not KeptDraft.objects.exists()


def to_a_correction(page: Page, claim: Claim) -> None:
    """The second pair of eyes: told of the note, approves, publishes, and begins a correction."""
    expect(page.get_by_role("heading", name="Unread notifications (1)")).to_be_visible()
    tab_to(page, "Waiting for my approval")
    tab_to(page, re.escape(claim.text))
    keys(page, "Enter")
    expect(page.get_by_role("button", name="Approve and publish")).to_be_visible()
    tab_to(page, "Approve and publish")
    shot(page, "approval")
    keys(page, "Enter")
    expect(page.get_by_role("link", name="Its public page")).to_be_visible()
    tab_to(page, "Correct or retract it")
    keys(page, "Enter")
    tab_to(page, "Note")
    page.keyboard.type("The log of May was misread.")
    tab_to(page, "Begin a correction")
    keys(page, "Enter")
    expect(page.get_by_role("heading", name="Correction: draft")).to_be_visible()
    is_focused(page, "*")
    shot(page, "correction")
    states = Verdict.objects.filter(claim=claim).order_by("id").values_list("state", flat=True)
    assert list(states) == ["published", "draft"]


def write_verdict(page: Page) -> None:
    """Rating, words and a source the desk knows, as fast as somebody types."""
    keys(page, "r")
    is_focused(page, "[data-key=r] input")
    keys(page, "Space", "ArrowDown")
    tab_to(page, "Title")
    page.keyboard.type("How late?")
    tab_to(page, "Explanation")
    page.keyboard.type("The log, read by day, says four.\n\nNot nine.")
    tab_to(page, "Preview")
    keys(page, "Enter")
    expect(page.locator(".desk-preview p", has_text="Not nine.")).to_be_visible()
    tab_to(page, "URL")
    page.keyboard.type(LOG)
    tab_to(page, "Stance")
    page.keyboard.type("Refu")
    expect(page.get_by_text("The desk knows this source")).to_be_visible()
    tab_to(page, "Use these")
    keys(page, "Enter")
    expect(page.get_by_label("Title of the source")).to_have_value("The harbour log")
    expect(page.locator("[data-kept-at]")).to_contain_text("Kept at")


def test_what_was_typed_is_there_after_a_crash(desk, desk_by_keyboard, page: Page):
    sign_in_by_keyboard(page, desk, f"/admin/claims/claim/{desk_by_keyboard['fresh'].pk}/change/")
    keys(page, "a")
    expect(page.get_by_text("This claim is yours.")).to_be_visible()
    # What is typed before the page's scripts have run is kept with the first key after them.
    page.wait_for_load_state()
    page.get_by_label("Explanation").focus()
    words = "Not saved by anybody."
    page.keyboard.type(words)
    wait_until(lambda: KeptDraft.objects.filter(typed__explanation=words).exists())
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto(f"{desk}/admin/claims/claim/{desk_by_keyboard['fresh'].pk}/change/")
    expect(again.get_by_label("Explanation")).to_have_value(words)
    expect(again.get_by_text("did not save yet")).to_be_visible()
    shot(again, "put-back")
    assert Verdict.objects.get(claim=desk_by_keyboard["fresh"]).explanation == ""


def test_words_that_never_reached_the_desk_are_offered(desk, desk_by_keyboard, page: Page):
    address = f"/admin/claims/claim/{desk_by_keyboard['fresh'].pk}/change/"
    sign_in_by_keyboard(page, desk, address)
    keys(page, "a")
    expect(page.get_by_text("This claim is yours.")).to_be_visible()
    again = page.context.new_page()
    again.goto(f"{desk}/healthz")
    page.wait_for_load_state()
    page.context.set_offline(True)
    page.get_by_label("Explanation").focus()
    page.keyboard.type("Typed in a tunnel.")
    expect(page.locator("[data-kept-at]")).to_contain_text("this browser keeps your words")
    # The last key has arrived in the browser's store, which another page of it reads.
    again.wait_for_function("Object.values(localStorage).some(kept => kept.includes('tunnel.'))")
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    again.goto(f"{desk}{address}")
    expect(again.get_by_label("Explanation")).to_have_value("")
    again.get_by_role("button", name="Put them back").click()
    expect(again.get_by_label("Explanation")).to_have_value("Typed in a tunnel.")
    wait_until(lambda: KeptDraft.objects.exists())


def test_single_keys_switched_off_do_nothing(desk, desk_by_keyboard, page: Page):
    sign_in_by_keyboard(page, desk)
    keys(page, "?")
    tab_to(page, "Switch single keys off")
    keys(page, "Enter")
    expect(page.locator("#keys")).to_have_attribute("data-single-keys", "off")
    keys(page, "j", "d", "/", "?")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") != "INPUT"
    assert page.url.rstrip("?").endswith("/claims/claim/")
    tab_to(page, "Keys")
    keys(page, "Enter")
    expect(page.get_by_text("They are switched off for you.")).to_be_visible()


def test_the_passage_is_marked_anew_by_keys_and_by_selecting(desk, desk_by_keyboard, page: Page):
    place = desk_by_keyboard["fresh"].appearances.get()
    sign_in_by_keyboard(page, desk, f"/admin/claims/claim/{desk_by_keyboard['fresh'].pk}/change/")
    tab_to(page, "Mark the passage anew")
    keys(page, "Enter")
    tab_to(page, "Start later")
    keys(page, "Enter", "Enter")
    expected = place.text.split(" ", 2)[2]
    expect(page.locator("[data-chosen]")).to_have_text(expected)
    tab_to(page, "Save the passage")
    keys(page, "Enter")
    expect(page.get_by_text("The passage is marked anew.")).to_be_visible()
    expect(page.locator("[data-passage] mark")).to_have_text(expected)

    page.get_by_text("Mark the passage anew").click()
    page.locator("blockquote").evaluate(
        """text => getSelection().setBaseAndExtent(text.firstChild, 0, text.lastChild, 5)"""
    )
    chosen = page.locator("[data-chosen]").inner_text()
    page.get_by_role("button", name="Save the passage").click()
    expect(page.locator("[data-passage] mark")).to_have_text(chosen.strip())
    shot(page, "passage")
    place.refresh_from_db()
    assert place.text == chosen.strip() == place.article.text[place.start : place.end]
    assert place.start == 0


def test_a_mention_is_completed_and_a_second_editor_is_seen(desk, desk_by_keyboard, page: Page):
    claim = desk_by_keyboard["fresh"]
    address = f"/admin/claims/claim/{claim.pk}/change/"
    sign_in_by_keyboard(page, desk, address)
    page.get_by_label("Leave a note").focus()
    page.keyboard.type("Ask @to")
    expect(page.get_by_role("option", name="@tove")).to_be_visible()
    shot(page, "mention")
    keys(page, "Enter")
    page.keyboard.type("about the log")
    keys(page, "Control+Enter")
    expect(page.get_by_text("Ask @tove about the log")).to_be_visible()
    assert [user.username for user in notes.mentioned(claim.notes.get().text)] == ["tove"]

    other = page.context.browser.new_context().new_page()
    other.goto(f"{desk}{address}")
    other.get_by_label("Username").fill("tove")
    other.get_by_label("Password").fill(factories.PASSWORD)
    keys(other, "Enter")
    expect(other.get_by_text("Edda is on this claim now.")).to_be_visible()
    shot(other, "presence")
    claim_services.claim_triage(claim, by=claim.notes.get().author)
    # As every 15 seconds, and whenever the window is looked at again.
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(other.get_by_text("Somebody has changed this claim since you opened it")).to_be_visible()
    assert single_keys(claim.notes.get().author)
