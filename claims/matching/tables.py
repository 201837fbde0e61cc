"""How the tables of words are written: as text, set apart by white space."""


def words(text: str) -> frozenset[str]:
    """The words of a text, for asking whether one is among them."""
    return frozenset(text.split())


def listed(text: str) -> list[str]:
    """The words of a text in its order."""
    return text.split()
