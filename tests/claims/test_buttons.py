"""The workbench offers each role what docs/roles.md says it may do, in every state."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from claims.admin.actions import ACTIONS
from claims.desk import claims as claim_desk
from claims.desk import correcting, merging
from claims.desk import verdicts as desk
from claims.models import Claim
from tests import factories

pytestmark = pytest.mark.django_db

ROLES = ("reader", "researcher", "editor", "admin")
#: By button, the rows of the docs' tables that it needs; by default the one of its own name.
ROWS = {
    "draft": ["edit"],
    "add-evidence": ["edit"],
    "remove-evidence": ["edit"],
    "approve-and-publish": ["approve", "publish"],
}
#: What the services' own rules leave out, by situation.
NOT = {
    "triaged": {"split"},
    "new": {"split"},
    "in_progress": {"split", "drop"},
    "dismissed": {"split"},
    "merged": set(),
    "flagged": {"split", "flag"},
    "retracted": {"split"},
    "expired": {"split"},
    "in_review": {"split", "drop", "publish"},
    "approved": {"split", "drop", "approve", "approve-and-publish"},
    "published": {"split"},
    "in correction": {"split", "reopen", "correct"},
}


def written() -> dict[str, dict[str, tuple[str, set[str]]]]:
    """The tables of claim and verdict actions: name to (first role that may, states)."""
    page = (settings.BASE_DIR / "docs" / "roles.md").read_text()
    tables = {}
    for heading in ("claim", "verdict"):
        table = page.partition(f"| {heading} action |")[2].partition("\n\n")[0]
        rows = re.findall(r"^\| ([a-z]+) \| (\w+) \| ([\w, ]+) \|$", table, re.MULTILINE)
        tables[heading] = {name: (role, set(states.split(", "))) for name, role, states in rows}
    return tables


def claim_in(situation: str) -> Claim:
    author, editor = factories.user_in("researcher"), factories.user_in("editor")
    if situation in ("published", "in correction", "retracted", "expired"):
        return with_verdict(situation, author, editor)
    if situation in ("in_progress", "in_review", "approved"):
        return with_draft(situation, author, editor)
    claim = factories.AppearanceFactory().claim
    match situation:
        case "triaged":
            claim_desk.claim_triage(claim, by=author)
        case "dismissed":
            claim_desk.claim_dismiss(claim, reason="A jest.", by=editor)
        case "merged":
            merging.claim_merge(claim, into=factories.AppearanceFactory().claim, by=editor)
        case "flagged":
            claim_desk.claim_flag(claim, by=editor)
    return Claim.objects.get(pk=claim.pk)


def with_draft(situation: str, author: User, editor: User) -> Claim:
    if situation == "in_progress":
        return factories.draft_verdict(author).claim
    verdict = factories.submitted_verdict(author)
    if situation == "approved":
        desk.verdict_approve(verdict, by=editor)
    return Claim.objects.get(pk=verdict.claim_id)


def with_verdict(situation: str, author: User, editor: User) -> Claim:
    verdict = factories.published_verdict(author, editor)
    match situation:
        case "in correction":
            correcting.verdict_correct(verdict, note="Late.", by=editor)
        case "retracted":
            desk.verdict_retract(verdict, note="Forged.", by=editor)
        case "expired":
            desk.verdict_expire(verdict)
    return Claim.objects.get(pk=verdict.claim_id)


def may(name: str, claim: Claim, role: str) -> bool:
    """Whether the docs let `role` do what the button does, as the claim and its verdicts stand."""
    heading = "verdict" if ACTIONS[name].about_verdict else "claim"
    states = set(claim.verdicts.values_list("state", flat=True))
    standing = states if heading == "verdict" else {claim.status}
    rows = [written()[heading][row] for row in ROWS.get(name, [name])]
    return all(ROLES.index(role) >= ROLES.index(first) and standing & at for first, at in rows)


def offered(client, claim: Claim) -> set[str]:
    page = client.get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()
    return set(re.findall(rf'action="/admin/claims/claim/{claim.pk}/([\w-]+)/"', page)) & set(
        ACTIONS
    )


@pytest.mark.parametrize("situation", NOT)
def test_each_role_is_offered_what_the_docs_say(client, situation):
    claim = claim_in(situation)
    for role in ROLES:
        client.force_login(factories.user_in(role))
        expected = {name for name in ACTIONS if may(name, claim, role)} - NOT[situation]
        if situation != "flagged":
            expected.discard("unflag")
        assert offered(client, claim) == expected, role
