"""One's own notifications: on the home page, by e-mail, on their page; never those of another."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.desk import claims as claim_services
from claims.desk import notes
from claims.desk import verdicts as verdict_services
from claims.desk.mailing import notifications_mail
from claims.desk.notifications import choices_of, notify
from claims.models import Notification
from tests import factories

PAGE, READ, CHOICES = (f"/admin/claims/notification/{end}" for end in ("", "read/", "choices/"))


@pytest.fixture(autouse=True)
def signed_in(client, researcher):
    client.force_login(researcher)


def mentioned(to, by, text: str, **fields) -> Notification:
    return notify("mentioned", to=to, about=factories.ClaimFactory(text=text), by=by, **fields)


def shown(client, query: str = "") -> list[str]:
    return [row.claim.text for row in client.get(PAGE + query).context["page"]]


def test_own_notifications_newest_first_with_who_what_and_where(client, editor, researcher):
    first = mentioned(researcher, editor, "First.", note="Look <here>.")
    mentioned(researcher, editor, "Second.")
    mentioned(editor, researcher, "Not mine.")
    assert shown(client) == ["Second.", "First."]
    page = client.get(PAGE).content.decode()
    for part in (
        "Edda mentioned you in a note",
        "Look &lt;here&gt;.",
        f"/admin/claims/claim/{first.claim_id}/change/",
    ):
        assert part in page


def test_marking_one_and_all(client, editor, researcher):
    rows = [mentioned(researcher, editor, f"Claim {n}.") for n in range(3)]
    theirs = mentioned(editor, researcher, "Not mine.")
    assert client.post(READ, {"only": rows[0].pk}).url == PAGE
    assert shown(client, "?read=no") == ["Claim 2.", "Claim 1."]
    assert client.post(READ, {"home": "1"}).url == "/admin/"
    assert shown(client, "?read=no") == []
    assert len(shown(client)) == 3
    client.post(READ, {"only": theirs.pk})
    theirs.refresh_from_db()
    assert theirs.read_at is None


@pytest.mark.parametrize("only", ["no number", "-1", str(2**63)])
def test_a_number_that_is_none_marks_nothing(client, editor, researcher, only):
    mentioned(researcher, editor, "Mine.")
    assert client.post(READ, {"only": only}).status_code == 302
    assert shown(client, "?read=no") == ["Mine."]


def test_looking_marks_nothing(client, editor, researcher):
    mentioned(researcher, editor, "Mine.")
    assert client.get(READ).status_code == 405
    client.get(CHOICES)
    assert shown(client, "?read=no") == ["Mine."]


def test_choices_are_saved_and_shown(client, editor, researcher):
    assert all(choice.on_home and choice.by_mail for choice in choices_of(researcher))
    client.post(CHOICES, {"on_home": ["mentioned", "returned"], "by_mail": ["assigned"]})
    chosen = {c.kind: (c.on_home, c.by_mail) for c in choices_of(researcher)}
    assert chosen == {
        "assigned": (False, True),
        "mentioned": (True, False),
        "approved": (False, False),
        "returned": (True, False),
        "vanished": (False, False),
    }
    page = client.get(PAGE).content.decode()
    assert page.count(" checked>") == 3
    assert all(choice.on_home for choice in choices_of(editor))
    client.post(CHOICES, {"on_home": ["gossip"]})
    assert {c.kind: (c.on_home, c.by_mail) for c in choices_of(researcher)} == chosen


def test_the_menu_tells_how_many_are_unread(client, editor, researcher):
    def size() -> str:
        page = client.get("/admin/claims/claimant/").content.decode()
        return page.partition('class="desk-size">')[2].partition("<")[0]

    assert size() == ""
    mentioned(researcher, editor, "Mine.")
    mentioned(editor, researcher, "Not mine.")
    assert size() == "1"


def test_fifty_a_page_in_the_same_number_of_queries(client, editor, researcher):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    mentioned(researcher, editor, "One.")
    asked()
    few = asked()
    for number in range(60):
        mentioned(researcher, editor, f"Claim {number}.")
    assert asked() == few < 15
    assert len(shown(client)) == 50
    assert shown(client, "?p=2")[-1] == "One."
    assert shown(client, "?p=99&read=no")[-1] == "One."


def test_posts_need_their_permission_and_the_csrf_token(client, editor, researcher):
    from django.test import Client

    outsider = factories.UserFactory()
    client.force_login(outsider)
    for url in (READ, CHOICES):
        assert client.post(url).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(researcher)
    for url in (READ, CHOICES):
        assert strict.post(url).status_code == 403


def cause(kind: str, to, by) -> None:
    """What an editor does that `to` is told of."""
    match kind:
        case "assigned":
            claim_services.claim_assign(factories.ClaimFactory(), to=to, by=by)
        case "mentioned":
            notes.note_add(factories.ClaimFactory(), text=f"@{to.username}, look.", by=by)
        case "approved":
            verdict_services.verdict_approve(factories.submitted_verdict(to), by=by)
        case "returned":
            verdict = factories.submitted_verdict(to)
            verdict_services.verdict_return(verdict, note="Name the log.", by=by)


@pytest.mark.parametrize("kind", ["assigned", "mentioned", "approved", "returned"])
def test_each_kind_is_told_on_the_home_page_and_by_mail_until_it_is_switched_off(
    client, editor, researcher, kind
):
    researcher.email = "tove@desk.example"
    researcher.save()
    others = [one for one in ("assigned", "mentioned", "approved", "returned") if one != kind]

    def told() -> tuple[int, int]:
        """How many the home page shows, and how many e-mails go out."""
        Notification.objects.all().delete()
        mail.outbox.clear()
        cause(kind, researcher, editor)
        notifications_mail()
        return len(client.get("/admin/").context["told"]), len(mail.outbox)

    assert told() == (1, 1)
    client.post(CHOICES, {"on_home": others, "by_mail": [*others, kind]})
    assert told() == (0, 1)
    client.post(CHOICES, {"on_home": [*others, kind], "by_mail": others})
    assert told() == (1, 0)
