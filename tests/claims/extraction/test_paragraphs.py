"""Where the prose of a page begins and ends."""

import pytest

from claims.extraction.paragraphs import dateline_length


@pytest.mark.parametrize(
    ("line", "dateline"),
    [
        ("HARLOW BAY (Bay Wire) — Ridership doubled.", "HARLOW BAY (Bay Wire) — "),
        ("HARLOW BAY - The city closed two libraries.", "HARLOW BAY - "),
        ("WASHINGTON, Oct. 3 -- The court ruled.", "WASHINGTON, Oct. 3 -- "),
        ("ST. JOHN’S, Merrowland — Fishermen met.", "ST. JOHN’S, Merrowland — "),
        ("NATO-led troops left on Monday.", ""),
        ("IBM — the company — grew by 4 percent.", ""),
        ("Ridership — on buses — doubled.", ""),
        ("“NO WAY - never,” she said.", ""),
    ],
)
def test_a_dateline_is_no_part_of_what_is_reported(line, dateline):
    assert line[: dateline_length(line)] == dateline
