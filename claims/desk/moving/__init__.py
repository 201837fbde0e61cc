"""A whole desk leaves as JSON Lines in a ZIP, and arrives in an empty one.

`leaving` writes the file and `arriving` reads it; what goes into it is told by `tables`. Its format
is documented in `docs/moving.md`.
"""
