"""Who said it, over a whole article."""

import pytest

TOLD = "\u201cThe harbour lost 200 jobs,\u201d {source} said."


def claimants(document):
    return [a.claimant for a in document.attributions]


@pytest.mark.parametrize(
    ("intro", "source", "name"),
    [
        ("Senator Maria Ortiz visited Bremen.", "Ortiz", "Maria Ortiz"),
        ("Senator Maria Ortiz visited Bremen.", "Sen. Ortiz", "Maria Ortiz"),
        ("Senator Maria Ortiz visited Bremen.", "Senator Maria Ortiz", "Maria Ortiz"),
        ("Senator Maria Ortiz visited Bremen.", "she", "Maria Ortiz"),
        ("Senator Maria Ortiz visited Bremen.", "the senator", "Maria Ortiz"),
        ("Bremen was quiet on Monday.", "Ortiz", "Ortiz"),
        ("Bremen was quiet on Monday.", "an official", None),
        ("Bremen was quiet on Monday.", "officials", None),
    ],
)
def test_name_of_the_source(extract, intro, source, name):
    text = f"{intro}\n\n{TOLD.format(source=source)}"
    assert claimants(extract(text))[-1] == name


def test_pronoun_agrees_in_gender(extract):
    text = (
        "Maria Ortiz met John Baker in Bremen on Monday.\n\n"
        "\u201cThe harbour lost 200 jobs,\u201d he said.\n\n"
        "\u201cThe harbour won 300 jobs,\u201d she said."
    )
    assert claimants(extract(text)) == ["John Baker", "Maria Ortiz"]


def test_he_added_goes_on_with_who_was_quoted(extract):
    text = (
        "\u201cThe harbour lost 200 jobs,\u201d John Baker said.\n\n"
        "Peter Schmidt left the party in 2012.\n\n\u201cIt is empty,\u201d he added."
    )
    assert claimants(extract(text)) == ["John Baker", "John Baker"]


def test_quotation_alone_in_its_paragraph_goes_on(extract):
    text = (
        "\u201cThe harbour lost 200 jobs,\u201d John Baker said.\n\n"
        "\u201cThe shipyard lost 300 jobs in 2012.\u201d"
    )
    document = extract(text)
    assert claimants(document) == ["John Baker", "John Baker"]
    assert document.attributions[1].source is None


def test_organisation(extract):
    text = "The World Bank said on Monday that the harbour lost 200 jobs in 2015."
    (attribution,) = extract(text).attributions
    assert (attribution.claimant, attribution.claimant_kind) == ("World Bank", "organisation")


def test_indirect_speech(extract):
    text = (
        "John Baker met reporters. The harbour lost 200 jobs, according to Baker. "
        "Baker claimed that the shipyard closed in 2012."
    )
    document = extract(text)
    assert [a.kind for a in document.attributions] == ["indirect", "indirect"]
    assert claimants(document) == ["John Baker", "John Baker"]
    assert document.attributions[0].content[0].text == "The harbour lost 200 jobs"
    assert document.attributions[1].content[0].text == "that the shipyard closed in 2012"


def test_words_relayed_by_a_paper_stay_the_speakers(extract):
    text = "The harbour lost 200 jobs, Mayor John Baker said, The Hill reports."
    assert claimants(extract(text)) == ["John Baker"]


def test_two_speakers_at_once_are_no_claimant(extract):
    text = "John Baker and Maria Ortiz said that the harbour lost 200 jobs."
    assert claimants(extract(text)) == [None]


def test_no_name_the_article_does_not_give(extract):
    text = "Trump said that the harbour lost 200 jobs."
    assert claimants(extract(text)) == ["Trump"]


@pytest.mark.parametrize(
    ("intro", "source", "name"),
    [
        # What the article calls somebody, wherever it does.
        ("Maria Ortiz, the mayor of Bremen, met John Baker.", "the mayor", "Maria Ortiz"),
        ("Maria Ortiz is a lawyer. She met John Baker.", "the lawyer", "Maria Ortiz"),
        ("Democratic Sen. Maria Ortiz met Republican Sen. John Baker.",
         "the Republican senator", "John Baker"),
        ("Democratic Sen. Maria Ortiz met Republican Sen. John Baker.",
         "the Democratic senator", "Maria Ortiz"),
        # What any reader knows somebody in the foreground to be.
        ("Maria Ortiz visited Bremen.", "the former senator and nominee", "Maria Ortiz"),
        ("Maria Ortiz visited Bremen.", "the spokeswoman", None),
        # Given names, apostrophes, gendered descriptions.
        ("Maria Ortiz visited Bremen.", "Maria", "Maria Ortiz"),
        ("Mayor James O\u2019Neill visited Bremen.", "O'Neill", "James O\u2019Neill"),
        ("Mrs. Terry Lindberg visited Bremen.", "she", "Terry Lindberg"),
        # Organisations.
        ("The Baker campaign visited Bremen.", "the campaign", "Baker campaign"),
        ("John Baker spoke. The Baker campaign visited Bremen.", "his campaign", "Baker campaign"),
        ("Officials visited Bremen on Monday.", "the campaign", None),
        ("The World Bank opened an office in Bremen.", "the bank", "World Bank"),
        ("The World Bank opened an office in Bremen.", "it", "World Bank"),
        ("The World Bank opened an office in Bremen.", "the newspaper", None),
    ],
)  # fmt: skip
def test_what_else_a_source_is_called(extract, intro, source, name):
    text = f"{intro}\n\n{TOLD.format(source=source)}"
    assert claimants(extract(text))[-1] == name


def test_described_only_after_the_mention(extract):
    text = (
        "\u201cThe harbour lost 200 jobs,\u201d the governor said.\n\n"
        "The shipyard belongs to the state. Gov. Maria Ortiz opened it in 2012."
    )
    assert claimants(extract(text)) == ["Maria Ortiz"]


def test_somebody_named_only_in_a_quotation_is_not_who_speaks_next(extract):
    text = (
        "John Baker visited Bremen.\n\n"
        "\u201cPeter Schmidt lost 200 jobs in the harbour,\u201d he said.\n\n"
        "\u201cThe shipyard lost 300 jobs in 2012,\u201d he said."
    )
    assert claimants(extract(text)) == ["John Baker", "John Baker"]


def test_a_pronoun_joined_to_others_is_no_claimant(extract):
    text = "Maria Ortiz visited Bremen. She and her friends said that the harbour lost 200 jobs."
    assert claimants(extract(text)) == [None]


def test_a_title_of_the_other_gender_is_somebody_else(extract):
    text = (
        "Maria Ortiz opened the harbour.\n\n"
        "\u201cThe harbour lost 200 jobs,\u201d Mr. Ortiz said.\n\n"
        "\u201cThe harbour won 300 jobs,\u201d she said."
    )
    assert claimants(extract(text)) == ["Ortiz", "Maria Ortiz"]


def test_the_subject_of_a_clause_says_what_its_participle_says(extract):
    text = (
        "Anna Keller met the council in Dresden on Monday.\n\n"
        "Saying that rents had doubled since 2014, Keller left the room."
    )
    assert [a.claimant for a in extract(text).attributions] == ["Anna Keller"]


def test_a_nation_tells_two_presidents_apart(extract):
    text = (
        "President Donald Trump and Russian President Vladimir Putin met in Hamburg.\n\n"
        "Trump said the talks were good. The Russian president denied that diplomats had spied."
    )
    named = [a.claimant for a in extract(text).attributions]
    assert named == ["Donald Trump", "Vladimir Putin"]


def test_an_office_in_a_headlines_capitals_is_nobodys_name(extract):
    text = "Former State House Doctor said the fees rose by 3 percent in 2015."
    assert [a.claimant for a in extract(text).attributions] == [None]


def test_who_holds_an_office_is_a_person_whatever_the_name_looks_like(extract):
    text = (
        "\u201cA year ago this was a gamble,\u201d Rufus Ellery, chief executive of Bayline "
        "Transit, told a news conference at the Custom House depot."
    )
    (attribution,) = extract(text).attributions
    assert (attribution.claimant, attribution.claimant_kind) == ("Rufus Ellery", "person")


def test_who_spoke_is_not_who_reports_that_they_spoke(extract):
    text = "Taxes rose by 3 percent in 2015, Secretary of State Ann Lee said, The Hill reports."
    assert [a.claimant for a in extract(text).attributions] == ["Ann Lee"]


def test_a_title_makes_a_person_of_a_mislabelled_name(extract):
    text = "“We closed 14 of 32 quays in 2024,” Councillor Otis Wren told the council."
    found = extract(text).attributions
    assert [(a.claimant, a.claimant_kind) for a in found] == [("Otis Wren", "person")]
