"""Which language a text is in, by py3langid's model (97 languages, no download)."""

#: Enough to be sure, and no more work for a book than for a report.
SAMPLE_CHARACTERS = 5_000


def detected(text: str) -> str:
    """The ISO 639-1 code of `text`, as "en"."""
    # Here, not at the top: the model takes memory that only a worker should hold.
    from py3langid import classify

    return str(classify(text[:SAMPLE_CHARACTERS])[0])
