"""Texts for property tests: anything at all, and the pieces that the matching reads."""

from hypothesis import strategies as st

WRITTEN = """
3 30 1,234 1.234.567 3,5 0 007 999999999999999 ½ 10² −5 -5 minus 2/3 31/2 1:30 2-1 3rd 21st 1970s
twenty - one two hundred and thousand million m bn billion dozen half a an the third quarter of in
out ten % percent per cent percentage points $ € £ US$ dollars pounds km/h °C degrees years old
May may March march 2019 2020-03-04 August 9, Monday since until over more than at least about or
not n't never no don't can't without failed Paris Germany German US us who WHO Biden Joe He they
said that is was by will all few only as than , . ? ! – — " ' “ ” ( ) & * however but
"""
PIECES = WRITTEN.split()

pieces = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
glued = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
texts = st.one_of(st.text(), pieces, glued)
