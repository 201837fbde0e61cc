"""What helps to rate a claim, beside it on the workbench: earlier verdicts, what ratings mean."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from claims.desk import correcting
from claims.desk import verdicts as verdict_services
from claims.models import Rating
from tests import factories

ALSO = "Also checked: "


@pytest.fixture
def shown(client, researcher):
    """The workbench of a claim as a researcher has it before them."""
    client.force_login(researcher)

    def page(claim) -> str:
        return client.get(address(claim)).content.decode()

    return page


def address(claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])


def made_by(claimant, text: str):
    return factories.AppearanceFactory(claim__text=text, claim__claimant=claimant).claim


def also_checked(page: str) -> str:
    """The panel of the claimant's other verdicts, or nothing."""
    _before, found, rest = page.partition(ALSO)
    return found and rest.partition("</section>")[0]


def test_earlier_verdicts_on_the_same_claimant_stand_beside_their_claim(shown, researcher, editor):
    ada, bert = factories.ClaimantFactory(name="Ada <Ferry>"), factories.ClaimantFactory()
    checked = [made_by(ada, f"Ferries ran late {n} times in May.") for n in (2, 3)]
    for claim in checked:
        factories.published_verdict(researcher, editor, claim=claim)
    draft = made_by(ada, "Ferries were never late.")
    factories.draft_verdict(researcher, claim=draft)
    other = made_by(bert, "The harbour has nine cranes.")
    factories.published_verdict(researcher, editor, claim=other)

    panel = also_checked(shown(made_by(ada, "Ferries cost more than trains.")))
    assert panel.startswith(escape("Ada <Ferry>"))
    older, newer = (panel.index(f'href="{address(claim)}">{claim.text}') for claim in checked)
    assert newer < older
    assert panel.count("Mostly false") == 2
    assert "How often did ferries run late?" in panel
    assert draft.text not in panel
    assert other.text not in panel


def test_no_claim_is_beside_itself_and_nobody_has_none(shown, researcher, editor):
    only = factories.published_verdict(researcher, editor).claim
    assert also_checked(shown(only)) == ""
    nobodys = factories.AppearanceFactory(claim__claimant=None).claim
    assert also_checked(shown(nobodys)) == ""


def test_beside_a_claim_stands_what_a_claimants_verdicts_are_now(shown, researcher, editor):
    ada = factories.ClaimantFactory()
    claim = made_by(ada, "Ferries cost more than trains.")
    verdict = factories.published_verdict(
        researcher, editor, claim=made_by(ada, "Ferries ran late twice.")
    )
    draft = correcting.verdict_correct(verdict, note="Misread.", by=editor)
    assert also_checked(shown(claim)).count("desk-rating") == 1
    verdict_services.verdict_retract(verdict, note="Forged log.", by=editor)
    assert also_checked(shown(claim)) == ""
    assert draft.claim_id == verdict.claim_id


def test_each_button_of_the_scale_tells_what_its_rating_means(shown, researcher):
    claim = factories.draft_verdict(researcher, complete=False).claim
    factories.rating_scale()
    for rating in Rating.objects.all():
        rating.description = f"What we mean by <{rating.name}>."
        rating.save()
    page = shown(claim)
    _before, _found, scale = page.partition('<div class="desk-scale"')
    buttons = scale.partition("</div>")[0].split("<label")[1:]
    names = ("False", "Mostly false", "Half true", "Mostly true", "True", "Unproven")
    for button, name in zip(buttons, names, strict=True):
        assert 'type="radio"' in button
        meaning = escape(f"What we mean by <{name}>.")
        assert f"<b>{name}</b><small>{meaning}</small></label>" in button
