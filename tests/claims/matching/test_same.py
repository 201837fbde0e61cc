"""The same sentence is recognised in any dress, and what reads alone is told."""

from unicodedata import normalize

import pytest
from hypothesis import given

from claims.matching.same import anchored, key

from .sentences import texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“The dam is safe,” he said.", '"The dam is safe," he said'),
        ("The ‘green’ tax rose.", "The 'green' tax rose"),
        ("Norway — not Qatar — sells gas.", "Norway - not Qatar -- sells gas."),
        ("Ports 5–10 are closed.", "Ports 5-10 are closed."),
        ("It  isn't\u00a0over.", "It is not over."),
        ("They can’t vote.", "They cannot vote."),
        ("She won't and they're late!", "She will not and they are late"),
        ("The U.S. army left.", "The US army left."),
        ("He met J. K. Rowling.", "He met JK Rowling."),
        ("Mr. Smith paid Acme Inc. in Sept. 2020.", "Mr Smith paid Acme Inc in Sept 2020"),
        ("NASA CUTS JOBS", "Nasa cuts jobs"),
        ("The ﬁnal score", "The final score"),
        ("Nin\u0303o", "Ni\u00f1o"),
        ("soft\u00adware\u200b fails", "software fails"),
        ("３ people died", "3 people died"),
        ("Debt is 3 % .", "Debt is 3%."),
        ("31\u202f000 soldiers fell", "31000 soldiers fell"),
    ],
)
def test_the_same_sentence_in_another_dress(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("China helps US.", "China helps us."),
        ("It cost 10² euros.", "It cost 102 euros."),
        ("He ran 3½ miles.", "He ran 31/2 miles."),
        ("It is −5 in Oslo.", "It is 5 in Oslo."),
        ("The mayor lied.", "The mayor lied?"),
        ("The mayor killed…", "The mayor killed."),
        ("Polish jobs are safe.", "polish jobs are safe."),
        ("It's sold 3 cars.", "It is sold 3 cars."),
        ("The virus, which kills, spread.", "The virus which kills spread."),
    ],
)
def test_what_only_looks_the_same(one, other):
    assert key(one) != key(other)


@given(texts)
def test_spaces_around_and_composed_letters_do_not_matter(text):
    assert key(f" \n{text}\t ") == key(text)
    assert key(normalize("NFD", text)) == key(text)


@pytest.mark.parametrize(
    "text",
    [
        "Unemployment in Spain fell to 11% in 2023.",
        "Vaccines do not cause autism.",
        "President Joe Biden said he would veto the Laken Riley Act.",
        "Doctors say they have never been asked about fluoride.",
        "The US economy grew by 3% in March 2020.",
        "The meeting of NATO ministers in Vilnius cost 2 million euros.",
        "It is illegal to feed pigeons in Venice.",
        "Those who ate the fish in Minamata were poisoned.",
        "There are more guns than people in the United States.",
        "Sharks have killed fewer people than cows have.",
    ],
)
def test_reads_alone(text):
    assert anchored(text)


@pytest.mark.parametrize(
    "text",
    [
        "They voted against the budget in Madrid.",
        "He has never been to Prague.",
        "We have created a million jobs in Ohio.",
        "I never met Vladimir Putin.",
        "This will cost Germany 3 billion euros.",
        "The meeting was held in Geneva.",
        "The company paid no tax in Ireland.",
        "Unemployment in Spain fell last month.",
        "Unemployment in Spain is now lower than in Italy.",
        "Taxes in Texas rose this year.",
        "Police arrested six men in Leeds yesterday.",
        "Police arrested six men in Leeds on Monday.",
        "Exports from Chile fell in March.",
        "Its budget doubled under Hollande.",
        "Because of that he left Rome.",
        "Another 20 people died in Gaza.",
        "Your taxes pay for Harvard.",
        "Never again.",
        "",
    ],
)
def test_leans_on_something_outside(text):
    assert not anchored(text)


def test_what_is_not_english_is_not_said_to_read_alone():
    assert not anchored("Die Arbeitslosigkeit in Spanien sank 2023 auf 11 Prozent.", language="de")


@given(texts)
def test_any_text_is_answered(text):
    assert anchored(text) in (True, False)
